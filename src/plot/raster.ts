import { InputError } from '../basics/errors';
import type { Raster as AnyRaster } from '../image/png';

/** 8-bit pixels, row by row, channels last. */
export type Raster = AnyRaster & { data: Uint8Array };

/** What figures take as a picture: 8-bit pixels, row by row, channels last; one channel when not said. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 red, green, blue, 4 these and opacity. */
  readonly channels?: 1 | 3 | 4;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * The picture with its channels said.
 *
 * @throws InputError when there are not width × height × channels bytes
 */
export function rasterOf(where: string, { width, height, channels = 1, data }: Pixels): Raster {
  const count = width * height * channels;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (data.length === count && count > 0) return { width, height, channels, data: bytes };
  const expected = `${width}×${height} pixels of ${channels} bytes, ${count} bytes and at least one`;
  throw new InputError(where, expected, `${data.length} bytes`);
}

/** A raster of one value everywhere. */
export function filled(width: number, height: number, channels: Raster['channels'], value: number): Raster {
  return { width, height, channels, data: new Uint8Array(width * height * channels).fill(value) };
}

/** For each of `to` pixels, which of `from` pixels lie under it and by which share; each list adds up to 1. */
function coverage(from: number, to: number): { first: number; shares: number[] }[] {
  return Array.from({ length: to }, (_, i) => {
    // In units of 1/to source pixels all borders are whole numbers.
    const [start, end] = [i * from, (i + 1) * from];
    const first = Math.floor(start / to);
    const shares: number[] = [];
    for (let k = first; k * to < end; k++) {
      shares.push((Math.min(end, (k + 1) * to) - Math.max(start, k * to)) / from);
    }
    return { first, shares };
  });
}

/**
 * The picture at another size by area averages: each new pixel is the mean of the ground it covers. Reducing
 * loses no pixel; enlarging by a whole number repeats pixels and smears none.
 */
export function resize(picture: Raster, width: number, height: number): Raster {
  if (width === picture.width && height === picture.height) return picture;
  const { channels } = picture;
  const across = averageColumns(picture, width);
  const data = new Uint8Array(width * height * channels);
  const stride = width * channels;
  coverage(picture.height, height).forEach(({ first, shares }, row) => {
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let k = 0; k < shares.length; k++) sum += across[(first + k) * stride + i] * shares[k];
      data[row * stride + i] = Math.round(sum);
    }
  });
  return { width, height, channels, data };
}

function averageColumns({ width: from, height, channels, data }: Raster, to: number): Float64Array {
  const out = new Float64Array(height * to * channels);
  coverage(from, to).forEach(({ first, shares }, column) => {
    for (let row = 0; row < height; row++) {
      for (let channel = 0; channel < channels; channel++) {
        const start = (row * from + first) * channels + channel;
        let sum = 0;
        for (let k = 0; k < shares.length; k++) sum += data[start + k * channels] * shares[k];
        out[(row * to + column) * channels + channel] = sum;
      }
    }
  });
  return out;
}

/** Red, green and blue: grey three times over, transparent pixels as they look on white paper. */
export function toRgb({ width, height, channels, data }: Raster): Raster {
  if (channels === 3) return { width, height, channels, data };
  const out = filled(width, height, 3, 255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const opacity = channels === 4 ? data[4 * pixel + 3] / 255 : 1;
    for (let c = 0; c < 3; c++) {
      const value = data[channels * pixel + (channels === 4 ? c : 0)];
      out.data[3 * pixel + c] = Math.round(255 + (value - 255) * opacity);
    }
  }
  return out;
}

/** The same pixels with every byte replaced by what `change` makes of it. */
export function mapBytes(picture: Raster, change: (value: number) => number): Raster {
  return { ...picture, data: Uint8Array.from(picture.data, change) };
}

/** Put a picture onto another of as many channels, its top left at a row and a column; all of it must fit. */
export function paste(onto: Raster, picture: Raster, row: number, column: number): void {
  const stride = picture.width * picture.channels;
  for (let y = 0; y < picture.height; y++) {
    const line = picture.data.subarray(y * stride, (y + 1) * stride);
    onto.data.set(line, ((row + y) * onto.width + column) * onto.channels);
  }
}
