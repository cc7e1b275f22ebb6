import { beforeAll, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { multiplyAdds } from './multiply-adds';

const { layers } = tf;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const picture = { inputShape: [6, 8, 3] };

it.each<[string, tf.layers.Layer, number]>([
  ['dense', layers.dense({ units: 4, inputShape: [5] }), 4 * 5],
  ['dense over rows', layers.dense({ units: 4, inputShape: [7, 5] }), 7 * 4 * 5],
  ['conv1d', layers.conv1d({ filters: 4, kernelSize: 3, inputShape: [9, 2] }), 7 * 4 * 3 * 2],
  ['conv2d', layers.conv2d({ filters: 4, kernelSize: 3, ...picture }), 4 * 6 * 4 * 9 * 3],
  ['conv2d, stride 2', layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', ...picture }), 3 * 4 * 4 * 9 * 3],
  ['conv2d, channels first', layers.conv2d({ filters: 4, kernelSize: 1, dataFormat: 'channelsFirst', ...picture }), 8 * 3 * 4 * 6],
  ['conv3d', layers.conv3d({ filters: 2, kernelSize: [1, 2, 3], inputShape: [4, 5, 6, 3] }), 4 * 4 * 4 * 2 * 6 * 3],
  ['depthwise', layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, ...picture }), 4 * 6 * 3 * 2 * 9],
  ['separable', layers.separableConv2d({ filters: 5, kernelSize: 3, ...picture }), 4 * 6 * (3 * 9 + 3 * 5)],
  ['transposed', layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, ...picture }), 6 * 8 * 4 * 9 * 3],
  ['pooling', layers.maxPooling2d({ poolSize: 2, ...picture }), 0],
])('%s', (_, layer, expected) => {
  const model = tf.sequential({ layers: [layer] });
  expect(multiplyAdds(model)).toBe(expected);
  model.dispose();
}); // prettier-ignore

it('counts a shared layer as often as it is used, and a model within a model', () => {
  const inner = tf.sequential({ layers: [layers.dense({ units: 5, inputShape: [5] })] });
  const shared = layers.dense({ units: 5 });
  const input = tf.input({ shape: [5] });
  const twice = shared.apply(shared.apply(inner.apply(input))) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: twice });
  expect(multiplyAdds(model)).toBe(3 * 25);
  model.dispose();
});

it('refuses a model whose input may have any size', () => {
  const model = tf.sequential({
    layers: [layers.conv2d({ name: 'first', filters: 1, kernelSize: 1, inputShape: [null, 8, 1] })],
  });
  expect(() => multiplyAdds(model)).toThrow(InputError);
  expect(() => multiplyAdds(model)).toThrow(
    'models.multiplyAdds: expected a model whose inputShape is known, got [null, 8, 1] at layer first.',
  );
  model.dispose();
});
