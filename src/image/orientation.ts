import { segmentsOf } from './jpeg';
import type { Pixels } from './resize';

/** How a picture lies in its file: 1 is upright, 3 on its head, 6 and 8 on a side; 2, 4, 5 and 7 are mirrored too. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const APP1 = 0xe1;
const EXIF = Buffer.from('Exif\0\0', 'latin1');
const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;

/**
 * The orientation that a camera wrote into a JPEG file: the entry 0x0112 of its EXIF data (CIPA DC-008, 4.6.4; TIFF 6.0).
 * Data that are absent or damaged say 1, as any viewer takes them; so does every PNG file.
 */
export function orientationOf(bytes: Buffer): Orientation {
  for (const { marker, data } of segmentsOf(bytes)) {
    if (marker === APP1 && data.subarray(0, EXIF.length).equals(EXIF)) {
      return inTiff(data.subarray(EXIF.length)) ?? 1;
    }
  }
  return 1;
}

function inTiff(tiff: Buffer): Orientation | undefined {
  const order = tiff.toString('latin1', 0, 2);
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return undefined;
  const short = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const start = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (start + 2 > tiff.length) return undefined;
  const count = Math.min(short(start), Math.floor((tiff.length - start - 2) / ENTRY_BYTES));
  for (let at = start + 2; at < start + 2 + count * ENTRY_BYTES; at += ENTRY_BYTES) {
    if (short(at) !== ORIENTATION_TAG || short(at + 2) !== SHORT) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? (value as Orientation) : undefined;
  }
  return undefined;
}

/** Of each orientation: whether rows and columns change places, and whether the file's rows and columns run backwards. */
const TURNS: Record<Orientation, readonly [swapped: boolean, rows: boolean, columns: boolean]> = {
  1: [false, false, false],
  2: [false, false, true],
  3: [false, true, true],
  4: [false, true, false],
  5: [true, false, false],
  6: [true, true, false],
  7: [true, true, true],
  8: [true, false, true],
};

/** The picture as it was seen. */
export function upright(pixels: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return pixels;
  const { channels, data } = pixels;
  const [swapped, rowsBack, columnsBack] = TURNS[orientation];
  const [width, height] = swapped ? [pixels.height, pixels.width] : [pixels.width, pixels.height];
  const out = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [row, column] = swapped ? [x, y] : [y, x];
      const fromRow = rowsBack ? pixels.height - 1 - row : row;
      const fromColumn = columnsBack ? pixels.width - 1 - column : column;
      let from = (fromRow * pixels.width + fromColumn) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from++];
    }
  }
  return { width, height, channels, data: out };
}
