import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ready, tf } from '../engine/index';
import { decodePicture } from './decode';
import { PictureError } from './errors';
import { Picture } from './picture';

const picture = new Picture(2, 1, 3, Uint8Array.of(255, 0, 51, 10, 20, 30));

let folder: string;
beforeAll(async () => {
  await ready();
});
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'convlab-picture-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('Picture', () => {
  it('counts rows and columns from the top left', () => {
    expect(picture.at(0, 1)).toEqual([10, 20, 30]);
    expect(String(picture)).toBe('Picture 2×1 RGB');
  });

  it('changes its colours as PIL does and drops opacity', () => {
    // PIL.Image.new('RGB', …).convert('L') gives 82 and 18.
    expect([...picture.toGrey().data]).toEqual([82, 18]);
    expect([...picture.toGrey().toRgb().data]).toEqual([82, 82, 82, 18, 18, 18]);
    expect([...new Picture(1, 1, 4, Uint8Array.of(1, 2, 3, 0)).toRgb().data]).toEqual([1, 2, 3]);
  });

  it('becomes a batch of one, between 0 and 1', () => {
    const x = picture.toTensor();
    expect(x.shape).toEqual([1, 1, 2, 3]);
    expect(x.dtype).toBe('float32');
    const expected = [1, 0, 0.2, 10 / 255, 20 / 255, 30 / 255];
    [...x.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
    x.dispose();
  });

  it(`is normalised as torchvision's Normalize does`, () => {
    const before = tf.memory().numTensors;
    const x = picture.toTensor({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
    const expected = [2.2489, -2.0357, -0.9156, -1.9467, -1.6856, -1.2816];
    [...x.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(expected[i], 3));
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shows itself as PNG and text', () => {
    const bundle = (picture as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for('Jupyter.display')
    ]();
    expect(decodePicture(Buffer.from(bundle['image/png'], 'base64'), 'x').data).toEqual(picture.data);
    expect(bundle['text/plain']).toBe('Picture 2×1 RGB');
  });

  it('saves a PNG file and nothing else', async () => {
    const file = join(folder, 'a.png');
    await picture.save(file);
    await picture.save(file);
    expect(decodePicture(readFileSync(file), 'a').data).toEqual(picture.data);
    expect(readdirSync(folder)).toEqual(['a.png']);
  });

  it('leaves nothing behind where it cannot save', async () => {
    const file = join(folder, 'not there', 'a.png');
    await expect(picture.save(file)).rejects.toThrow(/expected a place to write to, found ENOENT/);
    await expect(picture.save(join(folder, 'a.jpg'))).rejects.toThrow(/expected a name that ends in \.png/);
    expect(existsSync(join(folder, 'not there'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['too few bytes', () => new Picture(2, 2, 3, new Uint8Array(3)), /2 × 2 × 3 = 12 bytes, found 3 bytes/],
    ['no width', () => new Picture(0, 2), /whole sides from 1.*found 0 × 2 × 3/],
    ['too many pixels', () => picture.resize(20_000, 20_000), /at most 64 million pixels/],
    ['a place outside', () => picture.at(1, 0), /row from 0 to 0.*found row 1, column 0/],
    [
      'a mean for each of two channels',
      () => picture.toTensor({ mean: [0, 0] }),
      /3 numbers as mean, one a channel/,
    ],
    ['a deviation of 0', () => picture.toTensor({ std: [1, 0, 1] }), /none of them 0, found \[1, 0, 1\]/],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(PictureError);
    expect(act).toThrow(message);
  });
});
