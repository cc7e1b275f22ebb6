import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import type { Batch, LabelMode } from './dataset';
import { ImageSet, type ImageSetContent } from './image-set';

beforeAll(async () => {
  await ready();
});

const COUNT = 10;

/** Picture i is 2×3×1 and holds 10 i, 10 i + 1, …; its label is i modulo 3. */
function content(more: Partial<ImageSetContent> = {}): ImageSetContent {
  return {
    pixels: Uint8Array.from({ length: COUNT * 6 }, (_, i) => Math.floor(i / 6) * 10 + (i % 6)),
    labels: Uint8Array.from({ length: COUNT }, (_, i) => i % 3),
    imageShape: [2, 3, 1],
    classNames: ['a', 'b', 'c'],
    source: 'synthetic',
    ...more,
  };
}

const set = new ImageSet(content({ batchSize: 4, rescale: 1 }));

/** The batches' values, read and disposed of. */
async function valuesOf(batches: AsyncIterable<Batch>): Promise<{ x: number[][]; y: number[] }[]> {
  const values = [];
  for await (const { x, y } of batches) {
    values.push({ x: (await x.array()) as number[][], y: [...(await y.data())] });
    tf.dispose([x, y]);
  }
  return values;
}

/** The pictures in the order of a pass, each by its number. */
async function orderOf(batches: AsyncIterable<Batch>): Promise<number[]> {
  const values = await valuesOf(batches);
  return values.flatMap(({ x }) => x.map((picture) => picture.flat(2)[0] / 10));
}

describe('an ImageSet', () => {
  it('gives its pictures in batches, the last one smaller', async () => {
    const values = await valuesOf(set.batches());
    expect(values.map(({ y }) => y.length)).toEqual([4, 4, 2]);
    expect(values[0].x[1]).toEqual([
      [[10], [11], [12]],
      [[13], [14], [15]],
    ]);
    expect(values.flatMap(({ y }) => y)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
  });

  it('gives floats from 0 to 1 unless told otherwise', async () => {
    const [{ x }] = await valuesOf(new ImageSet(content()).batches({ batchSize: COUNT }));
    const bytes = content().pixels;
    x.flat(3).forEach((value, i) => expect(value).toBeCloseTo(bytes[i] / 255, 6));
  });

  it.each<[LabelMode, number[], number[]]>([
    ['int', [2], [0, 1]],
    ['categorical', [2, 2], [1, 0, 0, 1]],
    ['binary', [2, 1], [0, 1]],
  ])('gives labels as %s', async (labelMode, shape, values) => {
    const labels = Uint8Array.of(0, 1);
    const pair = new ImageSet(
      content({ pixels: new Uint8Array(12), labels, classNames: ['a', 'b'], labelMode }),
    );
    const { x, y } = pair.tensors();
    expect([x.shape, y.shape, y.dtype]).toEqual([[2, 2, 3, 1], shape, 'float32']);
    expect([...(await y.data())]).toEqual(values);
    tf.dispose([x, y]);
  });

  it('has labels that tfjs’s losses take', async () => {
    const predicted = tf.softmax(tf.ones([COUNT, 3]));
    const { x, y } = set.tensors();
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [2, 3, 1] }),
        tf.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    const [loss] = model.evaluate(x, y) as tf.Scalar[];
    expect((await loss.data())[0]).toBeGreaterThan(0);
    tf.dispose([predicted, x, y, loss]);
    model.dispose();
  });

  it('shuffles by seed and pass: each pass has another order, always the same', async () => {
    const order = (seed: number, pass: number) => orderOf(set.batches({ shuffle: true, seed, pass }));
    const first = await order(1, 0);
    expect([...first].sort((a, b) => a - b)).toEqual([...Array(COUNT).keys()]);
    expect(await order(1, 0)).toEqual(first);
    expect(await order(1, 1)).not.toEqual(first);
    expect(await order(2, 0)).not.toEqual(first);
    expect(await orderOf(set.batches())).toEqual([...Array(COUNT).keys()]);
  });

  it('keeps pictures and labels together', async () => {
    for await (const { x, y } of set.batches({ shuffle: true, batchSize: 1 })) {
      expect((await y.data())[0]).toBe(((await x.data())[0] / 10) % 3);
      tf.dispose([x, y]);
    }
  });

  it('leaves no tensor behind, also when the loop is left early', async () => {
    const before = tf.memory().numTensors;
    await valuesOf(set.batches({ shuffle: true }));
    for await (const batch of set.batches()) {
      tf.dispose([batch.x, batch.y]);
      break;
    }
    await expect(
      (async () => {
        for await (const batch of set.batches()) {
          tf.dispose([batch.x, batch.y]);
          throw new Error('left');
        }
      })(),
    ).rejects.toThrow('left');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not change a batch when it makes the next', async () => {
    const batches: Batch[] = [];
    for await (const batch of set.batches()) batches.push(batch);
    const first = [...(await batches[0].x.data())];
    expect(first.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 10, 11]);
    tf.dispose(batches.map(({ x, y }) => [x, y]));
  });

  it('is cut into parts that share its memory', () => {
    const part = set.slice(2, 5);
    expect([part.size, part.image(0).data[0], part.label(0), part.batchSize]).toEqual([3, 20, 2, 4]);
    expect(part.pixels.buffer).toBe(set.pixels.buffer);
    expect([set.take(3).size, set.take(1000).size, set.slice(8).size]).toEqual([3, COUNT, 2]);
  });

  it('is shuffled and split by seed, without losing a picture', () => {
    const firstOf = (some: ImageSet) =>
      Array.from({ length: some.size }, (_, i) => some.image(i).data[0] / 10);
    const [training, validation] = set.split(0.2, 3);
    expect([training.size, validation.size]).toEqual([8, 2]);
    const all = [...firstOf(training), ...firstOf(validation)];
    expect([...all].sort((a, b) => a - b)).toEqual([...Array(COUNT).keys()]);
    expect(all).toEqual(firstOf(set.shuffled(3)));
    expect(firstOf(set.shuffled(4))).not.toEqual(all);
    firstOf(training).forEach((number, i) => expect(training.label(i)).toBe(number % 3));
  });

  it('shows one line on what it holds', () => {
    const line = 'ImageSet: 10 pictures of 2×3×1, 3 classes (a, b, c), synthetic';
    expect(String(set)).toBe(line);
    const show = (set as unknown as Record<symbol, () => unknown>)[Symbol.for('Jupyter.display')].bind(set);
    expect(show()).toEqual({ 'text/plain': line });
    expect(String(set.image(1))).toBe('Picture 3×2 grey');
  });
});

