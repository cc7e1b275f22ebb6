import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import { evaluate } from './evaluate';
import { fit } from './fit';
import { line, Numbered, tensorsLeftBy } from './testing/examples';

beforeAll(() => ready());

/** A functional model with layers that behave otherwise in training. */
function normalized(): tf.LayersModel {
  const input = tf.input({ shape: [2] });
  let x = tf.layers.batchNormalization().apply(input);
  x = tf.layers.dense({ units: 8, activation: 'relu' }).apply(x);
  x = tf.layers.dropout({ rate: 0.5 }).apply(x);
  const outputs = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(x) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs });
  model.compile({ optimizer: 'rmsprop', loss: 'binaryCrossentropy', metrics: ['accuracy', 'mse'] });
  return model;
}

describe('train.evaluate', () => {
  it('gives the means over the examples, whatever the batches', async () => {
    const model = line();
    const { loss } = await evaluate(model, new Numbered(10, 10));
    for (const batchSize of [1, 3, 4]) {
      expect((await evaluate(model, new Numbered(10, 10), { batchSize })).loss).toBeCloseTo(loss, 6);
    }
    // The line is x + 1 with x = i / 10, the labels i mod 2.
    const errors = Array.from({ length: 10 }, (_, i) => (i / 10 + 1 - (i % 2)) ** 2);
    expect(loss).toBeCloseTo(errors.reduce((sum, error) => sum + error) / 10, 5);
  });

  it('gives what tfjs gives, of a functional model too, every time', async () => {
    const model = normalized();
    const data = {
      x: tf.randomNormal([10, 2], 0, 1, 'float32', 1),
      y: tf.tensor1d([0, 1, 1, 0, 1, 0, 0, 1, 1, 1]),
    };
    await fit(model, data, { epochs: 2, progress: 'none' });
    const logs = await evaluate(model, data);
    expect(Object.keys(logs)).toEqual(['loss', 'accuracy', 'mse']);
    const scalars = model.evaluate(data.x, data.y) as tf.Scalar[];
    for (const [i, value] of Object.values(logs).entries())
      expect(value).toBeCloseTo(scalars[i].dataSync()[0], 5);
    expect(await evaluate(model, data)).toEqual(logs);
  });

  it('leaves no tensor and no pass behind', async () => {
    const model = normalized();
    const set = new Numbered(10, 3);
    expect(await tensorsLeftBy(() => evaluate(model, set))).toBe(0);
    expect(set.passes).toEqual([{ batchSize: 3, shuffle: false, pass: 0 }]);
    set.wait = (batch) => (batch === 6 ? Promise.reject(new RangeError('broken')) : Promise.resolve());
    const failing = () => expect(evaluate(model, set)).rejects.toThrow(RangeError);
    expect(await tensorsLeftBy(failing)).toBe(0);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'half a batch',
      () => evaluate(line(), new Numbered(2, 2), { batchSize: 1.5 }),
      /train\.evaluate: .*batchSize/,
    ],
    [
      'no labels',
      () => evaluate(line(), { x: tf.ones([2, 2]), y: tf.ones([0]) }),
      /as many x as y in the data/,
    ],
    [
      'labels out of range',
      () => evaluate(normalized(), { x: tf.ones([2, 2]), y: tf.ones([2]).mul(2) }),
      /labels from 0 to 1 .*got 2/,
    ],
  ])('%s is refused', async (_, act, message) => {
    const failure = act();
    await expect(failure).rejects.toThrow(InputError);
    await expect(failure).rejects.toThrow(message);
  });
});
