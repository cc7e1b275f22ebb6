/** Every layer that the lessons and the models use: its gradients beside slopes by differences, on each engine. */
import { beforeAll, describe, expect, it } from 'vitest';
import { repairCpuKernels } from '../engine/cpu';
import { hasNative, startBackend } from '../engine/testing/backends';
import { slopeError } from '../engine/testing/differences';
import { seeded } from '../engine/testing/random';
import { tf } from '../engine/index';
import { globalAveragePooling3d, zeroPadding3d } from './index';

const { layers } = tf;
const CASES: [name: string, shape: number[], make: () => tf.layers.Layer, training?: boolean][] = [
  ['dense', [3, 5], () => layers.dense({ units: 4, activation: 'relu' })],
  ['dense, sigmoid', [3, 5], () => layers.dense({ units: 1, activation: 'sigmoid' })],
  ['dense, softmax', [3, 5], () => layers.dense({ units: 4, activation: 'softmax' })],
  ['conv1d', [2, 7, 3], () => layers.conv1d({ filters: 2, kernelSize: 3, activation: 'tanh' })],
  [
    'conv2d',
    [2, 6, 5, 3],
    () => layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'relu' }),
  ],
  ['conv2d, strided', [2, 7, 7, 2], () => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2 })],
  ['conv2d, 1×1', [2, 4, 4, 3], () => layers.conv2d({ filters: 4, kernelSize: 1, useBias: false })],
  ['conv3d', [1, 4, 5, 4, 2], () => layers.conv3d({ filters: 2, kernelSize: 2, padding: 'same' })],
  ['conv2dTranspose', [2, 3, 4, 2], () => layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2 })],
  ['depthwiseConv2d', [2, 5, 5, 2], () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })],
  ['separableConv2d', [2, 5, 5, 2], () => layers.separableConv2d({ filters: 3, kernelSize: 3 })],
  ['maxPooling2d', [2, 6, 6, 2], () => layers.maxPooling2d({ poolSize: 2 })],
  [
    'maxPooling2d, overlapping',
    [2, 7, 7, 2],
    () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  ],
  ['averagePooling2d', [2, 6, 6, 2], () => layers.averagePooling2d({ poolSize: 2 })],
  ['maxPooling3d', [1, 4, 4, 4, 2], () => layers.maxPooling3d({ poolSize: 2 })],
  ['averagePooling3d', [1, 4, 4, 4, 2], () => layers.averagePooling3d({ poolSize: 2 })],
  ['globalAveragePooling2d', [2, 4, 3, 3], () => layers.globalAveragePooling2d({})],
  ['globalMaxPooling2d', [2, 4, 3, 3], () => layers.globalMaxPooling2d({})],
  ['globalAveragePooling3d', [2, 3, 2, 2, 3], () => globalAveragePooling3d()],
  ['zeroPadding2d', [2, 3, 3, 2], () => layers.zeroPadding2d({ padding: [1, 2] })],
  ['zeroPadding3d', [2, 3, 2, 2, 2], () => zeroPadding3d({ padding: 1 })],
  ['upSampling2d', [2, 3, 3, 2], () => layers.upSampling2d({ size: [2, 2] })],
  ['batchNormalization', [4, 3, 3, 2], () => layers.batchNormalization({}), true],
  ['batchNormalization, in use', [4, 3, 3, 2], () => layers.batchNormalization({})],
  ['batchNormalization of volumes', [3, 2, 2, 2, 2], () => layers.batchNormalization({}), true],
  ['layerNormalization', [3, 4], () => layers.layerNormalization({})],
  ['activation relu', [3, 7], () => layers.activation({ activation: 'relu' })],
  ['leakyReLU', [3, 7], () => layers.leakyReLU({ alpha: 0.2 })],
  ['prelu', [3, 7], () => layers.prelu({})],
  ['elu', [3, 7], () => layers.elu({})],
  ['flatten', [2, 3, 2], () => layers.flatten()],
  ['reshape', [2, 6], () => layers.reshape({ targetShape: [2, 3] })],
  ['simpleRNN', [2, 4, 3], () => layers.simpleRNN({ units: 2 })],
  ['gru', [2, 4, 3], () => layers.gru({ units: 2 })],
  ['lstm', [2, 4, 3], () => layers.lstm({ units: 2 })],
];

function errorOf(shape: number[], make: () => tf.layers.Layer, training = false): number {
  const layer = make();
  layer.apply(tf.input({ shape: shape.slice(1) }));
  tf.tidy(() => layer.setWeights(layer.getWeights().map((weight, i) => seeded(weight.shape, 7 + i, 0.2, 1))));
  const x = tf.variable(tf.tidy(() => seeded(shape, 3)));
  const weights = layer.trainableWeights.map(({ name }) => tf.engine().registeredVariables[name]);
  const loss = () => {
    const value = layer.apply(x, { training }) as tf.Tensor;
    return value.mul(seeded(value.shape, 5)).sum<tf.Scalar>();
  };
  const error = slopeError(loss, [x, ...weights]);
  tf.dispose([x, ...layer.weights.map((weight) => weight.read())]);
  return error;
}

describe.each(['cpu', 'wasm', ...(hasNative() ? (['native'] as const) : [])] as const)('on %s', (engine) => {
  beforeAll(async () => {
    repairCpuKernels();
    void tf.setBackend(engine === 'cpu' ? engine : await startBackend(engine));
  });

  it.each(CASES)('%s', (_, shape, make, training) => {
    expect(errorOf(shape, make, training)).toBeLessThan(0.02);
  });
});
