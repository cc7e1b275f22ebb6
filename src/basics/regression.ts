import { InputError } from './errors';

export { houses, type Houses, type HousesOptions } from './houses';

/** A straight line, f(x) = w·x + b. */
export interface Line {
  w: number;
  b: number;
}

/** The slope of the cost in each parameter. */
export interface Gradients {
  /** ∂J/∂w */
  dw: number;
  /** ∂J/∂b */
  db: number;
}

/** One point on the way down; iteration 0 is the start. */
export interface Step extends Line {
  iteration: number;
  cost: number;
}

export interface DescendOptions {
  /** Start of the slope, default 0. */
  w?: number;
  /** Start of the intercept, default 0. */
  b?: number;
  /** The learning rate α, above 0. */
  alpha: number;
  /** The most steps to take. */
  iterations: number;
  /** Converged when |∂J/∂w| and |∂J/∂b| are both at or below this, default 1e-6. */
  tolerance?: number;
}

export interface Descent extends Line {
  history: Step[];
  converged: boolean;
  /** True when the cost kept growing, or left the finite numbers, and the descent gave up. */
  diverged: boolean;
  /** One sentence on how it ended. */
  message: string;
}

/** So many growing steps in a row are no accident: with a rate that is small enough J never grows. */
const GROWING_STEPS = 10;

/** Growth below this share of J is rounding. */
const ROUNDING = 1e-9;

function checkNumbers(where: string, name: string, values: readonly number[]): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const received = `${name}[${bad}] = ${values[bad]}`;
  throw new InputError(where, `finite numbers in ${name}`, received, 'Drop or mend that sample.');
}

function checkPairs(where: string, x: readonly number[], y: readonly number[]): void {
  if (x.length !== y.length) {
    const received = `${x.length} inputs and ${y.length} targets`;
    throw new InputError(where, 'as many inputs x as targets y', received, 'Pair each x with its y.');
  }
  if (x.length === 0) throw new InputError(where, 'at least one sample', 'none', 'Pass x and y with data.');
  checkNumbers(where, 'x', x);
  checkNumbers(where, 'y', y);
}

/** The line's values f(x) = w·x + b, one for each x. */
export function predict(x: readonly number[], { w, b }: Line): number[] {
  return x.map((value) => w * value + b);
}

/**
 * The cost of linear regression, J(w, b) = 1/2m · Σ (w·x + b − y)².
 *
 * @param x m inputs
 * @param y m targets
 * @returns J, in the unit of y squared
 * @throws InputError when x and y differ in length, are empty or hold NaN or an infinity
 */
export function cost(x: readonly number[], y: readonly number[], w: number, b: number): number {
  checkPairs('regression.cost', x, y);
  return costOf(x, y, w, b);
}

function costOf(x: readonly number[], y: readonly number[], w: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const error = w * x[i] + b - y[i];
    sum += error * error;
  }
  return sum / (2 * x.length);
}

/**
 * The slopes of {@link cost}: ∂J/∂w = 1/m · Σ (f − y)·x and ∂J/∂b = 1/m · Σ (f − y).
 *
 * @throws InputError as {@link cost}
 */
export function gradients(x: readonly number[], y: readonly number[], w: number, b: number): Gradients {
  checkPairs('regression.gradients', x, y);
  return gradientsOf(x, y, w, b);
}

function gradientsOf(x: readonly number[], y: readonly number[], w: number, b: number): Gradients {
  let dw = 0;
  let db = 0;
  for (let i = 0; i < x.length; i++) {
    const error = w * x[i] + b - y[i];
    dw += error * x[i];
    db += error;
  }
  return { dw: dw / x.length, db: db / x.length };
}

function checkOptions({ w = 0, b = 0, alpha, iterations, tolerance = 0 }: DescendOptions): void {
  const where = 'regression.descend';
  if (!(alpha > 0 && Number.isFinite(alpha))) {
    throw new InputError(where, 'a learning rate alpha above 0', String(alpha), 'Try 0.1.');
  }
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new InputError(where, 'iterations to be a whole number from 1', String(iterations), 'Try 1000.');
  }
  if (!(tolerance >= 0)) throw new InputError(where, 'a tolerance of 0 or more', String(tolerance));
  checkNumbers(where, 'start', [w, b]);
}

/**
 * Gradient descent on a line. Both parameters move at once, from the slopes at the same point:
 * w ← w − α·∂J/∂w, b ← b − α·∂J/∂b, until the slopes vanish or the steps run out.
 *
 * @param x m inputs
 * @param y m targets
 * @returns the last line, every point on the way, and how it ended; a rate that is too large is no
 *   exception but ends with `diverged`
 * @throws InputError for data as {@link cost}, or for options out of range
 */
