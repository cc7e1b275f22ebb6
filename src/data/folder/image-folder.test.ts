import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../basics/errors';
import { ready, tf } from '../../engine/index';
import { PictureError } from '../../image/errors';
import { encodePng } from '../../image/png';
import golden from '../../image/testing/golden.json';
import type { BatchOptions } from '../dataset';
import { imageFolder, type ImageFolder } from './image-folder';

let root: string;
beforeAll(async () => {
  await ready();
});
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'convlab-folder-'))));
afterEach(() => rmSync(root, { recursive: true }));

function put(file: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

/** One grey level a picture, so that a picture can be told by its first value. */
function putLevels(count: number): void {
  for (let i = 0; i < count; i++) {
    const data = new Uint8Array(12).fill(10 * i + 5);
    put(`${i % 2 ? 'odd' : 'even'}/${i}.png`, encodePng({ width: 2, height: 2, channels: 3, data }));
  }
}

const golds = Object.entries(golden.files).map(
  ([name, { file }]) => [name, Buffer.from(file, 'base64')] as const,
);

/** The values of all batches of a pass; each batch is disposed of. */
async function pass(folder: ImageFolder, options?: BatchOptions): Promise<{ x: number[][]; y: number[][] }> {
  const all: { x: number[][]; y: number[][] } = { x: [], y: [] };
  for await (const { x, y } of folder.batches(options)) {
    all.x.push([...x.dataSync()]);
    all.y.push([...y.dataSync()]);
    tf.dispose([x, y]);
  }
  return all;
}

/** Which of the pictures of putLevels come, in their order. */
async function order(folder: ImageFolder, options?: BatchOptions): Promise<number[]> {
  const { x } = await pass(folder, options);
  const bytes = folder.inputShape.reduce((product, side) => product * side);
  return x.flatMap((batch) =>
    batch.filter((_, i) => i % bytes === 0).map((value) => Math.round((value * 255 - 5) / 10)),
  );
}

describe('imageFolder', () => {
  it(`gives the files, labels and pixels of Keras' image_dataset_from_directory`, async () => {
    for (const [name, bytes] of golds) put(`${name.endsWith('jpg') ? 'jpeg' : 'Png'}/${name}`, bytes);
    const folder = await imageFolder(root, { size: [12, 10], batch: 16, shuffle: false, rescale: 1 });
    const { files, labels, shape, data } = golden.folder;
    expect(folder.files).toEqual(files);
    expect(folder.labels).toEqual(labels);
    expect([folder.size, ...folder.inputShape]).toEqual(shape);
    const { x, y } = await pass(folder);
    expect(y).toEqual([labels]);
    const expected = Buffer.from(data, 'base64');
    const bytes = 12 * 10 * 3;
    files.forEach((file, i) => {
      const off = x[0]
        .slice(i * bytes, (i + 1) * bytes)
        .map((value, k) => Math.abs(value - expected[i * bytes + k]));
      // JPEG decoders differ by a little; see decodePicture.
      expect([file, Math.max(...off) <= (file.endsWith('.jpg') ? 8 : 1)]).toEqual([file, true]);
    });
  });

  it('says what it holds', async () => {
    putLevels(5);
    const folder = await imageFolder(root, { size: [3, 2], batch: 2, colour: 'grey' });
    expect(folder).toMatchObject({
      size: 5,
      classNames: ['even', 'odd'],
      labelMode: 'binary',
      batchSize: 2,
      source: 'local',
    });
    expect(folder.note).toMatch(/^convlab-folder-\w+: 5 pictures of 3×2×1 \(even 3, odd 2\)$/);
    const picture = await folder.image(3);
    expect([picture.width, picture.height, picture.channels, picture.data[0]]).toEqual([2, 3, 1, 15]);
    await expect(folder.image(5)).rejects.toThrow(/a number from 0 to 4, got 5/);
  });

  it('rescales to 0 to 1 by default, and by any factor', async () => {
    putLevels(2);
    const values = async (rescale?: number) =>
      (await pass(await imageFolder(root, { size: [1, 1], shuffle: false, ...(rescale && { rescale }) })))
        .x[0];
    expect((await values())[3]).toBeCloseTo(15 / 255, 6);
    expect(await values(2)).toEqual([10, 10, 10, 30, 30, 30]);
  });

  it('gives labels in each mode', async () => {
    putLevels(3);
    put('third/20.png', encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(205) }));
    const labels = async (options: object) =>
      (await pass(await imageFolder(root, { size: [1, 1], shuffle: false, ...options }))).y[0];
    expect(await labels({})).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(await labels({ labelMode: 'int' })).toEqual([0, 0, 1, 2]);
    expect(await labels({ classes: ['third', 'even'] })).toEqual([0, 1, 1]);
  });

  it('goes through all pictures once, in another order in each pass, and the same for the same seed', async () => {
    putLevels(24);
    const folder = await imageFolder(root, { size: [2, 2], batch: 5 });
    const first = await order(folder);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(await order(folder, { pass: 0, batchSize: 7 })).toEqual(first);
    expect(await order(folder, { pass: 1 })).not.toEqual(first);
    expect(await order(folder, { seed: 2 })).not.toEqual(first);
    expect((await order(folder, { shuffle: false })).slice(0, 3)).toEqual([0, 10, 12]);
    const { x } = await pass(folder);
    expect(x.map((batch) => batch.length / 12)).toEqual([5, 5, 5, 5, 4]);
  });

  it('splits as validation_split does', async () => {
    putLevels(10);
    const folder = await imageFolder(root, { size: [2, 2] });
    const [training, validation] = folder.split(0.25);
    expect([training.size, validation.size]).toEqual([8, 2]);
    expect([...training.files, ...validation.files].sort()).toEqual([...folder.files].sort());
    expect(folder.split(0.25, 9)[1].files).not.toEqual(validation.files);
    const part = await imageFolder(root, { size: [2, 2], split: { fraction: 0.25, part: 'validation' } });
    expect(part.files).toEqual(validation.files);
    expect(() => folder.split(0.05)).toThrow(
      /a fraction between 0 and 1 that leaves pictures on both sides of 10/,
    );
  });
});

