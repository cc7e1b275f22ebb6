import { Jimp } from 'jimp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from './decode';
import { orientationOf, upright, type Orientation } from './orientation';
import golden from './testing/golden.json';

const PHOTO = Buffer.from(golden.files['photo.jpg'].file, 'base64');
const ALL: Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

interface Entry {
  order?: 'II' | 'MM';
  type?: number;
  value: number;
}

/** EXIF data of two entries, the second of which is the orientation. */
function exif({ order = 'MM', type = 3, value }: Entry): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 2 * 12 + 4);
  const short = (number: number, at: number) =>
    order === 'II' ? tiff.writeUInt16LE(number, at) : tiff.writeUInt16BE(number, at);
  const long = (number: number, at: number) =>
    order === 'II' ? tiff.writeUInt32LE(number, at) : tiff.writeUInt32BE(number, at);
  tiff.write(order, 'latin1');
  short(42, 2);
  long(8, 4);
  short(2, 8);
  [
    [0x0100, 4, 32],
    [0x0112, type, value],
  ].forEach(([tag, kind, number], i) => {
    const at = 10 + 12 * i;
    short(tag, at);
    short(kind, at + 2);
    long(1, at + 4);
    if (kind === 3) short(number, at + 8);
    else long(number, at + 8);
  });
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
}

/** The photograph with a segment APP1 before its others. */
function withApp1(...contents: Buffer[]): Buffer {
  const segments = contents.map((content) => {
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(content.length + 2, 2);
    return Buffer.concat([head, content]);
  });
  return Buffer.concat([PHOTO.subarray(0, 2), ...segments, PHOTO.subarray(2)]);
}

describe('orientationOf', () => {
  it.each(ALL)('reads %s in either byte order', (value) => {
    expect(orientationOf(withApp1(exif({ value, order: 'MM' })))).toBe(value);
    expect(orientationOf(withApp1(exif({ value, order: 'II' })))).toBe(value);
  });

  it('passes over other data of applications', () => {
    const xmp = Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>', 'latin1');
    expect(orientationOf(withApp1(xmp, exif({ value: 6 })))).toBe(6);
  });

  const whole = exif({ value: 6 });
  const farAway = Buffer.from(whole);
  farAway.writeUInt32BE(0xfffffff0, 6 + 4);
  it.each<[string, Buffer]>([
    ['a PNG file', Buffer.from(golden.files['rgb.png'].file, 'base64')],
    ['no EXIF data', PHOTO],
    ['nothing', Buffer.alloc(0)],
    ['a value that is none', withApp1(exif({ value: 9 }))],
    ['a value of another type', withApp1(exif({ value: 6, type: 4 }))],
    [
      'an unknown byte order',
      withApp1(Buffer.concat([whole.subarray(0, 6), Buffer.from('XX'), whole.subarray(8)])),
    ],
    ['a directory that lies elsewhere', withApp1(farAway)],
    ...[6, 10, 14, 17, 30, 39].map((end): [string, Buffer] => [
      `EXIF data cut off after ${end} bytes`,
      withApp1(whole.subarray(0, end)),
    ]),
    ['a file cut off within', withApp1(whole).subarray(0, 20)],
  ])('takes %s for 1', (_, bytes) => {
    expect(orientationOf(bytes)).toBe(1);
  });
});

describe('upright', () => {
  /** Rows of letters; the picture as seen is AB / CD / EF. */
  const inFile: Record<Orientation, string> = {
    1: 'AB CD EF',
    2: 'BA DC FE',
    3: 'FE DC BA',
    4: 'EF CD AB',
    5: 'ACE BDF',
    6: 'BDF ACE',
    7: 'FDB ECA',
    8: 'ECA FDB',
  };

  it.each(ALL)('turns a picture that lies in its file as %s', (orientation) => {
    const rows = inFile[orientation].split(' ');
    const data = Uint8Array.from(rows.join(''), (letter) => letter.charCodeAt(0));
    const seen = upright({ width: rows[0].length, height: rows.length, channels: 1, data }, orientation);
    expect([seen.width, seen.height]).toEqual([2, 3]);
    expect(String.fromCharCode(...seen.data)).toBe('ABCDEF');
  });

  it.each(ALL)('agrees with jimp on %s, in colour', async (value) => {
    const bytes = withApp1(exif({ value }));
    const seen = upright(decodePicture(bytes, 'x'), orientationOf(bytes));
    const theirs = await Jimp.fromBuffer(bytes);
    expect([seen.width, seen.height]).toEqual([theirs.width, theirs.height]);
    const rgb = [...theirs.bitmap.data].filter((_, i) => i % 4 !== 3);
    expect([...seen.data]).toEqual(rgb);
  });
});
