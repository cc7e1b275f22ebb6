import { attempt, functionOf } from '../attempt';
import { expectedCases, type CaseSet } from '../expected';
import { judge, type Trial } from '../judge';
import type { Value } from '../values';

interface Houses {
  x: number[];
  y: number[];
}

interface LineCase extends Houses {
  w: number;
  b: number;
  expected: Value;
}

interface DescentCase extends Houses {
  alpha: number;
  tolerance: number;
  expected: { w: number; b: number; steps: number };
}

type LineFunction = (x: number[], y: number[], w: number, b: number) => unknown;

/** Sums in another order differ in the last digits only. */
const TOLERANCE = 1e-9;

const errorsOf = ({ x, y, w, b }: Houses & { w: number; b: number }) =>
  x.map((value, i) => w * value + b - y[i]);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const square = (value: number) => value * value;

/** `cost(x, y, w, b)`: half the mean of the squared errors. */
export function costCheck(actual: unknown, set: CaseSet): string {
  return checkLines('cost', actual, set, (one) => {
    const errors = errorsOf(one);
    const { x, y, w, b } = one;
    const half = (value: number) => value / 2;
    return {
      'the ½ is missing': mean(errors.map(square)),
      'it is the sum: not divided by the number of houses': half(sum(errors.map(square))),
      'it is the sum: divided neither by 2 nor by the number of houses': sum(errors.map(square)),
      'the errors are not squared': half(mean(errors)),
      'the absolute errors are taken, not the squared ones': half(mean(errors.map(Math.abs))),
      'the mean is squared, not the single errors': half(square(mean(errors))),
      'w and b are exchanged': half(mean(errorsOf({ x, y, w: b, b: w }).map(square))),
      'the intercept b is left out': half(mean(errorsOf({ x, y, w, b: 0 }).map(square))),
      'y is left out': half(mean(errorsOf({ x, y: y.map(() => 0), w, b }).map(square))),
      'the last house is left out': half(sum(errors.slice(0, -1).map(square)) / x.length),
    };
  });
}

/** `gradients(x, y, w, b)`: { dw, db }. */
export function gradientsCheck(actual: unknown, set: CaseSet): string {
  return checkLines('gradients', actual, set, (one) => {
    const errors = errorsOf(one);
    const weighted = errors.map((error, i) => error * one.x[i]);
    const [dw, db] = [mean(weighted), mean(errors)];
    return {
      'dw and db are exchanged': { dw: db, db: dw },
      'the sign is turned round: the error is f(x) − y, not y − f(x)': { dw: -dw, db: -db },
      'they are sums: not divided by the number of houses': { dw: sum(weighted), db: sum(errors) },
      'the 2 of the square cancels against the ½, and is still there': { dw: 2 * dw, db: 2 * db },
      'dw is the mean error times x: the factor x is missing': { dw: db, db },
      'db has no factor x': { dw, db: dw },
      'they are divided by 2m, not by m': { dw: dw / 2, db: db / 2 },
    };
  });
}

function checkLines(
  name: string,
  actual: unknown,
  set: CaseSet,
  variants: (one: LineCase) => Record<string, Value>,
): string {
  const answer = functionOf(name, actual) as LineFunction;
  const trials = (expectedCases(`regression-${name}`, set) as LineCase[]).map((one): Trial => {
    const { x, y, w, b, expected } = one;
    const input = `${name}([${x.join(', ')}], [${y.join(', ')}], ${w}, ${b})`;
    const received = attempt(input, () => answer([...x], [...y], w, b));
    return { input, expected, received, variants: () => variants(one) };
  });
  judge(trials, TOLERANCE);
  return `right for ${trials.length} lines and houses`;
}

/** `descend(x, y, alpha, tolerance)`: { w, b, steps } from (0, 0) to where both slopes are at most the tolerance. */
export function descendCheck(actual: unknown, set: CaseSet): string {
  type Descend = (x: number[], y: number[], alpha: number, tolerance: number) => unknown;
  const answer = functionOf('descend', actual) as Descend;
  const trials = (expectedCases('regression-descend', set) as DescentCase[]).map((one): Trial => {
    const { x, y, alpha, tolerance, expected } = one;
    const input = `descend([${x.join(', ')}], [${y.join(', ')}], ${alpha}, ${tolerance})`;
    const received = attempt(input, () => answer([...x], [...y], alpha, tolerance));
    return { input, expected, received, variants: () => descentVariants(one) };
  });
  judge(trials, TOLERANCE);
  return `right for ${trials.length} descents`;
}

interface Mistakes {
  /** Which share of the slope b steps against. */
  direction?: number;
  oneByOne?: boolean;
  either?: boolean;
  extraSteps?: number;
  useAlpha?: boolean;
}

function descentVariants(one: DescentCase): Record<string, Value> {
  return {
    'b steps with the slope at the new w: take both slopes before either moves': walk(one, {
      oneByOne: true,
    }),
    'it steps up: subtract the slope': walk(one, { direction: -1 }),
    'it stops when one slope is small enough, not both': walk(one, { either: true }),
    'it takes a step too many': walk(one, { extraSteps: 1 }),
    'it takes a step too few': walk(one, { extraSteps: -1 }),
    'the learning rate alpha is left out': walk(one, { useAlpha: false }),
    'it does not move: w and b stay at 0': { w: 0, b: 0, steps: 0 },
    'the steps are not counted': { ...walk(one, {}), steps: 0 },
  };
}

/** No descent among the cases takes so many steps. */
const MOST_STEPS = 3000;

function walk(one: DescentCase, mistakes: Mistakes): { w: number; b: number; steps: number } {
  const { direction = 1, oneByOne, either, extraSteps = 0, useAlpha = true } = mistakes;
  const rate = direction * (useAlpha ? one.alpha : 1);
  const slopes = (w: number, b: number) => {
    const errors = errorsOf({ ...one, w, b });
    return [mean(errors.map((error, i) => error * one.x[i])), mean(errors)];
  };
  let [w, b, steps, left] = [0, 0, 0, Infinity];
  const path = [{ w, b, steps }];
  while (left > 0 && steps < MOST_STEPS) {
    const [dw, db] = slopes(w, b);
    const sizes = [Math.abs(dw), Math.abs(db)];
    const isThere = !((either ? Math.min(...sizes) : Math.max(...sizes)) > one.tolerance);
    if (isThere && left === Infinity) left = extraSteps;
    if (left <= 0) break;
    w -= rate * dw;
    b -= rate * (oneByOne ? slopes(w, b)[1] : db);
    left--;
    path.push({ w, b, steps: ++steps });
  }
  return path[Math.max(0, steps + Math.min(0, extraSteps))];
}
