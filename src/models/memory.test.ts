import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { info, ready, tf } from '../engine/index';
import { seeded } from '../engine/testing/random';
import { MemoryError, memoryNeeded, predict } from './memory';

beforeAll(async () => {
  await ready();
});

const conv = (name: string, filters: number) =>
  tf.layers.conv2d({ name, filters, kernelSize: 1, useBias: false });

/** A picture of 16 values, then 32 and 48 that are put together to 80, then 16. */
function network(): tf.LayersModel {
  const input = tf.input({ shape: [4, 4, 1] });
  const a = conv('a', 2).apply(input) as tf.SymbolicTensor;
  const b = conv('b', 3).apply(a) as tf.SymbolicTensor;
  const both = tf.layers.concatenate({ name: 'both' }).apply([a, b]);
  return tf.model({ name: 'small', inputs: input, outputs: conv('d', 1).apply(both) as tf.SymbolicTensor });
}

describe('memoryNeeded', () => {
  it.each([1, 3])('counts what is held at once for a batch of %i', (batch) => {
    const model = network();
    const need = memoryNeeded(model, batch);
    // The picture, its copy, both parts and the whole.
    expect(need.values).toBe(4 * batch * (16 + 16 + 32 + 48 + 80));
    expect(need.layer).toBe('both');
    expect(need.weights).toBe(4 * (2 + 6 + 5));
    expect(need.input).toEqual([batch, 4, 4, 1]);
    expect(need.bytes).toBeGreaterThan(need.values);
    model.dispose();
  });

  it('counts the steps that a layer takes', () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ name: 'dense', units: 100, activation: 'relu', inputShape: [10] })],
    });
    const need = memoryNeeded(model);
    expect(need.values).toBe(4 * (10 + 10 + 3 * 100));
    model.dispose();
  });

  it('counts the planes that WASM lays side by side for a convolution of volumes', () => {
    const layer = tf.layers.conv3d({ filters: 2, kernelSize: 3, useBias: false, inputShape: [4, 4, 4, 5] });
    const model = tf.sequential({ layers: [layer] });
    const planes = info().name === 'wasm' ? 3 * 320 : 0;
    expect(memoryNeeded(model).values).toBe(4 * (2 * 320 + 16 + planes));
    model.dispose();
  });

  it('refuses a model whose input may have any size', () => {
    const model = tf.sequential({ layers: [tf.layers.conv2d({ name: 'c', filters: 1, kernelSize: 1, inputShape: [null, null, 1] })] }); // prettier-ignore
    expect(() => memoryNeeded(model)).toThrow(InputError);
    expect(() => memoryNeeded(model)).toThrow(
      /expected a model whose inputShape is known, got \[null, null, 1\]/,
    );
    model.dispose();
  });
});

describe('predict', () => {
  it('says what it needs, then gives what the model gives', async () => {
    const model = network();
    const x = seeded([5, 4, 4, 1], 1);
    const before = tf.memory().numTensors;
    const lines: string[] = [];
    const running = predict(model, x, { batchSize: 2, log: (line) => lines.push(line) });
    expect(lines).toEqual([memoryNeeded(model, 2).toString()]);
    expect(lines[0]).toMatch(
      /^small on \[2, 4, 4, 1\] needs about 51 MB \(1 MB of values at both; weights 1 MB, loaded\)$/,
    );
    const [actual, expected] = [await running, model.predict(x) as tf.Tensor];
    expect(actual.dataSync()).toEqual(expected.dataSync());
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([x, actual, expected]);
    model.dispose();
  });

  it('does not start where memory is short', async () => {
    const model = network();
    const x = seeded([1, 4, 4, 1], 1);
    const lines: string[] = [];
    const before = tf.memory().numTensors;
    const options = { available: 40e6, log: (line: string) => lines.push(line) };
    const error = await predict(model, x, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MemoryError);
    expect((error as MemoryError).message).toBe(
      'small on [1, 4, 4, 1] needs about 51 MB (1 MB of values at both; weights 1 MB, loaded), but only 40 MB are ' +
        'free. Take a smaller input, a smaller batch or a smaller model, or end what else holds memory.',
    );
    expect(lines).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
    model.dispose();
  });

  it.each([NaN, Infinity])('says that what comes of an input of %d is no number', async (value) => {
    const model = network();
    const x = tf.stack([tf.fill([4, 4, 1], value), tf.ones([4, 4, 1])]);
    const lines: string[] = [];
    const y = await predict(model, x, { log: (line) => lines.push(line) });
    expect(lines[1]).toMatch(/^1 of 2 predictions of small are no finite numbers: see whether x and/);
    tf.dispose([x, y]);
    model.dispose();
  });

  it('says which shape it takes', async () => {
    const model = network();
    for (const shape of [
      [1, 4, 5, 1],
      [4, 4, 1],
      [0, 4, 4, 1],
    ]) {
      const x = tf.zeros(shape);
      await expect(predict(model, x)).rejects.toThrow(
        `models.predict: expected x of shape [examples, 4, 4, 1] for small, at least one, got [${shape.join(', ')}].`,
      );
      x.dispose();
    }
    model.dispose();
  });
});
