/** A small model and examples for it, the same in every test that compares two trainings. */
import { seeded } from '../../engine/testing/random';
import { tf } from '../../engine/index';

export const QUIET = { progress: 'none' } as const;

/** All weights of a model as numbers. */
export function weightsOf(model: tf.LayersModel): number[][] {
  return model.getWeights().map((weight) => [...weight.dataSync()]);
}

/** A dense model of two layers with given weights. */
export function twoLayers(optimizer: tf.Optimizer = tf.train.adam(0.05)): tf.Sequential {
  const dense = (units: number, seed: number, extra: object = {}): tf.layers.Layer =>
    tf.layers.dense({ units, kernelInitializer: tf.initializers.glorotUniform({ seed }), ...extra });
  const model = tf.sequential({
    layers: [dense(4, 1, { inputShape: [2], activation: 'tanh' }), dense(1, 2)],
  });
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

/** Inputs of [size, 2] and targets of [size, 1]. */
export const examples = (size = 10): { x: tf.Tensor; y: tf.Tensor } => ({
  x: seeded([size, 2], 1),
  y: seeded([size, 1], 2),
});
