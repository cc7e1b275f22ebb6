import { beforeAll, describe, expect, it } from 'vitest';
import { relativeError } from '../../engine/testing/backends';
import { seeded } from '../../engine/testing/random';
import { tf } from '../../engine/index';
import { traceStep } from '../index';
import { operators } from '../testing/graphs';
import { tracingEngines, useEngine } from '../testing/engines';

interface Case {
  name: string;
  x: [number, number, number, number];
  filter: [number, number, number, number];
  pad?: 'same' | 'valid';
  activation?: (x: tf.Tensor4D) => tf.Tensor4D;
  /** Some pixels and filters alike, so that windows have equal largest values. */
  hasTies?: boolean;
}

const relu = (x: tf.Tensor4D): tf.Tensor4D => tf.relu(x);

const inBlocks: readonly Case[] = [
  { name: '5×5 same, relu', x: [3, 6, 8, 2], filter: [5, 5, 2, 4], pad: 'same', activation: relu },
  { name: '3×3, relu', x: [2, 8, 6, 3], filter: [3, 3, 3, 5], activation: relu },
  { name: '2×3, no activation', x: [3, 5, 6, 1], filter: [2, 3, 1, 2] },
  { name: '1×1, tanh', x: [2, 4, 4, 8], filter: [1, 1, 8, 3], activation: (x) => tf.tanh(x) },
  { name: 'one example of one block', x: [1, 2, 2, 1], filter: [1, 1, 1, 1], activation: relu },
  {
    name: 'equal values, relu',
    x: [2, 8, 8, 2],
    filter: [3, 3, 2, 4],
    pad: 'same',
    activation: relu,
    hasTies: true,
  },
  { name: 'equal values, no activation', x: [2, 6, 6, 1], filter: [3, 3, 1, 2], hasTies: true },
];

const asBefore: readonly Case[] = [
  { name: 'rows left over', x: [2, 7, 6, 2], filter: [3, 3, 2, 4], pad: 'same', activation: relu },
  { name: 'many channels', x: [2, 6, 6, 9], filter: [3, 3, 9, 4], pad: 'same', activation: relu },
];

interface Results {
  readonly loss: number;
  readonly variables: readonly (readonly number[])[];
}

/** A loss and what one step of gradient descent with a rate of 1 makes of picture, filter and bias, both ways. */
async function bothWays({ x, filter, pad = 'valid', activation = (x) => x, hasTies }: Case) {
  const start = [x, filter, [filter[3]]].map((shape, i) => {
    const values = seeded(shape, i + 1);
    return tf.variable(hasTies && i === 0 ? values.step() : values);
  });
  const [picture, kernel, bias] = start as [tf.Variable<tf.Rank.R4>, tf.Variable<tf.Rank.R4>, tf.Variable];
  const before = start.map((variable) => variable.clone());
  const pooled = (): tf.Tensor4D => {
    const sum = tf.conv2d(picture, kernel, 1, pad).add(bias);
    return tf.maxPool(activation(sum as tf.Tensor4D), 2, 2, 'valid');
  };
  const weights = tf.tidy(() => seeded(pooled().shape, 5));
  const optimizer = tf.train.sgd(1);
  const loss = (weights: tf.Tensor): tf.Scalar => pooled().mul(weights).sum();
  const step = await traceStep({ loss, optimizer }, [weights]);
  const compiled = await step.run([weights]);
  step.writeBack();
  const values = (): number[][] => start.map((variable) => [...variable.dataSync()]);
  const actual: Results = { loss: compiled.loss, variables: values() };
  start.forEach((variable, i) => variable.assign(before[i]));
  const cost = optimizer.minimize(() => loss(weights), true)!;
  const expected: Results = { loss: cost.dataSync()[0], variables: values() };
  const ops = operators(step.graph);
  await step.dispose();
  tf.dispose([start, before, weights, cost]);
  return { actual, expected, ops };
}

function expectSame(actual: Results, expected: Results): void {
  expect(actual.loss).toBeCloseTo(expected.loss, 4);
  expected.variables.forEach((values, i) =>
    expect(relativeError(actual.variables[i], values)).toBeLessThan(1e-5),
  );
}

describe.each(tracingEngines)('convolutions that are pooled, traced on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  it.each(inBlocks)('are computed in blocks: $name', async (each) => {
    const { actual, expected, ops } = await bothWays(each);
    expectSame(actual, expected);
    expect(ops.filter((op) => /Conv|Pool/.test(op))).toEqual([]);
    // The gradients of the pictures stay in blocks too.
    expect(ops.filter((op) => op === 'Gather')).toHaveLength(2);
  });

  it.each(asBefore)('or as they were: $name', async (each) => {
    const { actual, expected, ops } = await bothWays(each);
    expectSame(actual, expected);
    expect(ops).toContain('MaxPool');
  });

  it('are right where something else reads the activation and its gradient', async () => {
    const x = tf.variable(seeded([2, 4, 4, 2], 1));
    const kernel = tf.variable(seeded([3, 3, 2, 3], 2)) as tf.Variable<tf.Rank.R4>;
    const loss = (weights: tf.Tensor): tf.Scalar => {
      const active = tf.relu(tf.conv2d(x as tf.Variable<tf.Rank.R4>, kernel, 1, 'same'));
      return tf.maxPool(active, 2, 2, 'valid').mul(weights).sum().add(active.square().sum());
    };
    const weights = seeded([2, 2, 2, 3], 5);
    const before = [x, kernel].map((variable) => variable.clone());
    const optimizer = tf.train.sgd(1);
    const step = await traceStep({ loss, optimizer }, [weights]);
    const compiled = await step.run([weights]);
    step.writeBack();
    const values = (): number[][] => [x, kernel].map((variable) => [...variable.dataSync()]);
    const actual = { loss: compiled.loss, variables: values() };
    [x, kernel].forEach((variable, i) => variable.assign(before[i]));
    const cost = optimizer.minimize(() => loss(weights), true)!;
    expectSame(actual, { loss: cost.dataSync()[0], variables: values() });
    await step.dispose();
    tf.dispose([x, kernel, weights, before, cost]);
  });
});
