import { describe, expect, it } from 'vitest';
import { drawChange } from './augment';
import { warp, type Affine } from './warp';

/** 0 … 11 in 3 rows of 4. */
const data = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
const warped = (affine: Affine) =>
  [...warp({ width: 4, height: 3, channels: 1, data }, affine).data].map((value) => value / 20);

describe('warp', () => {
  it('leaves a picture as it is, mirrors it, and turns it round', () => {
    expect(warped([1, 0, 0, 0, 1, 0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(warped([-1, 0, 0, 0, 1, 0])).toEqual([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8]);
    expect(warped([-1, 0, 0, 0, -1, 0])).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it('shows the mirror image beyond the edge', () => {
    expect(warped([1, 0, -2, 0, 1, 0]).slice(0, 4)).toEqual([1, 0, 0, 1]);
    expect(warped([1, 0, 0, 0, 1, 2])).toEqual([8, 9, 10, 11, 8, 9, 10, 11, 4, 5, 6, 7]);
  });

  it('takes the mean of two pixels half way between them', () => {
    expect(warped([1, 0, 0.5, 0, 1, 0]).slice(0, 4)).toEqual([0.5, 1.5, 2.5, 3]);
  });
});

describe('drawChange', () => {
  const draws = (augment: object) =>
    Array.from({ length: 400 }, (_, seed) => drawChange(augment, [30, 40], seed));
  const span = (values: number[]) => [Math.min(...values), Math.max(...values)];

  it('changes nothing without options', () => {
    for (const change of draws({}).slice(0, 3))
      expect(change.map((value) => value + 0)).toEqual([1, 0, 0, 0, 1, 0]);
  });

  it('mirrors half of the pictures', () => {
    const mirrored = draws({ flip: 'horizontal' }).filter(([a, , , , e]) => a === -1 && e === 1).length;
    expect(mirrored).toBeGreaterThan(150);
    expect(mirrored).toBeLessThan(250);
  });

  it(`stays within Keras' factors`, () => {
    const angles = draws({ rotation: 0.1 }).map(([a, , , d]) => Math.atan2(d, a) / (2 * Math.PI));
    const [low, high] = span(angles);
    expect([low < -0.09, low >= -0.1, high > 0.09, high <= 0.1]).toEqual([true, true, true, true]);
    const [small, large] = span(draws({ zoom: 0.3 }).map(([a]) => a));
    expect([small >= 0.7, small < 0.73, large > 1.27, large <= 1.3]).toEqual([true, true, true, true]);
    const [left, right] = span(draws({ shift: 0.25 }).map(([, , c]) => c));
    expect([left >= -10, left < -9, right > 9, right <= 10]).toEqual([true, true, true, true]);
    const [up, down] = span(draws({ shift: 0.25 }).map(([, , , , , f]) => f));
    expect([up >= -7.5, up < -7, down > 7, down <= 7.5]).toEqual([true, true, true, true]);
  });
});
