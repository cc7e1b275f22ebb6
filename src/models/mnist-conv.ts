import { tf } from '../engine/index';
import { stackLayers, type ModelOptions } from './stack';

/**
 * One convolution and one pooling, the course's exercise of 99.8 % on MNIST: 16 filters of 3×3, 2×2 max pooling, a
 * dense layer of 128, and ten probabilities. 347,690 parameters. Layers: conv1, pool1, flatten, dense1, output.
 *
 * @returns a model from [examples, 28, 28, 1] to [examples, 10], not compiled; its loss is
 *   `sparseCategoricalCrossentropy`
 */
export function mnistConv({ seed }: ModelOptions = {}): tf.Sequential {
  const { conv, pool, flatten, dense } = stackLayers(seed);
  return tf.sequential({
    name: 'mnistConv',
    layers: [
      conv('conv1', 16, 3, { inputShape: [28, 28, 1] }),
      pool('pool1'),
      flatten(),
      dense('dense1', 128, 'relu'),
      dense('output', 10, 'softmax'),
    ],
  });
}
