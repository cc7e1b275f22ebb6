import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { PictureError } from '../image/errors';
import { encodePng } from '../image/png';
import golden from '../image/testing/golden.json';
import { readImage } from './read-image';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'convlab-read-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('readImage', () => {
  it('gives a picture of the size and the colour that are asked for', async () => {
    const file = join(folder, 'a.png');
    const data = Uint8Array.from({ length: 6 * 8 * 4 }, (_, i) => (i % 4 === 3 ? 0 : (i * 5) % 256));
    writeFileSync(file, encodePng({ width: 8, height: 6, channels: 4, data }));
    const whole = await readImage(file);
    expect([whole.height, whole.width, whole.channels]).toEqual([6, 8, 3]);
    expect(whole.at(0, 1)).toEqual([20, 25, 30]);
    const small = await readImage(file, { size: [3, 2], colour: 'grey' });
    expect([small.height, small.width, small.channels]).toEqual([3, 2, 1]);
    expect(small.data).toEqual(whole.toGrey().resize(2, 3).data);
  });

  it('cuts to the shape that is asked for, instead of squeezing', async () => {
    const data = Uint8Array.from({ length: 4 * 8 * 3 }, (_, i) => 30 * (Math.floor(i / 3) % 8));
    const png = encodePng({ width: 8, height: 4, channels: 3, data });
    const picture = await readImage(png, { size: [4, 4], cropToAspectRatio: true, colour: 'grey' });
    expect([...picture.data.subarray(0, 4)]).toEqual([60, 90, 120, 150]);
  });

  it('turns a photograph upright as its camera says', async () => {
    const photo = Buffer.from(golden.files['photo.jpg'].file, 'base64');
    const exif = Buffer.from('4578696600004d4d002a000000080001011200030000000100060000', 'hex');
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif]);
    const held = Buffer.concat([photo.subarray(0, 2), segment, photo.subarray(2)]);
    const [before, after] = [await readImage(photo), await readImage(held)];
    expect([after.width, after.height]).toEqual([before.height, before.width]);
    expect(after.at(0, 0)).toEqual(before.at(before.height - 1, 0));
    expect(after.at(0, after.width - 1)).toEqual(before.at(0, 0));
  });

  it('refuses bad files and sizes', async () => {
    const missing = join(folder, 'none.png');
    await expect(readImage(missing)).rejects.toBeInstanceOf(PictureError);
    await expect(readImage(missing)).rejects.toThrow(/none\.png: expected a file, found none/);
    await expect(readImage(folder)).rejects.toThrow(/expected a file, found something else/);
    await expect(readImage(missing, { size: [2.5, 1] })).rejects.toBeInstanceOf(InputError);
  });
});

const photograph = join(process.env.CONVLAB_DATA ?? '', 'images', 'my_image.jpg');

describe.runIf(process.env.CONVLAB_DATA && existsSync(photograph))('a photograph', () => {
  it('is reduced as Pillow reduces it', async () => {
    // Image.open(…).convert('RGB').resize((64, 64), Image.BILINEAR) of Pillow 13: mean, then three pixels.
    const picture = await readImage(photograph, { size: [64, 64] });
    const mean = picture.data.reduce((sum, value) => sum + value, 0) / picture.data.length;
    expect(Math.abs(mean - 183.01)).toBeLessThan(0.5);
    const pixels = [219, 213, 201, 174, 121, 97, 188, 183, 170];
    const actual = [picture.at(5, 9), picture.at(32, 32), picture.at(60, 20)].flat();
    actual.forEach((value, i) => expect(Math.abs(value - pixels[i])).toBeLessThanOrEqual(1));
  });
});
