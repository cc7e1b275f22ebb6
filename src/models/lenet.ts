import { tf } from '../engine/index';
import { stackLayers, type ModelOptions } from './stack';

const INPUT_SHAPE: [number, number, number] = [28, 28, 1];

/**
 * LeNet-5 as the course builds it, after LeCun et al., "Gradient-based learning applied to document recognition"
 * (1998): two convolutions, each followed by 2×2 max pooling, and three dense layers, with relu between them.
 * 61,706 parameters. Layers: conv1, pool1, conv2, pool2, flatten, dense1, dense2, output.
 *
 * The output is probabilities (softmax), not PyTorch's logits: compile with `sparseCategoricalCrossentropy`, whose
 * gradients are then those of PyTorch's `CrossEntropyLoss`, also for examples whose class has a probability below 1e-7:
 * convlab takes the loss from the logits, where tfjs alone would cut the probability off and learn nothing.
 *
 * @returns a model from [examples, 28, 28, 1] to [examples, 10], not compiled
 */
export function lenet5({ seed }: ModelOptions = {}): tf.Sequential {
  const { conv, pool, flatten, dense } = stackLayers(seed);
  return tf.sequential({
    name: 'lenet5',
    layers: [
      conv('conv1', 6, 5, { padding: 'same', inputShape: INPUT_SHAPE }),
      pool('pool1'),
      conv('conv2', 16, 5),
      pool('pool2'),
      flatten(),
      dense('dense1', 120, 'relu'),
      dense('dense2', 84, 'relu'),
      dense('output', 10, 'softmax'),
    ],
  });
}

/**
 * The course's own LeNet: {@link lenet5} with a third convolution, 32 filters of 5×5, after the second pooling. It
 * leaves one pixel of each map, so that the first dense layer is small: 30,378 parameters.
 * Layers: conv1, pool1, conv2, pool2, conv3, flatten, dense1, dense2, output.
 *
 * @returns a model from [examples, 28, 28, 1] to [examples, 10], not compiled
 */
export function customLenet({ seed }: ModelOptions = {}): tf.Sequential {
  const { conv, pool, flatten, dense } = stackLayers(seed);
  return tf.sequential({
    name: 'customLenet',
    layers: [
      conv('conv1', 6, 5, { padding: 'same', inputShape: INPUT_SHAPE }),
      pool('pool1'),
      conv('conv2', 16, 5),
      pool('pool2'),
      conv('conv3', 32, 5),
      flatten(),
      dense('dense1', 120, 'relu'),
      dense('dense2', 84, 'relu'),
      dense('output', 10, 'softmax'),
    ],
  });
}
