import { describe, expect, it } from 'vitest';
import { InputError } from './errors';
import { regression } from './index';

const { x, y } = regression.houses();

/** The slope of J by central differences, an oracle that knows no formula. */
function numeric(w: number, b: number, step = 1e-5): { dw: number; db: number } {
  const J = (p: number, q: number) => regression.cost(x, y, p, q);
  return {
    dw: (J(w + step, b) - J(w - step, b)) / (2 * step),
    db: (J(w, b + step) - J(w, b - step)) / (2 * step),
  };
}

describe('regression.cost and gradients', () => {
  it('give the values of a case worked by hand', () => {
    // f = 2x + 1 = 3, 5; errors 1, -1; J = (1 + 1) / 4; dw = (1·1 − 1·2) / 2; db = 0
    expect(regression.cost([1, 2], [2, 6], 2, 1)).toBe(0.5);
    expect(regression.gradients([1, 2], [2, 6], 2, 1)).toEqual({ dw: -0.5, db: 0 });
  });

  it.each([
    [0, 0],
    [1.9, 0.5],
    [-3, 7],
  ])('the gradients at w = %s, b = %s are the slopes of the cost', (w, b) => {
    const exact = regression.gradients(x, y, w, b);
    expect(exact.dw).toBeCloseTo(numeric(w, b).dw, 8);
    expect(exact.db).toBeCloseTo(numeric(w, b).db, 8);
  });
});

describe('regression.descend', () => {
  it('arrives at the closed form, the cost falling at every step', () => {
    const run = regression.descend(x, y, { alpha: 0.4, iterations: 2000 });
    const best = regression.leastSquares(x, y);
    expect(run.converged).toBe(true);
    expect(run.w).toBeCloseTo(best.w, 4);
    expect(run.b).toBeCloseTo(best.b, 4);
    const falls = run.history.slice(1).every((step, i) => step.cost < run.history[i].cost);
    expect(falls).toBe(true);
    expect(run.history[0]).toEqual({ iteration: 0, w: 0, b: 0, cost: regression.cost(x, y, 0, 0) });
    expect(run.message).toMatch(/^converged after \d+ steps/);
  });

  it('moves both parameters at once', () => {
    const { dw, db } = regression.gradients(x, y, 1, -1);
    const [, first] = regression.descend(x, y, { w: 1, b: -1, alpha: 0.1, iterations: 1 }).history;
    expect(first.w).toBe(1 - 0.1 * dw);
    expect(first.b).toBe(-1 - 0.1 * db);
  });

  it('converges just below the rate that the curvature allows, and diverges just above', () => {
    const { maximumRate } = regression.curvature(x);
    const below = regression.descend(x, y, { alpha: 0.98 * maximumRate, iterations: 5000 });
    const above = regression.descend(x, y, { alpha: 1.02 * maximumRate, iterations: 5000 });
    expect(below).toMatchObject({ converged: true, diverged: false });
    expect(above).toMatchObject({ converged: false, diverged: true });
    expect(above.message).toMatch(/diverged.*alpha below/);
  });

  it('stops at numbers that are no longer finite', () => {
    const run = regression.descend([1e200, 1], [1, 2], { alpha: 1, iterations: 50 });
    expect(run.diverged).toBe(true);
    expect(run.history.length).toBeLessThan(5);
  });

  it('says when the steps ran out', () => {
    const run = regression.descend(x, y, { alpha: 0.01, iterations: 3 });
    expect(run).toMatchObject({ converged: false, diverged: false });
    expect(run.history).toHaveLength(4);
    expect(run.message).toMatch(/stopped after 3 steps/);
  });

  it('is there at once when it starts at the bottom', () => {
    const run = regression.descend([0, 1], [1, 3], { w: 2, b: 1, alpha: 0.1, iterations: 10 });
    expect(run.history).toHaveLength(1);
    expect(run.converged).toBe(true);
  });
});

describe('regression.curvature', () => {
  it('is the eigenvalues of [[mean x², mean x], [mean x, 1]]', () => {
    // x = 0, 2: [[2, 1], [1, 1]] has (3 ± √5) / 2
    const { smallest, largest, maximumRate } = regression.curvature([0, 2]);
    expect(largest).toBeCloseTo((3 + Math.sqrt(5)) / 2, 12);
    expect(smallest).toBeCloseTo((3 - Math.sqrt(5)) / 2, 12);
    expect(maximumRate).toBe(2 / largest);
  });
});

describe('regression.costGrid', () => {
  it('holds J at w[column], b[row]', () => {
    const grid = regression.costGrid(x, y, { w: [0, 4], b: [-1, 1], steps: 5 });
    expect(grid.w).toEqual([0, 1, 2, 3, 4]);
    expect(grid.cost[4][1]).toBe(regression.cost(x, y, 1, 1));
  });
});

describe('regression.houses', () => {
  it('gives the same houses for the same seed, and others for another', () => {
    expect(regression.houses({ seed: 5 })).toEqual(regression.houses({ seed: 5 }));
    expect(regression.houses({ seed: 5 }).y).not.toEqual(regression.houses({ seed: 6 }).y);
  });

  it('spreads around 1.9 x + 0.5', () => {
    const { w, b } = regression.leastSquares(x, y);
    expect(Math.abs(w - 1.9)).toBeLessThan(0.2);
    expect(Math.abs(b - 0.5)).toBeLessThan(0.3);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(0.4);
    expect(Math.max(...x)).toBeLessThanOrEqual(2.5);
  });
});

describe('bad input', () => {
  const options = { alpha: 0.1, iterations: 10 };
  it.each<[string, () => unknown, RegExp]>([
    ['lengths', () => regression.cost([1, 2], [1], 0, 0), /2 inputs and 1 targets/],
    ['nothing', () => regression.gradients([], [], 0, 0), /at least one sample, got none/],
    ['NaN', () => regression.descend([1, NaN], [1, 2], options), /finite numbers in x, got x\[1\] = NaN/],
    ['infinity', () => regression.leastSquares([1, 2], [1, Infinity]), /y\[1\] = Infinity/],
    ['one x', () => regression.leastSquares([3, 3], [1, 2]), /two different x, got only x = 3/],
    ['alpha', () => regression.descend(x, y, { ...options, alpha: 0 }), /alpha above 0, got 0/],
    [
      'steps',
      () => regression.descend(x, y, { ...options, iterations: 1.5 }),
      /whole number from 1, got 1.5/,
    ],
    ['start', () => regression.descend(x, y, { ...options, w: NaN }), /start\[0\] = NaN/],
    ['tolerance', () => regression.descend(x, y, { ...options, tolerance: -1 }), /0 or more, got -1/],
    ['grid', () => regression.costGrid(x, y, { w: [0, 1], b: [0, 1], steps: 1 }), /steps/],
    ['houses', () => regression.houses({ count: 1 }), /whole number from 2, got 1/],
  ])('%s is refused', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
