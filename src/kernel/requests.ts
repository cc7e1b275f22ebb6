import { inspect } from 'node:util';

/** A request whose content is not what the protocol says. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly field: string,
    expected: string,
    found: unknown,
  ) {
    super(`content.${field}: expected ${expected}, found ${inspect(found, { depth: 1 }).slice(0, 80)}`);
  }
}

type Content = Readonly<Record<string, unknown>>;

/** The content of `execute_request`. */
export interface ExecuteRequest {
  code: string;
  silent?: boolean;
  store_history?: boolean;
  user_expressions?: Record<string, string>;
  allow_stdin?: boolean;
  stop_on_error?: boolean;
}

/** @throws RequestError when it is none */
export function textOf(content: Content, field: string): string {
  const value = content[field];
  if (typeof value === 'string') return value;
  throw new RequestError(field, 'a text', value);
}

/** @throws RequestError when it is none */
export function cursorOf({ cursor_pos: value }: Content): number {
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  throw new RequestError('cursor_pos', 'a place in the code', value);
}

/** @throws RequestError naming the field that is wrong */
export function executeRequest(content: Content): ExecuteRequest {
  textOf(content, 'code');
  const expressions: unknown = content.user_expressions ?? {};
  const isObject = typeof expressions === 'object' && !Array.isArray(expressions);
  if (!isObject || !Object.values(expressions!).every((code) => typeof code === 'string')) {
    throw new RequestError('user_expressions', 'texts by name', expressions);
  }
  return content as unknown as ExecuteRequest;
}
