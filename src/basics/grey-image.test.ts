import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { InputError } from './errors';
import { $display, GreyImage } from './grey-image';
import { encodePng } from '../image/png';
import { uniforms } from './seeded';

/** An independent decoder: the library that jimp reads PNG with. */
const load = createRequire(require.resolve('jimp'));
const { PNG } = load('pngjs') as {
  PNG: { sync: { read(file: Buffer): { width: number; height: number; data: Buffer } } };
};

function noise(length: number): Uint8Array {
  const uniform = uniforms(length);
  return Uint8Array.from({ length }, (_, i) => 40 * uniform() + (i % 200));
}

describe('encodePng', () => {
  it('is read back by another library, grey', () => {
    const image = new GreyImage(37, 21, noise(37 * 21));
    const read = PNG.sync.read(image.toPng());
    expect([read.width, read.height]).toEqual([37, 21]);
    expect(image.data).toEqual(Uint8Array.from({ length: 37 * 21 }, (_, i) => read.data[4 * i]));
  });

  it('is read back by another library, in colour', () => {
    const data = noise(13 * 5 * 3);
    const read = PNG.sync.read(encodePng({ width: 13, height: 5, channels: 3, data }));
    const back = data.map((_, i) => read.data[4 * Math.floor(i / 3) + (i % 3)]);
    expect(back).toEqual(data);
  });

  it('packs flat pictures small', () => {
    expect(new GreyImage(512, 512).toPng().length).toBeLessThan(1000);
  });
});

describe('GreyImage', () => {
  const image = new GreyImage(3, 2, Uint8Array.of(0, 1, 2, 3, 4, 250));

  it('counts rows and columns from the top left', () => {
    expect(image.at(1, 2)).toBe(250);
    expect(image.toRows()).toEqual([
      [0, 1, 2],
      [3, 4, 250],
    ]);
    expect(image.mean()).toBeCloseTo(260 / 6, 12);
  });

  it('copies and crops', () => {
    const copy = image.copy();
    copy.data[0] = 9;
    expect(image.at(0, 0)).toBe(0);
    expect(image.crop(0, 1, 2, 2).toRows()).toEqual([
      [1, 2],
      [4, 250],
    ]);
  });

  it('shows itself as PNG and text', () => {
    const bundle = image[$display]();
    expect(Buffer.from(bundle['image/png'], 'base64')).toEqual(image.toPng());
    expect(bundle['text/plain']).toBe('GreyImage 3×2, mean 43.3333');
    expect(($display as symbol) === Symbol.for('Jupyter.display')).toBe(true);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['too few bytes', () => new GreyImage(2, 2, new Uint8Array(3)), /2 × 2 = 4 pixels, got 3 bytes/],
    ['no width', () => new GreyImage(0, 2), /a width of 1 to 8192 pixels, got 0/],
    ['a huge height', () => new GreyImage(1, 1e9), /a height of 1 to 8192/],
    ['a place outside', () => image.at(2, 0), /row from 0 to 1/],
    ['a crop over the edge', () => image.crop(1, 1, 2, 1), /got row 2, column 1/],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
