import { Jimp } from 'jimp';
import { describe, expect, it } from 'vitest';
import { uniforms } from '../basics/seeded';
import { encodePng, type Raster } from './png';

const SIDE = 40;

function noise(channels: Raster['channels'], colours = 256): Raster {
  const uniform = uniforms(channels);
  const data = Uint8Array.from({ length: SIDE * SIDE * channels }, () => colours * uniform());
  return { width: SIDE, height: SIDE, channels, data };
}

/** Red, green, blue and opacity of each pixel, by another decoder. */
async function decoded(png: Buffer): Promise<Uint8Array> {
  const { bitmap } = await Jimp.read(png);
  expect([bitmap.width, bitmap.height]).toEqual([SIDE, SIDE]);
  return Uint8Array.from(bitmap.data);
}

describe('encodePng', () => {
  it.each([1, 3, 4] as const)('keeps every pixel of %s channels', async (channels) => {
    const raster = noise(channels);
    const rgba = await decoded(encodePng(raster));
    const expected = Array.from({ length: SIDE * SIDE }, (_, i) => {
      const pixel = [...raster.data.subarray(i * channels, (i + 1) * channels)];
      if (channels === 1) return [pixel[0], pixel[0], pixel[0], 255];
      return channels === 3 ? [...pixel, 255] : pixel;
    });
    expect([...rgba]).toEqual(expected.flat());
  });

  it('looks indexed pixels up in the palette, in a third of the bytes of RGB', async () => {
    const palette = Uint8Array.from({ length: 3 * 200 }, (_, i) => (i * 37) % 256);
    const places = noise(1, 200);
    const colours = [...places.data].map((place) => [...palette.subarray(3 * place, 3 * place + 3)]);
    const png = encodePng(places, palette);
    expect([...(await decoded(png))]).toEqual(colours.flatMap((colour) => [...colour, 255]));
    const rgb = encodePng({ ...places, channels: 3, data: Uint8Array.from(colours.flat()) });
    expect(png.length).toBeLessThan(rgb.length * 0.5);
    expect(encodePng(places, palette)).toEqual(png);
  });

  it.each<[string, Raster, number]>([
    ['a place beyond the palette', noise(1), 3 * 16],
    ['more than 256 colours', noise(1), 3 * 257],
    ['a palette of broken colours', noise(1, 2), 10],
    ['colour pixels', noise(3, 2), 3 * 256],
  ])('refuses %s', (_, raster, bytes) => {
    expect(() => encodePng(raster, new Uint8Array(bytes))).toThrow(
      /places in a palette of at most 256 colours of 3 bytes, got \d channels, places up to \d+/,
    );
  });
});
