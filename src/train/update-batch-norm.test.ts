import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { startBackend } from '../engine/testing/backends';
import { engines, Numbered, tensorsLeftBy } from './testing/examples';
import { updateBatchNorm } from './update-batch-norm';

function network(): tf.LayersModel {
  const inner = tf.sequential({
    name: 'inner',
    layers: [
      tf.layers.dense({ units: 3, inputShape: [2] }),
      tf.layers.batchNormalization({ name: 'second' }),
    ],
  });
  const model = tf.sequential({
    layers: [
      tf.layers.batchNormalization({ name: 'first', momentum: 0.9, inputShape: [2] }),
      inner,
      tf.layers.dense({ units: 1 }),
    ],
  });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model;
}

/** Mean and variance that a layer keeps. */
const kept = (layer: tf.layers.Layer): number[][] =>
  layer
    .getWeights()
    .slice(-2)
    .map((weight) => [...weight.dataSync()]);

describe.each(engines)('train.updateBatchNorm on %s', (engine) => {
  beforeAll(() => startBackend(engine));

  it('takes the means of one pass, whatever was there before and however small the last batch is', async () => {
    const model = network();
    const [first] = model.layers;
    const weights = model.trainableWeights.map((weight) => [...weight.read().dataSync()]);
    await updateBatchNorm(model, new Numbered(10, 4));
    // x is [i / 10, 1]
    const [mean] = kept(first);
    expect(mean[0]).toBeCloseTo(0.45, 6);
    expect(mean[1]).toBeCloseTo(1, 6);
    expect(model.trainableWeights.map((weight) => [...weight.read().dataSync()])).toEqual(weights);
    expect((first as unknown as { momentum: number }).momentum).toBe(0.9);
    model.dispose();
  });

  it('of one batch are its own mean and variance, in nested models too', async () => {
    const model = network();
    const x = tf.tensor2d([0, 1, 2, 3, 4, 8], [3, 2]);
    await updateBatchNorm(model, { x, y: tf.zeros([3, 1]) });
    expect(kept(model.layers[0])[0]).toEqual([2, 4]);
    const [dense, norm] = (model.getLayer('inner') as unknown as tf.LayersModel).layers;
    const [mean, variance] = tf.tidy(() => {
      const input = model.layers[0].apply(x, { training: true }) as tf.Tensor;
      const moments = tf.moments(dense.apply(input) as tf.Tensor, 0);
      return [moments.mean.dataSync(), moments.variance.dataSync()];
    });
    kept(norm)[0].forEach((value, i) => expect(value).toBeCloseTo(mean[i], 5));
    kept(norm)[1].forEach((value, i) => expect(value).toBeCloseTo(variance[i], 5));
    model.dispose();
  });

  it('leaves everything as it was when the data fail', async () => {
    const model = network();
    const before = model.getWeights().map((weight) => [...weight.dataSync()]);
    const set = new Numbered(10, 2);
    set.wait = (batch) => (batch < 3 ? Promise.resolve() : Promise.reject(new Error('no more')));
    await expect(updateBatchNorm(model, set)).rejects.toThrow('no more');
    expect(model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    expect((model.layers[0] as unknown as { momentum: number }).momentum).toBe(0.9);
    model.dispose();
  });

  it('refuses data that do not fit, and leaves no tensors', async () => {
    const model = network();
    const data = { x: tf.zeros([4, 5]), y: tf.zeros([4, 1]) };
    await expect(updateBatchNorm(model, data)).rejects.toThrow(InputError);
    expect(await tensorsLeftBy(() => updateBatchNorm(model, new Numbered(6, 4)))).toBe(0);
    tf.dispose([data.x, data.y]);
    model.dispose();
  });
});
