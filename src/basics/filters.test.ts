import { describe, expect, it } from 'vitest';
import { InputError } from './errors';
import { convolve, maxPool, transpose, type Kernel } from './filters';
import { GreyImage } from './grey-image';
import { uniforms } from './seeded';

const HORIZONTAL: Kernel = [
  [-1, -2, -1],
  [0, 0, 0],
  [1, 2, 1],
];

/** Rows counting 0 1 2 …, squared: a picture without symmetry. */
function ramp(width: number, height: number): GreyImage {
  return new GreyImage(
    width,
    height,
    Uint8Array.from({ length: width * height }, (_, i) => (i * i) % 251),
  );
}

/** The definition, word for word: row r of the filter's i-th column of pixels, in the course's order. */
function byDefinition(image: GreyImage, kernel: Kernel, weight: number): number[][] {
  const rows = image.toRows();
  for (let x = 1; x < image.height - 1; x++) {
    for (let y = 1; y < image.width - 1; y++) {
      let sum = 0;
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++) sum += image.at(x + j - 1, y + i - 1) * kernel[i][j];
      rows[x][y] = Math.trunc(Math.min(255, Math.max(0, sum * weight)));
    }
  }
  return rows;
}

describe('filters.convolve', () => {
  it('gives what NumPy gives for the course’s loops', () => {
    // Made with NumPy 2: a 4×5 array of (i * i) % 251 through the loops of the course, weight 1.
    const image = ramp(5, 4);
    expect(convolve(image, HORIZONTAL).toRows()).toEqual(byDefinition(image, HORIZONTAL, 1));
    expect(convolve(image, HORIZONTAL).toRows()).toEqual([
      [0, 1, 4, 9, 16],
      [25, 96, 112, 128, 81],
      [100, 0, 192, 208, 196],
      [225, 5, 38, 73, 110],
    ]);
  });

  it('agrees with the definition on noise, for fractional weights too', () => {
    const uniform = uniforms(7);
    const noise = new GreyImage(
      23,
      17,
      Uint8Array.from({ length: 391 }, () => 256 * uniform()),
    );
    const kernels: Kernel[] = [
      HORIZONTAL,
      [
        [0, 1, 0],
        [1, -4, 1],
        [0, 1, 0],
      ],
      [
        [0.1, 0.7, 0.3],
        [1, 2, 1],
        [1, 0.2, 1],
      ],
    ];
    for (const kernel of kernels) {
      for (const weight of [1, 0.1, 1 / 3]) {
        expect(convolve(noise, kernel, { weight }).toRows()).toEqual(byDefinition(noise, kernel, weight));
      }
    }
  });

  it('reads [column][row] unless told otherwise: the other reading is the transposed filter', () => {
    const image = ramp(9, 7);
    const asPrinted = convolve(image, HORIZONTAL, { layout: 'row-column' });
    expect(asPrinted.data).toEqual(convolve(image, transpose(HORIZONTAL)).data);
    expect(asPrinted.data).not.toEqual(convolve(image, HORIZONTAL).data);
  });

  it('keeps the border that the filter cannot cover, and the picture it was given', () => {
    const image = new GreyImage(6, 6, Buffer.from(ramp(6, 6).data));
    const before = new Uint8Array(image.data);
    const out = convolve(
      image,
      Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]),
    );
    expect([...image.data]).toEqual([...before]);
    expect(out.at(1, 5)).toBe(image.at(1, 5));
    expect(out.at(1, 1)).toBe(image.at(1, 1));
    expect(out.at(2, 2)).toBe(0);
  });

  it('clamps to 0–255, or wraps like an unsigned byte when told', () => {
    const image = new GreyImage(3, 3, new Uint8Array(9).fill(100));
    const times = (factor: number): Kernel => [
      [0, 0, 0],
      [0, factor, 0],
      [0, 0, 0],
    ];
    expect(convolve(image, times(3)).at(1, 1)).toBe(255);
    expect(convolve(image, times(-3)).at(1, 1)).toBe(0);
    expect(convolve(image, times(3), { clamp: false }).at(1, 1)).toBe(300 - 256);
    expect(convolve(image, times(-0.999), { clamp: false }).at(1, 1)).toBe(256 - 99);
    expect(convolve(image, times(0.999)).at(1, 1)).toBe(99);
  });

  it.each([
    [
      'an even side',
      [
        [1, 2],
        [3, 4],
      ],
      /square filter of odd size, got rows of 2, 2/,
    ],
    ['a ragged filter', [[1, 2, 3], [1], [1, 2, 3]], /got rows of 3, 1, 3/],
    ['no filter', [], /got rows of nothing/],
    ['NaN', [[NaN]], /finite numbers, got NaN/],
  ])('refuses %s', (_, kernel, message) => {
    expect(() => convolve(ramp(5, 5), kernel)).toThrow(InputError);
    expect(() => convolve(ramp(5, 5), kernel)).toThrow(message);
  });
});

describe('filters.maxPool', () => {
  it('takes the largest of each block', () => {
    const image = new GreyImage(4, 2, Uint8Array.of(1, 2, 9, 3, 4, 0, 5, 8));
    expect(maxPool(image).toRows()).toEqual([[4, 9]]);
  });

  it('leaves out what fills no block', () => {
    const image = new GreyImage(
      5,
      3,
      Uint8Array.from({ length: 15 }, (_, i) => i),
    );
    expect(maxPool(image).toRows()).toEqual([[6, 8]]);
    expect(maxPool(image, 3).toRows()).toEqual([[12]]);
    expect(maxPool(image, 1).data).toEqual(image.data);
  });

  it.each([0, 4, 1.5, NaN])('refuses blocks of %s on a picture 3 high', (size) => {
    expect(() => maxPool(ramp(5, 3), size)).toThrow(/block side from 1 to 3/);
  });
});
