import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { extent, spanned, standardised } from './levels';

describe('standardised', () => {
  it('is the course’s formula, as NumPy computes it', () => {
    const values = Array.from({ length: 24 }, (_, i) => ((13 * i * i + 5 * i) % 31) ** 2 / 10 - 20);
    // np.clip((z - z.mean()) / z.std() * 64 + 128, 0, 255).astype('uint8')
    const expected = [59, 130, 59, 73, 86, 77, 60, 155, 63, 96, 122, 115, 81, 255, 102, 184, 242, 242];
    expect([...standardised(values)]).toEqual([...expected, 184, 102, 255, 81, 115, 122]);
  });

  it('is flat where nothing varies, were it only by rounding', () => {
    expect([...standardised(new Float32Array(5))]).toEqual([128, 128, 128, 128, 128]);
    expect([...standardised(Float32Array.of(0.1, 0.1, 0.1))]).toEqual([128, 128, 128]);
    expect([...standardised(Float32Array.of(0.1, 0.1 + 6e-9, 0.1 - 6e-9))]).toEqual([128, 128, 128]);
    expect(new Set(standardised([1e-12, 2e-12])).size).toBe(2);
  });
});

describe('spanned', () => {
  it('reaches from 0 to 255, and lies in the middle where the ends are one', () => {
    expect([...spanned([-1, 0, 1], [-1, 1])]).toEqual([0, 128, 255]);
    expect([...spanned([3, 3], [3, 3])]).toEqual([128, 128]);
  });
});

describe('extent', () => {
  it('finds the ends, and says where a number is not one', () => {
    expect(extent('here', 'this', [3, -2, 7])).toEqual([-2, 7]);
    expect(() => extent('here', 'this', [1, NaN])).toThrow(InputError);
    expect(() => extent('here', 'this', [1, NaN])).toThrow(/finite numbers in this, got NaN.*diverged/);
  });
});