describe('the first pass of an imageFolder', () => {
  it('is the last one that reads the files', async () => {
    putLevels(6);
    const folder = await imageFolder(root, { size: [2, 2] });
    const first = await order(folder);
    rmSync(join(root, 'odd'), { recursive: true });
    expect(await order(folder)).toEqual(first);
  });

  it('keeps no more than cacheBytes', async () => {
    putLevels(6);
    const folder = await imageFolder(root, { size: [2, 2], shuffle: false, cacheBytes: 12 * 2 });
    await order(folder);
    // Of the three odd pictures two are kept at most, those that came first.
    rmSync(join(root, 'odd'), { recursive: true });
    await expect(order(folder)).rejects.toThrow(
      /^odd\/\d\.png: expected a file, found none: it is no longer there\. Put it back, or list the folder again\.$/,
    );
  });
});

describe('a batch of an imageFolder', () => {
  const rgb = golds.find(([name]) => name === 'rgb.png')![1];
  const photo = golds.find(([name]) => name === 'photo.jpg')![1];
  const huge = Buffer.from(rgb);
  huge.writeUInt32BE(20_000, 16);
  huge.writeUInt32BE(20_000, 20);

  it.each([
    [
      'a text file',
      'cats/a.png',
      'meow meow meow',
      /^cats\/a\.png: expected a PNG or JPEG picture, found text that begins "meow/,
    ],
    ['an empty file', 'cats/a.png', '', /^cats\/a\.png: expected a PNG or JPEG picture, found an empty file/],
    [
      'half a PNG',
      'cats/a.png',
      rgb.subarray(0, 90),
      /^cats\/a\.png: expected a whole PNG picture, found one that was cut short after byte 90/,
    ],
    [
      'half a JPEG',
      'cats/a.jpg',
      photo.subarray(0, 300),
      /^cats\/a\.jpg: expected a whole JPEG picture, found one that was cut short after byte 300/,
    ],
    [
      'a picture of 20,000 × 20,000',
      'cats/a.png',
      huge,
      /^cats\/a\.png: .* 400 million pixels, so it was not decoded/,
    ],
  ])('refuses %s by its name, and leaves no tensor', async (_, name, content, message) => {
    put('cats/0.png', rgb);
    put('dogs/0.png', rgb);
    put(name, content);
    const folder = await imageFolder(root, { size: [4, 4], batch: 1, shuffle: false });
    const before = tf.memory().numTensors;
    const reading = pass(folder);
    await expect(reading).rejects.toBeInstanceOf(PictureError);
    await expect(reading).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves no tensor when the loop is left', async () => {
    putLevels(20);
    const folder = await imageFolder(root, { size: [2, 2], batch: 2 });
    const before = tf.memory().numTensors;
    for await (const { x, y } of folder.batches()) {
      tf.dispose([x, y]);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
    expect((await order(folder)).length).toBe(20);
  });
});

describe('augmentation', () => {
  const augment = { flip: 'both', rotation: 0.2, zoom: 0.2, shift: 0.1 } as const;
  const data = Uint8Array.from({ length: 15 * 15 }, (_, i) => (i * 7) % 251);
  beforeEach(() => {
    for (const name of ['a/1', 'a/2', 'b/1'])
      put(`${name}.png`, encodePng({ width: 15, height: 15, channels: 1, data }));
  });

  it('differs from picture to picture and from pass to pass, and is the same for the same seed', async () => {
    const folder = await imageFolder(root, { size: [15, 15], colour: 'grey', augment, shuffle: false });
    const at = async (options: BatchOptions) => (await pass(folder, options)).x[0];
    const first = await at({ pass: 0 });
    expect(first.slice(0, 225)).not.toEqual(first.slice(225, 450));
    expect(await at({ pass: 0 })).toEqual(first);
    expect(await at({ pass: 1 })).not.toEqual(first);
    expect(await at({ pass: 0, seed: 5 })).not.toEqual(first);
    expect([...(await folder.image(0)).data]).toEqual([...data]);
  });

  it('does not touch validation pictures', async () => {
    const folder = await imageFolder(root, { size: [15, 15], colour: 'grey', augment, rescale: 1 });
    const [, validation] = folder.split(0.34);
    expect((await pass(validation)).x[0]).toEqual([...data]);
  });
});

describe('the options of imageFolder', () => {
  it.each([
    [{ size: [0, 5] }, 'imageFolder: expected size to be [height, width], 1 to 8192 pixels, got [0,5].'],
    [{ batch: 1.5 }, 'imageFolder: expected batch to be a whole number from 1, got 1.5.'],
    [{ colour: 'rgba' }, `imageFolder: expected colour to be 'rgb' or 'grey', got "rgba".`],
    [{ augment: { zoom: 1 } }, 'imageFolder: expected augment.zoom to be a share from 0 to below 1, got 1.'],
    [
      { augment: { flip: 'up' } },
      `imageFolder: expected augment.flip to be 'horizontal', 'vertical' or 'both', got up.`,
    ],
    [{ cacheBytes: -1 }, 'imageFolder: expected cacheBytes to be a number from 0, got -1.'],
  ])('are checked: %j', async (options, message) => {
    const reading = imageFolder(root, options as object);
    await expect(reading).rejects.toBeInstanceOf(InputError);
    await expect(reading).rejects.toThrow(message);
  });

  it('allow binary labels for two classes only', async () => {
    putLevels(2);
    put('third/1.png', '');
    await expect(imageFolder(root, { labelMode: 'binary' })).rejects.toThrow(
      /two classes for labelMode 'binary', got 3/,
    );
  });
});
