import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodePicture } from './decode';
import { PictureError } from './errors';
import golden from './testing/golden.json';

const jpeg = () => {
  const [, file] = Object.entries(golden.files).find(([name]) => name.endsWith('.jpg'))!;
  return Buffer.from(file.file, 'base64');
};

/** A JPEG file that claims another size. */
function jpegOfSize(height: number, width: number): Buffer {
  const bytes = jpeg();
  const at = [0xc0, 0xc1, 0xc2]
    .map((kind) => bytes.indexOf(Buffer.from([0xff, kind])))
    .find((place) => place > 0)!;
  bytes.writeUInt16BE(height, at + 5);
  bytes.writeUInt16BE(width, at + 7);
  return bytes;
}

function chunk(type: string, body: Buffer): Buffer {
  const out = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
  out.writeUInt32BE(body.length, 0);
  out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
  return out;
}

/** A grey PNG file with so many zeros as its pixels. */
function png(width: number, height: number, interlace: number, zeros: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, interlace], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const data = chunk('IDAT', deflateSync(Buffer.alloc(zeros)));
  return Buffer.concat([signature, chunk('IHDR', head), data, chunk('IEND', Buffer.alloc(0))]);
}

describe('a picture is not decoded when', () => {
  it.each<[string, Buffer]>([
    ['a small JPEG file promises 32 million pixels', jpegOfSize(500, 64_000)],
    ['a small PNG file promises 49 million pixels', png(7000, 7000, 0, 100)],
    ['an interlaced PNG file holds far more than its picture', png(4, 4, 1, 5_000_000)],
  ])('%s', (_, bytes) => {
    expect(() => decodePicture(bytes, 'bomb')).toThrow(PictureError);
    expect(() => decodePicture(bytes, 'bomb')).toThrow(
      /bomb: expected bytes for \d+ × \d+ pixels, found only \d+/,
    );
  });
});

it('pictures of one colour, which pack best, are decoded', () => {
  expect(decodePicture(png(500, 500, 0, 500 * 501), 'flat')).toMatchObject({ width: 500, height: 500 });
  expect(decodePicture(png(64, 64, 1, 64 * 64 + 120), 'flat')).toMatchObject({ width: 64, height: 64 });
});
