import type { Pixels } from '../../image/resize';

/**
 * Where each pixel of the result comes from: x' = a x + b y + c, y' = d x + e y + f,
 * with places counted in pixels from the centre of the picture.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** The pixel that stands at `at` when a line of `size` pixels is continued by its mirror image: …c b a | a b c | c b a… */
function mirrored(at: number, size: number): number {
  const period = 2 * size;
  const inPeriod = ((at % period) + period) % period;
  return inPeriod < size ? inPeriod : period - 1 - inPeriod;
}

/**
 * Moves, turns, scales and mirrors a picture: bilinear, and beyond its edges its mirror image, as Keras'
 * preprocessing layers do by default (`fill_mode='reflect'`).
 */
export function warp({ width, height, channels, data }: Pixels, [a, b, c, d, e, f]: Affine): Pixels {
  const out = new Uint8Array(data.length);
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = a * (x - middleX) + b * (y - middleY) + c + middleX;
      const fromY = d * (x - middleX) + e * (y - middleY) + f + middleY;
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      const along = fromX - left;
      const down = fromY - top;
      const column = mirrored(left, width) * channels;
      const nextColumn = mirrored(left + 1, width) * channels;
      const row = mirrored(top, height) * width * channels;
      const nextRow = mirrored(top + 1, height) * width * channels;
      for (let k = 0; k < channels; k++) {
        const upper = data[row + column + k] * (1 - along) + data[row + nextColumn + k] * along;
        const lower = data[nextRow + column + k] * (1 - along) + data[nextRow + nextColumn + k] * along;
        out[i++] = upper * (1 - down) + lower * down + 0.5;
      }
    }
  }
  return { width, height, channels, data: out };
}
