import { tf } from '../../engine/index';

/** A small model whose weights are all `value`. */
export function small({ units = 2, names = ['one', 'two'], value = 0.5 } = {}): tf.Sequential {
  const kernelInitializer = tf.initializers.constant({ value });
  return tf.sequential({
    name: 'small',
    layers: [
      tf.layers.dense({ name: names[0], units: 3, inputShape: [2], kernelInitializer, activation: 'relu' }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.dense({ name: names[1], units, kernelInitializer }),
    ],
  });
}

/** Shapes for predict. */
export const INPUT = [[2, 2]];