describe('an ImageSet refuses', () => {
  it.each<[string, Partial<ImageSetContent>, RegExp]>([
    [
      'more pictures than labels',
      { labels: new Uint8Array(9) },
      /9 × 2 × 3 × 1 = 54 bytes, as many pictures as labels, got 60 bytes/,
    ],
    [
      'no picture',
      { labels: new Uint8Array(0), pixels: new Uint8Array(0) },
      /at least one picture, got none/,
    ],
    [
      'a label without a class',
      { classNames: ['a', 'b'] },
      /labels below 2, the number of classNames, got 2/,
    ],
    ['two channels', { imageShape: [1, 3, 2] }, /imageShape \[height, width, 1, 3 or 4\], got 1, 3, 2/],
    ['a side of 0', { imageShape: [0, 3, 1] }, /imageShape/],
    ['binary labels of three classes', { labelMode: 'binary' }, /two classes for labelMode 'binary', got 3/],
  ])('%s', (_, more, message) => {
    expect(() => new ImageSet(content(more))).toThrow(InputError);
    expect(() => new ImageSet(content(more))).toThrow(message);
  });

  it('numbers and parts that are not there', async () => {
    for (const index of [-1, COUNT, 0.5, NaN]) {
      expect(() => set.image(index)).toThrow(/a number from 0 to 9/);
      expect(() => set.label(index)).toThrow(/a number from 0 to 9/);
    }
    for (const part of [
      [-1, 2],
      [2, 2],
      [10, 12],
      [0, 1.5],
      [NaN, 2],
    ]) {
      expect(() => set.slice(part[0], part[1])).toThrow(/a part of the pictures 0 to 10/);
    }
    for (const fraction of [0, 1, -1, 0.01, NaN]) expect(() => set.split(fraction)).toThrow(InputError);
    for (const batchSize of [0, -1, 1.5, NaN]) {
      await expect(valuesOf(set.batches({ batchSize }))).rejects.toThrow(
        /batchSize to be a whole number from 1/,
      );
    }
  });
});
