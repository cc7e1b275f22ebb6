import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { GreyImage } from '../basics/grey-image';
import { uniforms } from '../basics/seeded';
import { $display } from './display';
import { imageGrid } from './image-grid';
import { lettering } from './lettering';
import { enlarge, reduceBy } from './raster';

function noise(side: number): GreyImage {
  const uniform = uniforms(side);
  return new GreyImage(
    side,
    side,
    Uint8Array.from({ length: side * side }, () => 256 * uniform()),
  );
}

describe('enlarge and reduceBy', () => {
  it('repeat pixels and take means', () => {
    const image = new GreyImage(2, 1, Uint8Array.of(10, 20));
    expect(enlarge(image, 2).toRows()).toEqual([
      [10, 10, 20, 20],
      [10, 10, 20, 20],
    ]);
    expect(reduceBy(new GreyImage(3, 2, Uint8Array.of(1, 2, 99, 3, 4, 99)), 2).toRows()).toEqual([[3]]);
  });

  it('undo each other', () => {
    expect(reduceBy(enlarge(noise(9), 3), 3).data).toEqual(noise(9).data);
  });
});

describe('plot.imageGrid', () => {
  it('shows large pictures at their own size, pixel for pixel, side by side', async () => {
    const sheet = await imageGrid([noise(512), noise(256)]).toImage();
    expect([sheet.width, sheet.height]).toEqual([12 + 512 + 12 + 256 + 12, 12 + 512 + 12]);
    expect(sheet.crop(12, 12, 512, 512).data).toEqual(noise(512).data);
    expect(sheet.crop(12, 536, 256, 256).data).toEqual(noise(256).data);
    expect(sheet.at(500, 700)).toBe(255);
  });

  it('reduces four of them by a half, and enlarges small ones', async () => {
    const four = await imageGrid([1, 2, 3, 4].map(() => noise(512))).toImage();
    expect(four.crop(12, 12, 256, 256).data).toEqual(reduceBy(noise(512), 2).data);
    const small = await imageGrid([noise(28)], { titles: ['a digit'] }).toImage();
    expect(small.width).toBe(28 * 11 + 24);
  });

  it('sets rows and columns', async () => {
    const sheet = await imageGrid(
      [1, 2, 3].map(() => noise(300)),
      { columns: 2 },
    ).toImage();
    expect([sheet.width, sheet.height]).toEqual([12 + 2 * 312, 12 + 2 * 312]);
  });

  it('sends small pictures for zooming too, large ones once', async () => {
    const small = await imageGrid([noise(28), noise(28)], { titles: ['<b>', 'two'] })[$display]();
    const figure = small['application/vnd.plotly.v1+json'] as {
      data: unknown[];
      layout: Record<string, unknown>;
    };
    expect(figure.data).toHaveLength(2);
    expect(figure.layout.yaxis2).toMatchObject({ scaleanchor: 'x2', range: [27.5, -0.5] });
    expect(JSON.stringify(figure.layout.annotations)).toContain('&lt;b>');
    const large = await imageGrid([noise(512), noise(512)])[$display]();
    expect(Object.keys(large)).toEqual(['image/png', 'text/plain']);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no pictures', () => imageGrid([]), /at least one picture/],
    [
      'too few titles',
      () => imageGrid([noise(4), noise(4)], { titles: ['a'] }),
      /2 titles, one a picture, got 1/,
    ],
    ['no columns', () => imageGrid([noise(4)], { columns: 0 }), /from 1 to 64, got 0/],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});

describe('lettering', () => {
  it('writes dark on white, and cuts what is too long', async () => {
    const long = await lettering('x'.repeat(400), 200);
    expect(long.width).toBeLessThanOrEqual(200);
    const word = await lettering('filter 2 − 512×512 ☃', 500);
    expect(Math.min(...word.data)).toBeLessThan(60);
    expect(word.mean()).toBeGreaterThan(200);
  });
});
