import { Wrong } from './errors';
import { flatten, orders, permute, place, told, type Flat, type Value } from './values';

/** An answer to one input, and what it must be. */
export interface Trial {
  /** The input in words, such as `cost([1, 2], [3, 4], 0, 1)`. */
  readonly input: string;
  readonly expected: Value;
  readonly received: unknown;
  /** What comes out with the usual mistakes, by the mistake's description. Asked for only after a failure. */
  readonly variants?: () => Readonly<Record<string, unknown>>;
}

interface Case {
  readonly trial: Trial;
  readonly expected: Flat;
  readonly received: Flat | undefined;
}

/**
 * Compares answers with what they must be.
 *
 * @param tolerance how far a number may be from the expected one e, as a share of max(1, |e|)
 * @throws Wrong for the first answer that differs
 */
export function judge(trials: readonly Trial[], tolerance: number): void {
  const cases = trials.map((trial): Case => {
    const expected = flatten(trial.expected)!;
    return { trial, expected, received: flatten(trial.received, expected.names) };
  });
  for (const each of cases) {
    const { trial, expected, received } = each;
    if (received && isEqual(received, expected, tolerance)) continue;
    const cause = () => causeOf(cases, tolerance);
    if (!received) throw new Wrong({ ...unreadable(each), input: trial.input });
    if (!haveOneForm(received, expected)) {
      const summary = `expected ${shapeOf(expected)}, got ${shapeOf(received)}`;
      throw new Wrong({ summary, input: trial.input, cause: cause() });
    }
    throw new Wrong({ ...difference(received, expected, tolerance), input: trial.input, cause: cause() });
  }
}

function unreadable({ trial, expected }: Case): { summary: string; cause?: string } {
  const { received } = trial;
  const summary = `expected ${shapeOf(expected)}, got ${describe(received)}`;
  if (received === undefined) return { summary, cause: 'the function does not return its result' };
  if (received instanceof Promise) return { summary, cause: 'the function is async; write it without' };
  return { summary };
}

function describe(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return 'lists of different lengths, or not of numbers';
  if (typeof value === 'object' && value !== null) return `{ ${Object.keys(value).join(', ')} }`;
  return String(value);
}

function shapeOf({ shape, names }: Flat): string {
  if (names) return `{ ${names.join(', ')} }`;
  return shape.length === 0 ? 'one number' : `the shape [${shape.join(', ')}]`;
}

function haveOneForm(a: Flat, b: Flat): boolean {
  return a.shape.join() === b.shape.join() && a.names?.join() === b.names?.join();
}

function isNear(a: number, e: number, tolerance: number): boolean {
  return Object.is(a, e) || Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e));
}

function isEqual(a: Flat, e: Flat, tolerance: number): boolean {
  if (!haveOneForm(a, e)) return false;
  return a.data.every((value, i) => isNear(value, e.data[i], tolerance));
}

function difference(a: Flat, e: Flat, tolerance: number): { summary: string; where?: string } {
  const wrong = [...a.data.keys()].filter((i) => !isNear(a.data[i], e.data[i], tolerance));
  const [first] = wrong;
  const summary = `expected ${told(e.data[first], a.data[first])}, got ${told(a.data[first], e.data[first])}`;
  if (a.data.length === 1) return { summary };
  return { summary, where: `at ${place(e, first)}; ${wrong.length} of ${a.data.length} numbers differ` };
}

/** The mistake that gives just the answers that came, for all inputs. */
function causeOf(cases: readonly Case[], tolerance: number): string | undefined {
  if (isConstant(cases)) return 'it gives the same answer to every input: a constant instead of a function';
  const variants = cases.map(({ trial }) => trial.variants?.() ?? {});
  const found = Object.keys(variants[0]).find((mistake) =>
    cases.every(({ expected, received }, i) => {
      const variant = flatten(variants[i][mistake], expected.names);
      return variant && received && isEqual(received, variant, tolerance);
    }),
  );
  return found ?? axesCause(cases, tolerance) ?? factorCause(cases, tolerance);
}

function isConstant(cases: readonly Case[]): boolean {
  const differ = (values: (Flat | undefined)[]) =>
    new Set(values.map((value) => value?.data.join())).size > 1;
  return differ(cases.map(({ expected }) => expected)) && !differ(cases.map(({ received }) => received));
}

function axesCause(cases: readonly Case[], tolerance: number): string | undefined {
  const rank = cases[0].expected.shape.length;
  if (rank < 2 || rank > 4) return undefined;
  const order = orders(rank).find((each) =>
    cases.every(
      ({ expected, received }) => received && isEqual(received, permute(expected, each), tolerance),
    ),
  );
  if (order && rank > 2) return `the axes are in another order: the expected ones as [${order.join(', ')}]`;
  if (order) return 'rows and columns are exchanged';
  const sides = ({ shape }: Flat) => [...shape].reverse().join();
  const areTurned = cases.every(({ expected, received }) => received?.shape.join() === sides(expected));
  const haveSides = cases.some(({ expected }) => expected.shape.join() !== sides(expected));
  return rank === 2 && areTurned && haveSides ? 'height and width are exchanged' : undefined;
}

/** One factor between all that came and all that was expected. */
function factorCause(cases: readonly Case[], tolerance: number): string | undefined {
  if (cases.some(({ expected, received }) => expected.shape.join() !== received?.shape.join()))
    return undefined;
  const pairs = cases.flatMap(({ expected, received }) =>
    expected.data.map((value, i) => [value, received!.data[i]]),
  );
  const [e, a] = pairs.reduce((best, pair) => (Math.abs(pair[0]) > Math.abs(best[0]) ? pair : best));
  const factor = a / e;
  if (!Number.isFinite(factor) || factor === 0) return undefined;
  if (!pairs.every(([value, came]) => isNear(came, factor * value, tolerance))) return undefined;
  return factor === -1 ? 'the sign is turned round' : `all is ${told(factor)} times what it should be`;
}
