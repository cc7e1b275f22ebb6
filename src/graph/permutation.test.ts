import { expect, it } from 'vitest';
import { carry, compose, inverse, isIdentity, keepsOrder, permuted, transposeData } from './permutation';

it('composes, inverts and applies permutations', () => {
  const [first, second] = [[2, 0, 1], [1, 0, 2]]; // prettier-ignore
  expect(permuted([5, 6, 7], first)).toEqual([7, 5, 6]);
  expect(permuted(permuted([5, 6, 7], first), second)).toEqual(permuted([5, 6, 7], compose(first, second)));
  expect(isIdentity(compose(first, inverse(first)))).toBe(true);
  expect(isIdentity(first)).toBe(false);
});

it('tells which transpositions move nothing', () => {
  expect(keepsOrder([4, 1, 5], [1, 0, 2])).toBe(true);
  expect(keepsOrder([4, 1, 5], [2, 1, 0])).toBe(false);
  expect(keepsOrder([1, 1, 5], [2, 1, 0])).toBe(true);
});

it('transposes data of every type', () => {
  const numbers = [0, 1, 2, 3, 4, 5];
  expect([...transposeData(Float32Array.from(numbers), 'float32', [2, 3], [1, 0])]).toEqual([
    0, 3, 1, 4, 2, 5,
  ]);
  const whole = BigInt64Array.from(numbers, BigInt);
  expect([...transposeData(whole, 'int64', [3, 1, 2], [2, 1, 0])]).toEqual([0n, 2n, 4n, 1n, 3n, 5n]);
  expect([...transposeData(Uint8Array.of(1), 'bool', [], [])]).toEqual([1]);
});

it('carries transpositions through reshaping where no joined axes are taken apart', () => {
  const channelsFirst = [0, 4, 1, 2, 3];
  const [volume, picture] = [[2, 4, 5, 6, 3], [2, 20, 6, 3]]; // prettier-ignore
  expect(carry(volume, picture, channelsFirst)).toEqual([0, 3, 1, 2]);
  expect(carry(picture, volume, [0, 3, 1, 2])).toEqual(channelsFirst);
  expect(carry([2, 4, 5, 3], [2, 60], [0, 3, 1, 2])).toBeUndefined();
  expect(carry([2, 3], [2, 3, 1, 1], [1, 0])).toEqual([1, 0, 2, 3]);
  expect(carry([2, 3, 1], [1, 2, 3], [1, 0, 2])).toEqual([2, 1, 0]);
  expect(carry([4, 1, 5], [20], [1, 0, 2])).toEqual([0]);
  const data = Float32Array.from({ length: 720 }, (_, i) => i);
  const both = [
    transposeData(data, 'float32', volume, channelsFirst),
    transposeData(data, 'float32', picture, [0, 3, 1, 2]),
  ];
  expect(both[0]).toEqual(both[1]);
});
