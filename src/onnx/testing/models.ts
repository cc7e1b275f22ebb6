import { tf } from '../../engine/index';
import { seeded } from '../../engine/testing/random';
import { functionalModel } from '../../graph/index';

const { layers } = tf;

type Symbolic = tf.SymbolicTensor;

/** A small model with the layers of a lesson's network, in shapes that find mistakes. */
export interface Example {
  name: string;
  build: () => tf.LayersModel;
}

function apply(layer: tf.layers.Layer, x: Symbolic | Symbolic[]): Symbolic {
  return layer.apply(x) as Symbolic;
}

function lenet(): tf.LayersModel {
  return tf.sequential({
    name: 'lenet',
    layers: [
      layers.conv2d({ name: 'conv1', filters: 3, kernelSize: 5, padding: 'same', activation: 'relu', inputShape: [12, 13, 1] }), // prettier-ignore
      layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
      layers.conv2d({ name: 'conv2', filters: 4, kernelSize: 3, activation: 'tanh' }),
      layers.averagePooling2d({ name: 'pool2', poolSize: 2, padding: 'same' }),
      layers.flatten({ name: 'flatten' }),
      layers.dense({ name: 'dense1', units: 7, activation: 'relu' }),
      layers.dropout({ name: 'dropout', rate: 0.5 }),
      layers.dense({ name: 'output', units: 3, activation: 'softmax' }),
    ],
  });
}

function residual(): tf.LayersModel {
  const input = tf.input({ shape: [16, 16, 3], name: 'picture' });
  const conv = (
    name: string,
    filters: number,
    kernelSize: number,
    strides: number,
    x: Symbolic,
  ): Symbolic => {
    const padding = kernelSize === 1 ? 'valid' : 'same';
    const y = apply(layers.conv2d({ name, filters, kernelSize, strides, padding }), x);
    return apply(layers.batchNormalization({ name: `${name}_bn`, axis: 3 }), y);
  };
  const relu = (x: Symbolic): Symbolic => apply(layers.activation({ activation: 'relu' }), x);
  let x = apply(layers.zeroPadding2d({ name: 'pad', padding: 3 }), input);
  x = apply(layers.conv2d({ name: 'stem', filters: 4, kernelSize: 7, strides: 2 }), x);
  x = relu(apply(layers.batchNormalization({ name: 'stem_bn' }), x));
  x = apply(layers.maxPooling2d({ name: 'pool', poolSize: 3, strides: 2 }), x);
  // A convolutional block, then an identity block.
  const main = conv('b', 6, 1, 1, relu(conv('a', 3, 3, 2, x)));
  x = relu(apply(layers.add({ name: 'add1' }), [main, conv('shortcut', 6, 1, 2, x)]));
  x = relu(apply(layers.add({ name: 'add2' }), [conv('c', 6, 3, 1, x), x]));
  x = apply(layers.averagePooling2d({ name: 'average', poolSize: 2 }), x);
  const output = apply(
    layers.dense({ name: 'classes', units: 4, activation: 'softmax' }),
    apply(layers.flatten(), x),
  );
  return tf.model({ name: 'residual', inputs: input, outputs: output });
}

function dense(): tf.LayersModel {
  const input = tf.input({ shape: [9, 8, 2], name: 'picture' });
  let x: Symbolic = apply(layers.conv2d({ name: 'stem', filters: 4, kernelSize: 3, padding: 'same', useBias: false }), input); // prettier-ignore
  for (const block of [1, 2]) {
    const normal = apply(layers.batchNormalization({ name: `block${block}_bn` }), x);
    const active = apply(layers.reLU({ name: `block${block}_relu` }), normal);
    const grown = apply(layers.conv2d({ name: `block${block}_conv`, filters: 3, kernelSize: 3, padding: 'same', useBias: false }), active); // prettier-ignore
    x = apply(layers.concatenate({ name: `block${block}_concat` }), [x, grown]);
  }
  x = apply(layers.averagePooling2d({ name: 'transition', poolSize: 2, strides: 2 }), x);
  const [average, largest] = [layers.globalAveragePooling2d({ name: 'average' }), layers.globalMaxPooling2d({ name: 'largest' })]; // prettier-ignore
  const hidden = apply(layers.concatenate({ name: 'both' }), [apply(average, x), apply(largest, x)]);
  const scores = apply(layers.dense({ name: 'scores', units: 5, activation: 'softmax' }), hidden);
  const chance = apply(layers.dense({ name: 'chance', units: 1, activation: 'sigmoid' }), hidden);
  return tf.model({ name: 'dense', inputs: input, outputs: [scores, chance] });
}

