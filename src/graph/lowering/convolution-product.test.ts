import { beforeAll, describe, expect, it } from 'vitest';
import { relativeError } from '../../engine/testing/backends';
import { seeded } from '../../engine/testing/random';
import { tf } from '../../engine/index';
import { traceStep } from '../index';
import { operators } from '../testing/graphs';
import { tracingEngines, useEngine } from '../testing/engines';

interface Case {
  name: string;
  x: number[];
  filter: number[];
  strides?: number;
  pad?: 'same' | 'valid';
}

/** Many filters for each pixel. */
const products: readonly Case[] = [
  { name: '1×1', x: [2, 3, 2, 16], filter: [1, 1, 16, 96] },
  { name: '1×1, stride 2', x: [2, 3, 4, 17], filter: [1, 1, 17, 64], strides: 2 },
  { name: '3×3', x: [2, 3, 2, 16], filter: [3, 3, 16, 96] },
  { name: '3×3, valid', x: [2, 4, 5, 16], filter: [3, 3, 16, 96], pad: 'valid' },
  { name: '3×2, stride 2, odd size', x: [2, 5, 3, 16], filter: [3, 2, 16, 96], strides: 2 },
  {
    name: '2×2, stride 3, valid, pixels left over',
    x: [2, 5, 6, 16],
    filter: [2, 2, 16, 64],
    strides: 3,
    pad: 'valid',
  },
];

/** Filter gradients of patches: of the pictures, or of their gradient. */
const patched: readonly Case[] = [
  { name: '3×3, fewer filters', x: [2, 5, 4, 16], filter: [3, 3, 16, 8] },
  { name: '3×3, fewer channels', x: [2, 5, 4, 8], filter: [3, 3, 8, 16] },
  { name: '2×3, valid, fewer filters', x: [2, 5, 4, 16], filter: [2, 3, 16, 8], pad: 'valid' },
  { name: '2×3, valid, fewer channels', x: [2, 5, 4, 8], filter: [2, 3, 8, 9], pad: 'valid' },
  { name: '3×2, stride 2, odd size', x: [2, 7, 5, 16], filter: [3, 2, 16, 8], strides: 2 },
];

/** Filter gradients by the places of the window. */
const byPlaces: readonly Case[] = [
  { name: '3×3', x: [2, 6, 7, 33], filter: [3, 3, 33, 32] },
  { name: '2×3, valid', x: [2, 6, 7, 32], filter: [2, 3, 32, 34], pad: 'valid' },
  { name: '3×2, stride 2, odd size', x: [2, 9, 7, 32], filter: [3, 2, 32, 32], strides: 2 },
];

/** Loss and gradients of a convolution and its input: a step of gradient descent with a rate of 1 shows them. */
async function both(
  x: tf.Variable,
  filter: tf.Variable,
  convolve: () => tf.Tensor,
  convolutions = 0,
): Promise<number[][][]> {
  const optimizer = tf.train.sgd(1);
  const weights = tf.tidy(() => seeded(convolve().shape, 5));
  const loss = (weights: tf.Tensor): tf.Scalar => convolve().mul(weights).sum();
  const before = [x, filter].map((variable) => variable.clone());
  const step = await traceStep({ loss, optimizer }, [weights]);
  expect(operators(step.graph).filter((op) => op.startsWith('Conv'))).toHaveLength(convolutions);
  const results: number[][][] = [];
  const compiled = await step.run([weights]);
  step.writeBack();
  results.push([[compiled.loss], [...x.dataSync()], [...filter.dataSync()]]);
  x.assign(before[0]);
  filter.assign(before[1]);
  const cost = optimizer.minimize(() => loss(weights), true)!;
  results.push([[...cost.dataSync()], [...x.dataSync()], [...filter.dataSync()]]);
  await step.dispose();
  tf.dispose([weights, cost, before]);
  return results;
}

async function expectSame(
  x: number[],
  filter: number[],
  convolve: Convolve,
  convolutions = 0,
): Promise<void> {
  const input = tf.variable(seeded(x, 1), true);
  const kernel = tf.variable(seeded(filter, 2), true);
  const [actual, expected] = await both(input, kernel, () => convolve(input, kernel), convolutions);
  expected.forEach((values, i) => expect(relativeError(actual[i], values)).toBeLessThan(1e-5));
  tf.dispose([input, kernel]);
}

type Convolve = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

const conv2d =
  ({ strides = 1, pad = 'same' }: Case): Convolve =>
  (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);

const conv3d =
  (strides: number): Convolve =>
  (x, filter) =>
    tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, strides, 'same');

describe.each(tracingEngines)('convolutions of many channels, traced on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  describe('as products', () => {
    it.each(products)('$name', async (each) => {
      await expectSame(each.x, each.filter, conv2d(each));
    });

    it.each([1, 2])('of volumes, stride %i', async (strides) => {
      await expectSame([2, 2, 2, 1, 16], [2, 3, 1, 16, 64], conv3d(strides));
    });
  });

  describe('with filter gradients by places', () => {
    it.each(byPlaces)('$name', async (each) => {
      await expectSame(each.x, each.filter, conv2d(each), 2);
    });

    it('of volumes', async () => {
      await expectSame([2, 3, 4, 3, 32], [2, 3, 1, 32, 32], conv3d(1), 2);
    });
  });

  describe('with filter gradients of patches', () => {
    it.each(patched)('$name', async (each) => {
      await expectSame(each.x, each.filter, conv2d(each), 2);
    });

    it.each([
      [1, 16, 8],
      [1, 8, 16],
      [2, 8, 16],
    ])('of volumes, stride %i, %i channels, %i filters', async (strides, channels, filters) => {
      await expectSame([2, 3, 4, 3, channels], [2, 3, 1, channels, filters], conv3d(strides), 2);
    });
  });
});
