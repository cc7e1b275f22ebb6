import { describe, expect, it } from 'vitest';
import { withColour } from './colour';
import { decodePicture } from './decode';
import { PictureError } from './errors';
import golden from './testing/golden.json';

const files = Object.entries(golden.files).map(([name, { file, shape, rgb, grey }]) => {
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return { name, file: bytes(file), shape, rgb: bytes(rgb), grey: bytes(grey) };
});

const fileOf = (name: string) => files.find((file) => file.name === name)!.file;

function differences(a: Uint8Array, b: Uint8Array): { mean: number; largest: number } {
  expect(a.length).toBe(b.length);
  const all = Array.from(a, (value, i) => Math.abs(value - b[i]));
  return { mean: all.reduce((sum, value) => sum + value) / all.length, largest: Math.max(...all) };
}

describe('decodePicture', () => {
  const pngs = files.filter(({ name }) => name.endsWith('.png'));
  it.each(pngs.map((file) => [file.name, file] as const))(`gives TensorFlow's pixels of %s`, (_, file) => {
    const picture = decodePicture(file.file, file.name);
    expect([picture.height, picture.width, 3]).toEqual(file.shape);
    expect(Buffer.from(picture.data).equals(file.rgb)).toBe(true);
    expect(Buffer.from(withColour(picture, 'grey').data).equals(file.grey)).toBe(true);
  });

  const jpegs = files.filter(({ name }) => name.endsWith('.jpg'));
  it.each(jpegs.map((file) => [file.name, file] as const))(
    `gives TensorFlow's pixels of %s but for rounding`,
    (_, file) => {
      const picture = decodePicture(file.file, file.name);
      expect([picture.height, picture.width, 3]).toEqual(file.shape);
      const { mean, largest } = differences(picture.data, file.rgb);
      expect(mean).toBeLessThan(1.5);
      expect(largest).toBeLessThanOrEqual(8);
    },
  );

  it('does not mind what stands behind the picture', () => {
    const longer = Buffer.concat([fileOf('rgb.png'), Buffer.from('a note')]);
    expect(decodePicture(longer, 'x')).toEqual(decodePicture(fileOf('rgb.png'), 'x'));
  });
});

/** A PNG file with another size in its header. */
function pngOfSize(width: number, height: number): Buffer {
  const bytes = Buffer.from(fileOf('rgb.png'));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

/** A JPEG file with another size in its frame header. */
function jpegOfSize(width: number, height: number): Buffer {
  const bytes = Buffer.from(fileOf('photo.jpg'));
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);

function damaged(name: string, at: number): Buffer {
  const bytes = Buffer.from(fileOf(name));
  bytes[at] ^= 0xff;
  return bytes;
}

/** The error that comes, by name and message. */
function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return 'none';
}

describe('decodePicture refuses', () => {
  it.each([
    [
      'text',
      Buffer.from('Horses, a list\nof them'),
      'x: expected a PNG or JPEG picture, found text that begins "Horses, a list\\nof them". ' +
        'Save it as PNG or JPEG with any picture program, or take it out of the folder.',
    ],
    [
      'an empty file',
      Buffer.alloc(0),
      'x: expected a PNG or JPEG picture, found an empty file. ' +
        'Save it as PNG or JPEG with any picture program, or take it out of the folder.',
    ],
    [
      'another format',
      Buffer.from('GIF89a..........'),
      'x: expected a PNG or JPEG picture, found a GIF picture. ' +
        'Save it as PNG or JPEG with any picture program, or take it out of the folder.',
    ],
    [
      'half a PNG',
      half(fileOf('rgb.png')),
      `x: expected a whole PNG picture, found one that was cut short after byte ${fileOf('rgb.png').length >> 1}. ` +
        'Copy or download it again.',
    ],
    [
      'half a JPEG',
      half(fileOf('photo.jpg')),
      `x: expected a whole JPEG picture, found one that was cut short after byte ${fileOf('photo.jpg').length >> 1}. ` +
        'Copy or download it again.',
    ],
    [
      'a huge PNG, before it is decoded',
      pngOfSize(20_000, 20_000),
      'x: expected at most 64 million pixels, found 20000 × 20000 = 400 million pixels, so it was not decoded. ' +
        'Reduce it with a picture program.',
    ],
    [
      'a huge JPEG, before it is decoded',
      jpegOfSize(20_000, 20_000),
      'x: expected at most 64 million pixels, found 20000 × 20000 = 400 million pixels, so it was not decoded. ' +
        'Reduce it with a picture program.',
    ],
    [
      'a huge PNG of which there is only the beginning',
      pngOfSize(20_000, 20_000).subarray(0, 40),
      'x: expected at most 64 million pixels, found 20000 × 20000 = 400 million pixels, so it was not decoded. ' +
        'Reduce it with a picture program.',
    ],
    [
      'a PNG of no width',
      pngOfSize(0, 7),
      'x: expected at least one pixel, found 0 × 7 pixels. Copy or download it again.',
    ],
    [
      'a JPEG of no height',
      jpegOfSize(9, 0),
      'x: expected at least one pixel, found 9 × 0 pixels. Copy or download it again.',
    ],
  ])('%s', (_, bytes, message) => {
    expect(failure(() => decodePicture(bytes, 'x'))).toBe(`PictureError: ${message}`);
  });

  it.each(['photo.jpg', 'rgb.png'])('%s with a wrong byte anywhere, in words of its own', (name) => {
    for (let at = 0; at < fileOf(name).length; at += 3) {
      let message = '';
      try {
        decodePicture(damaged(name, at), 'x');
      } catch (error) {
        message = String(error);
      }
      expect(message).not.toMatch(/undefined|is not a function|out of range|TypeError|RangeError/);
    }
  });

  it.each([
    [
      'a PNG with a wrong byte',
      damaged('rgb.png', 50),
      /^x: expected an undamaged PNG picture, found damage \(.+\)/,
    ],
    [
      'a JPEG without its tables',
      Buffer.concat([fileOf('photo.jpg').subarray(0, 30), fileOf('photo.jpg').subarray(200)]),
      /^x: expected (an undamaged|a whole) JPEG picture, found /,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => decodePicture(bytes, 'x')).toThrow(message);
    expect(() => decodePicture(bytes, 'x')).toThrow(PictureError);
  });
});
