import { inflateSync } from 'node:zlib';
import { PictureError } from './errors';
import type { PictureHeader } from './header';
import { segmentsOf } from './jpeg';

/** Deflate packs no better than this (zlib's technical notes). */
const DEFLATE_RATIO = 1032;

/** Channels by PNG's colour type (PNG specification, section 11.2.1). */
const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/**
 * That a file is long enough for the picture that its header promises. Decoders take memory for all of it first, so
 * that a header of a few bytes could cost a gigabyte.
 *
 * @throws PictureError where it cannot be
 */
export function checkCapacity(bytes: Buffer, header: PictureHeader, name: string): void {
  const enough = header.format === 'png' ? pngFits(bytes, header) : jpegFits(bytes);
  if (enough) return;
  const { width, height } = header;
  const found = `only ${bytes.length}, so it was not decoded`;
  throw new PictureError(name, `bytes for ${width} × ${height} pixels`, found, 'Copy or download it again.');
}

function pngFits(bytes: Buffer, { width, height, depth }: PictureHeader): boolean {
  const bits = depth * (CHANNELS.get(bytes[25]) ?? 1);
  const unpacked = (width * height * bits) / 8 + height;
  if (unpacked > DEFLATE_RATIO * bytes.length) return false;
  return bytes[28] === 0 || unpacksTo(dataOf(bytes), unpacked + 4 * height + 32);
}

/** The chunks IDAT, one after the other. */
function dataOf(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, end));
    at = end + 4;
  }
  return Buffer.concat(parts);
}

/** An interlaced picture is unpacked at once, without a limit, so a bomb must be found before. */
function unpacksTo(data: Buffer, limit: number): boolean {
  try {
    inflateSync(data, { maxOutputLength: Math.ceil(limit) });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE'; // the decoder tells of other damage
  }
}

/** Each block of 8 × 8 numbers takes one bit at least (ITU T.81, F.1.2 and G.1.2). */
function jpegFits(bytes: Buffer): boolean {
  for (const { marker, data } of segmentsOf(bytes)) {
    if (marker >= 0xc0 && marker <= 0xc2) return blocksOf(data) <= 8 * bytes.length;
  }
  return true;
}

/** The blocks of all components, from a frame header (ITU T.81, A.1.1 and B.2.2). */
function blocksOf(frame: Buffer): number {
  const [height, width] = [frame.readUInt16BE(1), frame.readUInt16BE(3)];
  const count = Math.max(0, Math.min(frame.at(5) ?? 0, Math.floor((frame.length - 6) / 3)));
  const factors = Array.from({ length: count }, (_, i) => [frame[7 + 3 * i] >> 4, frame[7 + 3 * i] & 15]);
  const [across, down] = [0, 1].map((side) => Math.max(1, ...factors.map((factor) => factor[side])));
  const units = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  return units * factors.reduce((sum, [h, v]) => sum + h * v, 0);
}
