import { Jimp } from 'jimp';
import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { GreyImage } from '../basics/grey-image';
import { uniforms } from '../basics/seeded';
import { $display } from './display';
import { imageGrid } from './image-grid';
import { lettering } from './lettering';
import { resize, type Pixels, type Raster } from './raster';

function noise(side: number): GreyImage {
  const uniform = uniforms(side);
  return new GreyImage(
    side,
    side,
    Uint8Array.from({ length: side * side }, () => 256 * uniform()),
  );
}

/** Soft shapes with a little noise, which compress as photographs do. */
function photograph(side: number, seed: number): Pixels {
  const uniform = uniforms(seed);
  const [a, b, c] = [uniform() / 20, uniform() / 15, uniform() * 9];
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    return 120 + 90 * Math.sin(a * x + (i % 3)) * Math.cos(b * y + c) + 20 * uniform();
  });
  return { width: side, height: side, channels: 3, data };
}

const draw = async (...args: Parameters<typeof imageGrid>) => (await imageGrid(...args).draw(1)).raster;

/** A rectangle of a picture. */
function cut({ width, channels, data }: Raster, top: number, left: number, side: number): Uint8Array {
  const rows = Array.from({ length: side }, (_, y) => {
    const start = ((top + y) * width + left) * channels;
    return data.subarray(start, start + side * channels);
  });
  return Buffer.concat(rows);
}

/** As `toEqual`, which takes seconds for a picture. */
function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual).toHaveLength(expected.length);
  expect(Buffer.compare(actual, expected)).toBe(0);
}

const reduced = (side: number, to: number) => {
  return resize({ width: side, height: side, channels: 1, data: noise(side).data }, to, to).data;
};

describe('plot.imageGrid', () => {
  it('shows large pictures at their own size, pixel for pixel, side by side', async () => {
    const sheet = await draw([noise(512), noise(256)]);
    expect([sheet.width, sheet.height]).toEqual([12 + 512 + 12 + 256 + 12, 12 + 512 + 12]);
    expectSame(cut(sheet, 12, 12, 512), noise(512).data);
    expectSame(cut(sheet, 12, 536, 256), noise(256).data);
    expect(sheet.data[500 * sheet.width + 700]).toBe(255);
  });

  it('reduces four of them by a half, and enlarges small ones', async () => {
    const four = await draw([1, 2, 3, 4].map(() => noise(512)));
    expectSame(cut(four, 12, 12, 256), reduced(512, 256));
    const small = await draw([noise(28)], { titles: ['a digit'] });
    expect(small.width).toBe(28 * 11 + 24);
  });

  it('sets rows and columns', async () => {
    const sheet = await draw(
      [1, 2, 3].map(() => noise(300)),
      { columns: 2 },
    );
    expect([sheet.width, sheet.height]).toEqual([12 + 2 * 312, 12 + 2 * 312]);
  });

  it('fills the page with pictures that no whole factor fits', async () => {
    const sheet = await draw([1, 2, 3, 4].map(() => noise(300)));
    expect([sheet.width, sheet.height]).toEqual([1096, 12 + 259 + 12]);
    expectSame(cut(sheet, 12, 12, 259), reduced(300, 259));
  });

  it('shows colour beside grey, and transparent pixels as white', async () => {
    const clear = { width: 2, height: 2, channels: 4 as const, data: new Uint8Array(16) };
    const red = {
      width: 2,
      height: 2,
      channels: 3 as const,
      data: Uint8Array.of(9, 0, 0, 9, 0, 0, 9, 0, 0, 9, 0, 0),
    };
    const sheet = await draw([clear, red, new GreyImage(2, 2)]);
    const pixel = (left: number) => [...cut(sheet, 20, left, 1)];
    expect(sheet.channels).toBe(3);
    expect([pixel(20), pixel(20 + 332), pixel(20 + 664)]).toEqual([
      [255, 255, 255],
      [9, 0, 0],
      [0, 0, 0],
    ]);
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
    const large = await imageGrid([noise(300), noise(256)])[$display]();
    expect(Object.keys(large)).toEqual(['image/png', 'text/plain']);
  });

  it('keeps a sheet of 16 photographs under 300 kB, as a JPEG that looks the same', async () => {
    const grid = imageGrid(Array.from({ length: 16 }, (_, i) => photograph(300, i + 1)));
    const bundle = await grid[$display]();
    expect(Object.keys(bundle)).toEqual(['image/jpeg', 'text/plain']);
    expect(JSON.stringify(bundle).length).toBeLessThan(300_000);
    const { bitmap } = await Jimp.read(Buffer.from(bundle['image/jpeg'] as string, 'base64'));
    const { raster } = await grid.draw(1);
    expect([bitmap.width, bitmap.height]).toEqual([1096, 1096]);
    const far = raster.data.reduce((sum, value, i) => {
      return sum + Math.abs(value - bitmap.data[Math.floor(i / 3) * 4 + (i % 3)]);
    }, 0);
    expect(far / raster.data.length).toBeLessThan(5);
  });

  it('makes smaller what would be too large at any quality', async () => {
    const bundle = await imageGrid([noise(700), noise(600)])[$display]();
    expect(JSON.stringify(bundle).length).toBeLessThan(300_000);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no pictures', () => imageGrid([]), /at least one picture/],
    [
      'too few titles',
      () => imageGrid([noise(4), noise(4)], { titles: ['a'] }),
      /2 titles, one a picture, got 1/,
    ],
    ['no columns', () => imageGrid([noise(4)], { columns: 0 }), /from 1 to 64, got 0/],
    ['a wrong size', () => imageGrid([{ width: 2, height: 2, data: new Uint8Array(5) }]), /4 bytes .* got 5/],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});

describe('lettering', () => {
  it('writes dark on white, and cuts what is too long', async () => {
    const long = await lettering('x'.repeat(400), 200);
    expect(long.width).toBeLessThanOrEqual(200);
    const { data } = await lettering('filter 2 − 512×512 ☃', 500);
    expect(Math.min(...data)).toBeLessThan(60);
    expect(data.reduce((sum, value) => sum + value, 0) / data.length).toBeGreaterThan(200);
  });
});
