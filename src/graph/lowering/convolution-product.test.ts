import { beforeAll, describe, expect, it } from 'vitest';
import { relativeError } from '../../engine/testing/backends';
import { seeded } from '../../engine/testing/random';
import { tf } from '../../engine/index';
import { traceStep } from '../index';
import { tracingEngines, useEngine } from '../testing/engines';

interface Case {
  name: string;
  x: number[];
  filter: number[];
  strides?: number;
  pad?: 'same' | 'valid';
}

const cases: readonly Case[] = [
  { name: '1×1', x: [2, 5, 4, 16], filter: [1, 1, 16, 3] },
  { name: '1×1, stride 2', x: [2, 5, 4, 17], filter: [1, 1, 17, 3], strides: 2 },
  { name: '3×3', x: [2, 5, 4, 16], filter: [3, 3, 16, 4] },
  { name: '3×3, valid', x: [2, 5, 6, 16], filter: [3, 3, 16, 4], pad: 'valid' },
  { name: '3×2, stride 2, odd size', x: [2, 7, 5, 16], filter: [3, 2, 16, 4], strides: 2 },
  {
    name: '2×2, stride 3, valid, pixels left over',
    x: [2, 7, 9, 16],
    filter: [2, 2, 16, 4],
    strides: 3,
    pad: 'valid',
  },
];

/** Loss and gradients of a convolution and its input: a step of gradient descent with a rate of 1 shows them. */
async function both(x: tf.Variable, filter: tf.Variable, convolve: () => tf.Tensor): Promise<number[][][]> {
  const optimizer = tf.train.sgd(1);
  const weights = tf.tidy(() => seeded(convolve().shape, 5));
  const loss = (weights: tf.Tensor): tf.Scalar => convolve().mul(weights).sum();
  const before = [x, filter].map((variable) => variable.clone());
  const step = await traceStep({ loss, optimizer }, [weights]);
  // The products, and not convolutions.
  expect(step.graph.nodes.filter(({ op }) => op.startsWith('Conv'))).toEqual([]);
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

describe.each(tracingEngines)('convolutions of many channels, traced on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  it.each(cases)('$name', async ({ x, filter, strides = 1, pad = 'same' }) => {
    const input = tf.variable(seeded(x, 1), true);
    const kernel = tf.variable(seeded(filter, 2), true);
    const convolve = (): tf.Tensor => tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad);
    const [actual, expected] = await both(input, kernel, convolve);
    expected.forEach((values, i) => expect(relativeError(actual[i], values)).toBeLessThan(1e-5));
    tf.dispose([input, kernel]);
  });

  it.each([1, 2])('of volumes, stride %i', async (strides) => {
    const input = tf.variable(seeded([2, 3, 4, 3, 16], 1), true);
    const kernel = tf.variable(seeded([2, 3, 1, 16, 3], 2), true);
    const convolve = (): tf.Tensor => tf.conv3d(input as tf.Tensor5D, kernel as tf.Tensor5D, strides, 'same');
    const [actual, expected] = await both(input, kernel, convolve);
    expected.forEach((values, i) => expect(relativeError(actual[i], values)).toBeLessThan(1e-5));
    tf.dispose([input, kernel]);
  });
});
