import { tf } from '../tf';
import { seeded } from './random';

const { layers } = tf;

/** A small network with data to train it on. Built and trained the same way on every engine. */
export interface Network {
  name: string;
  build: () => tf.LayersModel;
  optimizer: () => tf.Optimizer;
  loss: string;
  x: number[];
  y: () => tf.Tensor;
}

const oneHot = (classes: number[], count: number): tf.Tensor =>
  tf.oneHot(tf.tensor1d(classes, 'int32'), count);

function lenet(): tf.LayersModel {
  return tf.sequential({
    layers: [
      layers.conv2d({
        filters: 4,
        kernelSize: 5,
        padding: 'same',
        activation: 'relu',
        inputShape: [12, 12, 1],
      }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 6, kernelSize: 3, activation: 'tanh' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'relu' }),
      layers.dropout({ rate: 0.3, seed: 3 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
}

function resnet(): tf.LayersModel {
  const input = tf.input({ shape: [14, 14, 3] });
  const norm = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
    layers
      .activation({ activation: 'relu' })
      .apply(layers.batchNormalization().apply(x)) as tf.SymbolicTensor;
  const conv = (x: tf.SymbolicTensor, filters: number, kernelSize: number, strides = 1): tf.SymbolicTensor =>
    layers.conv2d({ filters, kernelSize, strides, padding: 'same' }).apply(x) as tf.SymbolicTensor;
  let x = layers.zeroPadding2d({ padding: 2 }).apply(input) as tf.SymbolicTensor;
  x = norm(layers.conv2d({ filters: 4, kernelSize: 7, strides: 2 }).apply(x) as tf.SymbolicTensor);
  x = layers.maxPooling2d({ poolSize: 3, strides: 2 }).apply(x) as tf.SymbolicTensor;
  const main = conv(norm(conv(x, 3, 1, 2)), 6, 3);
  x = layers.add().apply([main, conv(x, 6, 1, 2)]) as tf.SymbolicTensor;
  const head = layers.globalAveragePooling2d({}).apply(norm(x));
  return tf.model({
    inputs: input,
    outputs: layers.dense({ units: 2, activation: 'softmax' }).apply(head) as tf.SymbolicTensor,
  });
}

function denseNet(): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 2] });
  let x: tf.SymbolicTensor = input;
  for (const kernelSize of [1, 3]) {
    const normal = layers.batchNormalization().apply(x);
    const active = layers.activation({ activation: 'relu' }).apply(normal);
    const grown = layers.conv2d({ filters: 3, kernelSize, padding: 'same', useBias: false }).apply(active);
    x = layers.concatenate().apply([x, grown as tf.SymbolicTensor]) as tf.SymbolicTensor;
  }
  const pooled = layers.averagePooling2d({ poolSize: 2 }).apply(x);
  const flat = layers.globalAveragePooling2d({}).apply(pooled);
  return tf.model({
    inputs: input,
    outputs: layers.dense({ units: 4, activation: 'softmax' }).apply(flat) as tf.SymbolicTensor,
  });
}

function volumes(): tf.LayersModel {
  return tf.sequential({
    layers: [
      layers.conv3d({
        filters: 3,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        inputShape: [6, 6, 6, 1],
      }),
      layers.maxPooling3d({ poolSize: 2, strides: 2 }),
      layers.conv3d({ filters: 4, kernelSize: 2, strides: 1, activation: 'elu' }),
      layers.averagePooling3d({ poolSize: 2, strides: 1 }),
      layers.flatten(),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
}

/** One for each kind of network in the lessons, and each optimizer and loss. */
export const networks: readonly Network[] = [
  {
    name: 'linear regression, SGD, mean squared error',
    build: () => tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] }),
    optimizer: () => tf.train.sgd(0.1),
    loss: 'meanSquaredError',
    x: [5, 2],
    y: () => seeded([5, 1], 8),
  },
  {
    name: 'LeNet, Adam, categorical cross-entropy',
    build: lenet,
    optimizer: () => tf.train.adam(0.01),
    loss: 'categoricalCrossentropy',
    x: [4, 12, 12, 1],
    y: () => oneHot([0, 1, 2, 1], 3),
  },
  {
    name: 'ResNet, momentum, categorical cross-entropy',
    build: resnet,
    optimizer: () => tf.train.momentum(0.05, 0.9),
    loss: 'categoricalCrossentropy',
    x: [3, 14, 14, 3],
    y: () => oneHot([0, 1, 1], 2),
  },
  {
    name: 'DenseNet, RMSprop, sparse categorical cross-entropy',
    build: denseNet,
    optimizer: () => tf.train.rmsprop(0.01),
    loss: 'sparseCategoricalCrossentropy',
    x: [4, 8, 8, 2],
    y: () => tf.tensor2d([0, 3, 1, 2], [4, 1]),
  },
  {
    name: 'volumes, Adam, binary cross-entropy',
    build: volumes,
    optimizer: () => tf.train.adam(0.01),
    loss: 'binaryCrossentropy',
    x: [3, 6, 6, 6, 1],
    y: () => tf.tensor2d([0, 1, 1], [3, 1]),
  },
];
