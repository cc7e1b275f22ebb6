/** Values as JSON carries them from one process to another: what a check compares, and in words what it cannot. */

/** A value that JSON has no form for. */
interface Marked {
  readonly $: 'undefined' | 'number' | 'promise' | 'other';
  readonly text: string;
}

/** So deep may lists lie in one another. */
const DEEPEST = 8;

/** What an answer has returned, as JSON. */
export function encode(value: unknown, depth = 0): unknown {
  if (value === undefined) return marked('undefined');
  if (typeof value === 'number') return Number.isFinite(value) ? value : marked('number', value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || depth > DEEPEST) return marked('other', value);
  if (value instanceof Promise) {
    value.catch(() => undefined);
    return marked('promise');
  }
  if (ArrayBuffer.isView(value)) return encode([...(value as Float64Array)], depth);
  if (Array.isArray(value)) return value.map((item) => encode(item, depth + 1));
  if ('arraySync' in value) return encode((value as { arraySync: () => unknown }).arraySync(), depth);
  const entries = Object.entries(value).map(([key, item]) => [key, encode(item, depth + 1)]);
  return Object.fromEntries(entries) as unknown;
}

function marked($: Marked['$'], value: unknown = ''): Marked {
  return { $, text: String(value) };
}

/** The value again; what has no form as JSON is something of its kind. */
export function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const { $, text } = value as Partial<Marked>;
  if ($ === 'undefined') return undefined;
  if ($ === 'number') return Number(text);
  if ($ === 'promise') return Promise.resolve();
  if ($ === 'other') return String(text);
  const entries = Object.entries(value).map(([key, item]) => [key, decode(item)]);
  return Object.fromEntries(entries) as unknown;
}