export function descend(x: readonly number[], y: readonly number[], options: DescendOptions): Descent {
  checkPairs('regression.descend', x, y);
  checkOptions(options);
  const { alpha, iterations, tolerance = 1e-6 } = options;
  let { w = 0, b = 0 } = options;
  const history: Step[] = [{ iteration: 0, w, b, cost: costOf(x, y, w, b) }];
  let growing = 0;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { dw, db } = gradientsOf(x, y, w, b);
    if (Math.abs(dw) <= tolerance && Math.abs(db) <= tolerance) return ended('converged', history, alpha);
    w -= alpha * dw;
    b -= alpha * db;
    const before = history[history.length - 1].cost;
    const now = costOf(x, y, w, b);
    history.push({ iteration, w, b, cost: now });
    growing = now > before * (1 + ROUNDING) ? growing + 1 : 0;
    if (!Number.isFinite(now) || growing >= GROWING_STEPS) return ended('diverged', history, alpha);
  }
  return ended('ran out', history, alpha);
}

function ended(how: 'converged' | 'diverged' | 'ran out', history: Step[], alpha: number): Descent {
  const { iteration, w, b, cost: last } = history[history.length - 1];
  const messages = {
    converged: `converged after ${iteration} steps, J = ${last.toPrecision(6)}`,
    diverged: `diverged: after ${iteration} steps J has grown to ${last.toPrecision(3)}; take an alpha below ${Number(alpha.toPrecision(4))}`,
    'ran out': `stopped after ${iteration} steps, not yet converged: J = ${last.toPrecision(6)}`,
  };
  return {
    w,
    b,
    history,
    converged: how === 'converged',
    diverged: how === 'diverged',
    message: messages[how],
  };
}

/**
 * The best line in closed form: w = Σ(x−x̄)(y−ȳ) / Σ(x−x̄)², b = ȳ − w·x̄.
 *
 * @throws InputError for data as {@link cost}, or when all x are equal (then no slope is best)
 */
export function leastSquares(x: readonly number[], y: readonly number[]): Line {
  checkPairs('regression.leastSquares', x, y);
  const meanX = mean(x);
  const meanY = mean(y);
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i] - meanX) * (y[i] - meanY);
    variance += (x[i] - meanX) ** 2;
  }
  if (variance === 0) {
    throw new InputError('regression.leastSquares', 'at least two different x', `only x = ${x[0]}`);
  }
  const w = covariance / variance;
  return { w, b: meanY - w * meanX };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How strongly the cost bends: the eigenvalues of its second derivatives, and the rate they allow. */
export interface Curvature {
  smallest: number;
  largest: number;
  /** Descent converges for every α below this, 2 / largest, and for none above. */
  maximumRate: number;
}

/**
 * The curvature of J. Its second derivatives, the matrix [[mean x², mean x], [mean x, 1]], are the same
 * everywhere and depend on x alone.
 *
 * @throws InputError when x is empty or holds NaN or an infinity
 */
export function curvature(x: readonly number[]): Curvature {
  checkPairs('regression.curvature', x, x);
  const meanX = mean(x);
  const meanSquare = mean(x.map((value) => value * value));
  const middle = (meanSquare + 1) / 2;
  const spread = Math.hypot((meanSquare - 1) / 2, meanX);
  const largest = middle + spread;
  return { smallest: middle - spread, largest, maximumRate: 2 / largest };
}

/** The cost on a grid of parameters: `cost[row][column]` is J at `w[column]`, `b[row]`. */
export interface CostGrid {
  w: number[];
  b: number[];
  cost: number[][];
}

/**
 * The cost on a grid of parameters, for contour and surface figures.
 *
 * @param ranges the interval of w and of b, and how many values of each (default 41)
 * @throws InputError for data as {@link cost}
 */
export function costGrid(
  x: readonly number[],
  y: readonly number[],
  ranges: { w: readonly [number, number]; b: readonly [number, number]; steps?: number },
): CostGrid {
  checkPairs('regression.costGrid', x, y);
  const steps = ranges.steps ?? 41;
  if (!Number.isInteger(steps) || steps < 2) {
    throw new InputError('regression.costGrid', 'steps to be a whole number from 2', String(steps));
  }
  const w = spaced(ranges.w, steps);
  const b = spaced(ranges.b, steps);
  return { w, b, cost: b.map((intercept) => w.map((slope) => costOf(x, y, slope, intercept))) };
}

function spaced([from, to]: readonly [number, number], count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}
