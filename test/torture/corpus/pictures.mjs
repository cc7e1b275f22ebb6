/** Small pictures of every kind, and PNG files written chunk by chunk with right checksums. */
import { crc32, deflateSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const GOLDEN = fileURLToPath(new URL('../../../src/image/testing/golden.json', import.meta.url));

/** The pictures of the unit tests whose names end so. */
export function pictures(ending) {
  const { files } = JSON.parse(readFileSync(GOLDEN, 'utf8'));
  const names = Object.keys(files).filter((name) => name.endsWith(ending));
  return names.map((name) => Buffer.from(files[name].file, 'base64'));
}

export function chunk(type, body) {
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, 'latin1');
  body.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, body.length + 8)), body.length + 8);
  return out;
}

/** A PNG file of these parts, whether they fit together or not. */
export function pngOf({ width, height, depth, colour, interlace, palette, pixels, others }) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, colour, 0, 0, interlace], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    ...(palette.length > 0 ? [chunk('PLTE', palette)] : []),
    ...others.map(({ type, body }) => chunk(type, body)),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
