import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError, FormatError } from '../errors';
import { readIdx } from './idx';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'convlab-idx-'));
});

afterAll(() => rmSync(root, { recursive: true }));

function idx(magic: number, shape: number[], data: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(magic, 0);
  shape.forEach((side, i) => head.writeUInt32BE(side, 4 + 4 * i));
  return Buffer.concat([head, data]);
}

function read(file: Uint8Array, sides: number) {
  const path = join(root, 'a.gz');
  writeFileSync(path, file);
  return readIdx(path, 'a.gz', sides);
}

const PIXELS = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
const GOOD = idx(0x0803, [2, 3, 4], PIXELS);

describe('readIdx reads', () => {
  it('pictures and labels', async () => {
    expect(await read(gzipSync(GOOD), 3)).toEqual({ shape: [2, 3, 4], data: PIXELS });
    expect(await read(gzipSync(idx(0x0801, [24], PIXELS)), 1)).toEqual({ shape: [24], data: PIXELS });
  });

  it('what comes in many pieces', async () => {
    const data = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 7919) >> 4);
    const { shape, data: found } = await read(gzipSync(idx(0x0801, [700_000], data)), 1);
    expect(shape).toEqual([700_000]);
    expect(Buffer.compare(found, data)).toBe(0);
  });
});

describe('readIdx refuses', () => {
  it.each<[string, Uint8Array, number, RegExp]>([
    [
      'a truncated gzip file',
      gzipSync(GOOD).subarray(0, -12),
      3,
      /a whole gzip file, found one that is cut short/,
    ],
    [
      'an empty file',
      new Uint8Array(0),
      3,
      /a whole gzip file, found one that is cut short|a header, found only 0/,
    ],
    ['a file that is not packed', GOOD, 3, /gzip data, found incorrect header check/],
    ['a web page', Buffer.from('<html>'), 3, /gzip data, found incorrect header check/],
    [
      'a wrong magic number',
      gzipSync(idx(0x0d03, [2, 3, 4], PIXELS)),
      3,
      /the magic number 0x00000803 \(IDX, unsigned bytes, 3 sides\), found 0x00000d03/,
    ],
    ['labels for pictures', gzipSync(idx(0x0801, [24], PIXELS)), 3, /0x00000803 .* found 0x00000801/],
    ['pictures for labels', gzipSync(GOOD), 1, /0x00000801 .* found 0x00000803/],
    ['only a part of a header', gzipSync(GOOD.subarray(0, 10)), 3, /a header, found only 10 bytes/],
    ['too few bytes', gzipSync(GOOD.subarray(0, -1)), 3, /24 bytes for the shape \(2, 3, 4\), found only 23/],
    [
      'too many bytes',
      gzipSync(Buffer.concat([GOOD, PIXELS])),
      3,
      /24 bytes for the shape \(2, 3, 4\), found more/,
    ],
    [
      'a promise of 79 GB',
      gzipSync(idx(0x0803, [0x7fff_ffff, 6, 6], PIXELS)),
      3,
      /at most 268435456 bytes, found the shape/,
    ],
  ])('%s', async (_, file, sides, message) => {
    await expect(read(file, sides)).rejects.toThrow(FormatError);
    await expect(read(file, sides)).rejects.toThrow(message);
    await expect(read(file, sides)).rejects.toThrow(/^a\.gz: expected /);
  });

  it('a file with any one byte changed, or one cut anywhere', async () => {
    const good = gzipSync(GOOD);
    for (let i = 10; i < good.length; i++) {
      const damaged = Buffer.from(good);
      damaged[i] ^= 0x55;
      await expect(read(damaged, 3)).rejects.toThrow(FormatError);
      await expect(read(good.subarray(0, i), 3)).rejects.toThrow(FormatError);
    }
  });

  it('what is not a file', async () => {
    await expect(readIdx(root, 'a.gz', 3)).rejects.toThrow(/^a\.gz: expected a readable file, but EISDIR/);
    await expect(readIdx(join(root, 'none'), 'a.gz', 3)).rejects.toThrow(DataError);
  });
});
