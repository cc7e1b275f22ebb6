import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { startBackend } from '../engine/testing/backends';
import { evaluate, fit } from './index';
import { traceStep } from '../graph/index';
import { withLogits } from '../layers/index';

beforeAll(() => startBackend('wasm'));

const X = [[1, 0], [0, 1], [-2, 1], [3, -2]]; // prettier-ignore
/** What is the same for labels that are numbers and those that are one-hot. */
const SOFTMAX = {
  activation: 'softmax',
  kernel: [
    [30, -20, 10],
    [5, 40, -25],
  ],
  bias: [1, -1, 0],
  losses: [107.828316, 107.778587, 107.728874],
  trained: [
    [29.976101, -19.955002, 9.9789, 5.018433, 39.970005, -24.988432],
    [0.994534, -1, 0.005466],
  ],
} as const;

/**
 * Networks that are quite wrong, in Keras 3.15 on TensorFlow 2.21: what `evaluate` gives for the loss, then three
 * steps of SGD(0.01) on all four examples, and the weights after them.
 */
const CASES = {
  categoricalCrossentropy: {
    ...SOFTMAX,
    y: () => tf.oneHot([1, 0, 2, 1], 3).cast('float32'),
  },
  sparseCategoricalCrossentropy: {
    ...SOFTMAX,
    y: () => tf.tensor2d([1, 0, 2, 1], [4, 1]),
  },
  binaryCrossentropy: {
    activation: 'sigmoid',
    y: () => tf.tensor2d([0, 1, 0, 0], [4, 1]),
    kernel: [[90], [15]],
    bias: [1],
    losses: [83, 82.985001, 82.970001],
    trained: [[89.969994, 15.015], [0.985]],
  },
} as const;

type Case = (typeof CASES)[keyof typeof CASES];

function network({ activation, kernel, bias }: Case): tf.Sequential {
  const layer = tf.layers.dense({ units: bias.length, activation, inputShape: [2] });
  const model = tf.sequential({ layers: [layer] });
  model.setWeights([tf.tensor(kernel), tf.tensor1d([...bias])]);
  return model;
}

describe.each(Object.entries(CASES))('%s', (loss, example) => {
  const { losses, trained, y } = example;
  const compiled = () => {
    const model = network(example);
    model.compile({ optimizer: tf.train.sgd(0.01), loss, metrics: ['accuracy'] });
    return model;
  };
  const batch = () => ({ x: tf.tensor2d(X), y: y() });

  function expectTrained(model: tf.LayersModel): void {
    const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
    expect(weights.flat()).toEqual(trained.flat().map((value): unknown => expect.closeTo(value, 4)));
  }

  const near = [...losses].map((value): unknown => expect.closeTo(value, 3));

  it("is Keras' in tfjs's own training and evaluation", async () => {
    const [model, { x, y }] = [compiled(), batch()];
    expect((model.evaluate(x, y) as tf.Scalar[])[0].dataSync()[0]).toBeCloseTo(losses[0], 3);
    const found: number[] = [];
    for (let i = 0; i < 3; i++) found.push(((await model.trainOnBatch(x, y)) as number[])[0]);
    expect(found).toEqual(near);
    expectTrained(model);
  });

  it.each([false, true])("is Keras' in train.fit, compiled: %s", async (compile) => {
    const model = compiled();
    expect((await evaluate(model, batch())).loss).toBeCloseTo(losses[0], 3);
    const { metrics } = await fit(model, batch(), { epochs: 3, batchSize: 4, progress: 'none', compile });
    expect(metrics.loss).toEqual(near);
    expectTrained(model);
  });

  it('is traced', async () => {
    const [model, { x, y }] = [compiled(), batch()];
    const step = await traceStep(model, [x, y]);
    const found: number[] = [];
    for (let i = 0; i < 3; i++) found.push((await step.run([x, y])).loss);
    step.writeBack();
    await step.dispose();
    expect(found).toEqual(near);
    expectTrained(model);
  });

  it('leaves the model as it was, also where the step fails', () => {
    const model = compiled();
    const before = (model.predict(tf.tensor2d(X)) as tf.Tensor).dataSync();
    const inner = (model as unknown as { model: tf.LayersModel }).model;
    const fail = () => {
      throw new Error('on purpose');
    };
    expect(() => withLogits(inner, fail)).toThrow('on purpose');
    expect((model.predict(tf.tensor2d(X)) as tf.Tensor).dataSync()).toEqual(before);
  });
});

it('gives metrics the probabilities', async () => {
  const model = network(CASES.binaryCrossentropy);
  const largest = (_: tf.Tensor, output: tf.Tensor) => tf.max(output);
  model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy', metrics: [largest] });
  const [, metric] = (await model.trainOnBatch(tf.tensor2d(X), CASES.binaryCrossentropy.y())) as number[];
  expect(metric).toBe(1);
});

it.each([
  [
    'a loss of one’s own',
    'softmax',
    (y: tf.Tensor, p: tf.Tensor) => tf.metrics.categoricalCrossentropy(y, p),
  ],
  ['an activation that does not belong to it', 'sigmoid', 'categoricalCrossentropy'],
] as const)('leaves %s alone', (_, activation, loss) => {
  const layer = tf.layers.dense({ units: 3, activation, inputShape: [2] });
  const model = tf.sequential({ layers: [layer] });
  model.compile({ optimizer: 'sgd', loss });
  const inner = (model as unknown as { model: tf.LayersModel }).model;
  const before = (layer as unknown as { activation: unknown }).activation;
  withLogits(inner, () => expect((layer as unknown as { activation: unknown }).activation).toBe(before));
});
