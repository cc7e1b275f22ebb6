import { PictureError } from './errors';
import { segmentsOf } from './jpeg';

/** What the first bytes of a file say about the picture in it. */
export interface PictureHeader {
  format: 'png' | 'jpeg';
  width: number;
  height: number;
  /** Bits of one channel of one pixel. */
  depth: number;
  /** Where in the file the picture ends: what stands behind is no part of it. */
  end: number;
}

/** A decoded picture holds at most this many pixels: 64 million, 256 MB with four channels. */
export const MAX_PIXELS = 64_000_000;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const START_OF_IMAGE = Buffer.from([0xff, 0xd8]);
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/** Pictures that are not read, by their first bytes. */
const OTHER_FORMATS: readonly (readonly [string, RegExp])[] = [
  ['a GIF picture', /^GIF8/],
  ['a BMP picture', /^BM[^]{4}\0\0\0\0/],
  ['a WebP picture', /^RIFF[^]{4}WEBP/],
  ['a TIFF picture', /^(II\*\0|MM\0\*)/],
  ['a HEIF or AVIF picture', /^[^]{4}ftyp/],
];

const TO_CONVERT = 'Save it as PNG or JPEG with any picture program, or take it out of the folder.';
const TO_REPLACE = 'Copy or download it again.';

/**
 * Reads the size of a PNG or JPEG picture and refuses what must not be decoded.
 *
 * @param name the file, for messages
 * @throws PictureError when the file is no PNG or JPEG, is cut short, has no pixels or more than {@link MAX_PIXELS}
 */
export function readHeader(bytes: Buffer, name: string): PictureHeader {
  const format = formatOf(bytes, name);
  const size = format === 'png' ? pngSize(bytes) : jpegSize(bytes);
  if (size) checkSize(size, name);
  const end = format === 'png' ? pngEnd(bytes) : jpegEnd(bytes);
  if (size && end !== undefined) return { format, ...size, end };
  const found = `one that was cut short after byte ${bytes.length}`;
  throw new PictureError(name, `a whole ${format.toUpperCase()} picture`, found, TO_REPLACE);
}

function formatOf(bytes: Buffer, name: string): PictureHeader['format'] {
  if (bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return 'png';
  if (bytes.subarray(0, 2).equals(START_OF_IMAGE)) return 'jpeg';
  throw new PictureError(name, 'a PNG or JPEG picture', describe(bytes), TO_CONVERT);
}

/** What a file that is no PNG or JPEG looks like. */
function describe(bytes: Buffer): string {
  if (bytes.length === 0) return 'an empty file';
  const start = bytes.toString('latin1', 0, 24);
  const format = OTHER_FORMATS.find(([, pattern]) => pattern.test(start));
  if (format) return format[0];
  if (/^[\t\n\r\x20-\x7e]+$/.test(start)) return `text that begins ${JSON.stringify(start)}`;
  return `bytes ${bytes.toString('hex', 0, 8).replace(/..(?!$)/g, '$& ')}`;
}

type Size = Pick<PictureHeader, 'width' | 'height' | 'depth'>;

function checkSize({ width, height }: Size, name: string): void {
  if (width < 1 || height < 1) {
    throw new PictureError(name, 'at least one pixel', `${width} × ${height} pixels`, TO_REPLACE);
  }
  if (width * height <= MAX_PIXELS) return;
  const million = (pixels: number) => `${Math.round(pixels / 1e6)} million pixels`;
  const found = `${width} × ${height} = ${million(width * height)}, so it was not decoded`;
  throw new PictureError(name, `at most ${million(MAX_PIXELS)}`, found, 'Reduce it with a picture program.');
}

/** From the chunk IHDR, which comes first (PNG specification, section 11.2.1). */
function pngSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 26 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), depth: bytes[24] };
}

/** Behind the chunk IEND, which comes last. */
function pngEnd(bytes: Buffer): number | undefined {
  for (let at = PNG_SIGNATURE.length; at + 12 <= bytes.length;) {
    const next = at + 12 + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return next <= bytes.length ? next : undefined;
    at = next;
  }
  return undefined;
}

/** From the first frame header, a marker SOF (ITU T.81, B.2.2). */
function jpegSize(bytes: Buffer): Size | undefined {
  for (const { marker, data } of segmentsOf(bytes)) {
    if (isFrame(marker)) {
      if (data.length < 5) return undefined;
      return { depth: data[0], height: data.readUInt16BE(1), width: data.readUInt16BE(3) };
    }
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which stand among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Behind the last marker EOI; what follows the entropy-coded data without one was cut off. */
function jpegEnd(bytes: Buffer): number | undefined {
  const at = bytes.lastIndexOf(END_OF_IMAGE);
  return at < 0 ? undefined : at + 2;
}