function volumes(): tf.LayersModel {
  return tf.sequential({
    name: 'volumes',
    layers: [
      layers.conv3d({ name: 'conv1', filters: 3, kernelSize: 3, padding: 'same', strides: 2, activation: 'relu', inputShape: [7, 8, 9, 2] }), // prettier-ignore
      layers.maxPooling3d({ name: 'pool1', poolSize: 2, strides: 2, padding: 'same' }),
      layers.conv3d({ name: 'conv2', filters: 4, kernelSize: [1, 2, 2], activation: 'elu' }),
      layers.averagePooling3d({ name: 'pool2', poolSize: [2, 1, 1], strides: 1 }),
      layers.flatten({ name: 'flatten' }),
      layers.dense({ name: 'output', units: 1, activation: 'sigmoid' }),
    ],
  });
}

function relatives(): tf.LayersModel {
  return tf.sequential({
    name: 'relatives',
    layers: [
      layers.separableConv2d({ name: 'separable', filters: 4, kernelSize: 3, depthMultiplier: 2, inputShape: [8, 9, 2] }), // prettier-ignore
      layers.depthwiseConv2d({ name: 'depthwise', kernelSize: 3, strides: 2, padding: 'same' }),
      layers.upSampling2d({ name: 'up', size: [2, 2] }),
      layers.conv2dTranspose({ name: 'transposed', filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.leakyReLU({ name: 'leaky', alpha: 0.2 }),
      layers.cropping2D({ name: 'crop', cropping: [[1, 2], [0, 1]] }), // prettier-ignore
      layers.permute({ name: 'permute', dims: [3, 1, 2] }),
      layers.reshape({ name: 'reshape', targetShape: [27, 15] }),
      layers.layerNormalization({ name: 'normal' }),
      layers.prelu({ name: 'prelu' }),
      layers.globalAveragePooling1d({ name: 'average' }),
    ],
  });
}

function twoInputs(): tf.LayersModel {
  const [a, b] = [tf.input({ shape: [4], name: 'a' }), tf.input({ shape: [3], name: 'b' })];
  const joined = apply(layers.concatenate({ name: 'joined' }), [a, b]);
  return tf.model({ name: 'two', inputs: [a, b], outputs: [apply(layers.dense({ name: 'sum', units: 2 }), joined), joined] }); // prettier-ignore
}

/** One for each kind of layer in the lessons, and near relatives. */
export const examples: readonly Example[] = [
  { name: 'LeNet', build: lenet },
  { name: 'a residual network', build: residual },
  { name: 'a dense network with two outputs', build: dense },
  { name: 'volumes', build: volumes },
  { name: 'relatives', build: relatives },
  { name: 'two inputs, one of them also an output', build: twoInputs },
];

/** Weights other than the first ones, so that a bias or a moving mean that is left out shows. */
export function fillWeights(model: tf.LayersModel): void {
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => seeded(shape, i + 1, 0.05, 0.5))));
}

/** Random inputs for a model, by name. */
export function randomInputs(model: tf.LayersModel, batch: number): Record<string, tf.Tensor> {
  const { inputs, inputNames } = functionalModel(model);
  return Object.fromEntries(
    inputs.map(({ shape }, i) => [inputNames[i], seeded([batch, ...(shape.slice(1) as number[])], 90 + i)]),
  );
}
