import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { uniforms } from '../basics/seeded';
import { paste, rasterOf, resize, toRgb, type Raster } from './raster';

const grey = (width: number, height: number, data: number[]): Raster => {
  return { width, height, channels: 1, data: Uint8Array.from(data) };
};

function noise(width: number, height: number, channels: Raster['channels']): Raster {
  const uniform = uniforms(width);
  const data = Uint8Array.from({ length: width * height * channels }, () => 256 * uniform());
  return { width, height, channels, data };
}

describe('resize', () => {
  it('repeats pixels when it enlarges by whole numbers', () => {
    const big = resize(grey(2, 1, [10, 20]), 4, 2);
    expect([...big.data]).toEqual([10, 10, 20, 20, 10, 10, 20, 20]);
  });

  it('takes the mean of what a pixel covers, parts of pixels too', () => {
    // NumPy: np.kron(a, np.ones((2, 3))).reshape(2, 3, 3, 5).mean((1, 3))
    const small = resize(
      grey(5, 3, [0, 56, 186, 134, 156, 252, 166, 154, 216, 96, 50, 78, 180, 100, 94]),
      3,
      2,
    );
    expect([...small.data]).toEqual([87, 156, 146, 113, 152, 112]);
    expect([...resize(grey(3, 2, [1, 2, 99, 3, 4, 99]), 1, 1).data]).toEqual([35]);
  });

  it('keeps channels apart, and undoes itself', () => {
    const picture = noise(9, 7, 3);
    expect(resize(resize(picture, 27, 14), 9, 7)).toEqual(picture);
    const green = { ...picture, data: picture.data.map((value, i) => (i % 3 === 1 ? value : 0)) };
    expect(resize(green, 4, 5).data.every((value, i) => i % 3 === 1 || value === 0)).toBe(true);
  });

  it('keeps the mean, at any size', () => {
    const picture = noise(50, 50, 1);
    const mean = (data: Raster['data']) => data.reduce((sum, value) => sum + value, 0) / data.length;
    for (const side of [1, 7, 33, 49, 51, 120]) {
      expect(Math.abs(mean(resize(picture, side, side).data) - mean(picture.data))).toBeLessThan(0.6);
    }
  });
});

describe('toRgb', () => {
  it('shows transparent pixels on white', () => {
    const pixels = Uint8Array.of(200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51);
    const picture: Raster = { width: 3, height: 1, channels: 4, data: pixels };
    expect([...toRgb(picture).data]).toEqual([200, 100, 0, 255, 255, 255, 244, 224, 204]);
    expect([...toRgb(grey(2, 1, [0, 9])).data]).toEqual([0, 0, 0, 9, 9, 9]);
  });
});

describe('paste', () => {
  it('puts rows where they belong', () => {
    const sheet = grey(4, 3, new Array<number>(12).fill(0));
    paste(sheet, grey(2, 2, [1, 2, 3, 4]), 1, 2);
    expect([...sheet.data]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4]);
  });
});

describe('rasterOf', () => {
  it('takes pictures without channels for grey, and refuses wrong sizes', () => {
    expect(rasterOf('here', { width: 1, height: 1, data: Uint8Array.of(7) }).channels).toBe(1);
    const short = { width: 2, height: 2, channels: 3 as const, data: new Uint8Array(4) };
    expect(() => rasterOf('here', short)).toThrow(InputError);
    expect(() => rasterOf('here', short)).toThrow(
      /here: expected 2×2 pixels of 3 bytes, 12 bytes .* got 4 bytes/,
    );
  });
});
