import { crc32, deflateSync } from 'node:zlib';

/** 8-bit pixels, row by row; 1 channel is grey, 3 are red, green, blue, 4 these and opacity. */
export interface Raster {
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  data: Uint8Array | Uint8ClampedArray;
}

/** The specification's names for these numbers of channels (section 11.2.1). */
const COLOUR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;

/** Pixels that are places in a list of colours. */
const INDEXED = 3;

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The `Paeth` predictor of the PNG specification, section 9.4. */
function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const toLeft = Math.abs(guess - left);
  const toUp = Math.abs(guess - up);
  const toCorner = Math.abs(guess - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Write row `y` filtered by kind 0–4 at `offset`; the result is the sum of distances from 0, small is good. */
function filterRow(raster: Raster, y: number, kind: number, out: Uint8Array, offset: number): number {
  const { data, channels } = raster;
  const stride = raster.width * channels;
  const row = y * stride;
  let sum = 0;
  out[offset] = kind;
  for (let i = 0; i < stride; i++) {
    const left = i >= channels ? data[row + i - channels] : 0;
    const up = y > 0 ? data[row + i - stride] : 0;
    const corner = y > 0 && i >= channels ? data[row + i - stride - channels] : 0;
    let guess = 0;
    if (kind === 1) guess = left;
    else if (kind === 2) guess = up;
    else if (kind === 3) guess = (left + up) >> 1;
    else if (kind === 4) guess = paeth(left, up, corner);
    const value = (data[row + i] - guess) & 255;
    out[offset + 1 + i] = value;
    sum += value < 128 ? value : 256 - value;
  }
  return sum;
}

/** Each row behind the filter that leaves the least, as the specification advises (section 12.8). */
function filtered(raster: Raster): Uint8Array {
  const stride = raster.width * raster.channels + 1;
  const out = new Uint8Array(stride * raster.height);
  const trial = new Uint8Array(stride);
  for (let y = 0; y < raster.height; y++) {
    let best = Infinity;
    for (let kind = 0; kind <= 4; kind++) {
      const sum = filterRow(raster, y, kind, trial, 0);
      if (sum >= best) continue;
      best = sum;
      out.set(trial, y * stride);
    }
  }
  return out;
}

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, 'latin1');
  out.set(body, 8);
  out.writeUInt32BE(crc32(out.subarray(4, body.length + 8)), body.length + 8);
  return out;
}

/** Each row as it is: differences between places in a palette mean nothing (section 12.7). */
function unfiltered({ width, height, data }: Raster): Uint8Array {
  const out = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) out.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return out;
}

function checkPalette({ channels, data }: Raster, palette: Uint8Array): void {
  const colours = palette.length / 3;
  let highest = 0;
  for (const place of data) highest = Math.max(highest, place);
  if (channels === 1 && Number.isInteger(colours) && colours <= 256 && highest < colours) return;
  const expected = 'one channel of places in a palette of at most 256 colours of 3 bytes';
  const received = `${channels} channels, places up to ${highest}, a palette of ${palette.length} bytes`;
  throw new RangeError(`encodePng: expected ${expected}, got ${received}.`);
}

/**
 * The pixels as a PNG file (grey, RGB, RGBA or indexed, 8 bits, no interlacing), equal bytes for equal pixels.
 * It is here because a general picture library spends four channels on grey and ten times as long.
 *
 * @param palette red, green and blue of up to 256 colours; the one channel then holds places in it, and the
 *   file takes a third of what RGB would
 * @throws RangeError when the pixels do not fit the palette
 */
export function encodePng(raster: Raster, palette?: Uint8Array): Buffer {
  if (palette) checkPalette(raster, palette);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(raster.width, 0);
  header.writeUInt32BE(raster.height, 4);
  header[8] = 8;
  header[9] = palette ? INDEXED : COLOUR_TYPES[raster.channels];
  const pixels = deflateSync(palette ? unfiltered(raster) : filtered(raster), { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
