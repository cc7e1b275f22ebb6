import { describe, expect, it } from 'vitest';
import { allocate } from './memory';
import { add, div, flush, Formula, mul, set, sqrt, sub } from './simd';

const LENGTH = 37;

function filled(arrays: readonly Float32Array[]): Float32Array[] {
  arrays.forEach((array, i) => array.set(array.map((_, at) => 1 + Math.sin(at * (i + 1)) / 2)));
  return arrays.map((array) => array.slice());
}

describe('a formula in WebAssembly', () => {
  it('does what the same loop over float32 does, for lengths that are no multiple of four', () => {
    const formula = new Formula(3, 2, ([a, b, c], [p, q]) => [
      set(a, sub(add(mul(p, a), b), div(q, c))),
      set(b, mul(a, sqrt(c))),
    ]);
    const [{ memory, arrays }] = allocate([{ length: LENGTH, count: 3 }]);
    const [a, b, c] = filled(arrays);
    formula.run(memory, arrays, [0.5, 3]);
    for (let i = 0; i < LENGTH; i++) {
      a[i] = 0.5 * a[i] + b[i] - 3 / c[i];
      b[i] = a[i] * Math.sqrt(c[i]);
    }
    arrays.forEach((array, i) => [a, b, c][i].forEach((x, at) => expect(array[at]).toBeCloseTo(x, 6)));
  });

  it('takes elements nearer to zero than a bound for zero', () => {
    const formula = new Formula(1, 1, ([a], [factor]) => [set(a, mul(factor, flush(a, 2 ** -100)))]);
    const [{ memory, arrays }] = allocate([{ length: 7, count: 1 }]);
    arrays[0].set([1, -1, 2 ** -100, -(2 ** -100), 2 ** -101, -(2 ** -140), NaN]);
    formula.run(memory, arrays, [2]);
    expect([...arrays[0]].map((value) => value + 0)).toEqual([2, -2, 2 ** -99, -(2 ** -99), 0, 0, NaN]);
  });

  it('leaves what lies beside its arrays alone, and runs in several memories', () => {
    const double = new Formula(1, 0, ([a]) => [set(a, add(a, a))]);
    const blocks = allocate([
      { length: 5, count: 1 },
      { length: 0, count: 1 },
      { length: 3, count: 1 },
      { length: 2 ** 28, count: 1 },
    ]);
    expect(new Set(blocks.map(({ memory }) => memory)).size).toBe(2);
    const small = blocks.slice(0, 3);
    for (const { arrays } of small) arrays[0].fill(1);
    for (const { memory, arrays } of small.slice(0, 2)) double.run(memory, arrays, []);
    expect(small.map(({ arrays }) => [...arrays[0]])).toEqual([[2, 2, 2, 2, 2], [], [1, 1, 1]]);
  });
});
