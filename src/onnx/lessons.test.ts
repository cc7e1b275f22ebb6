import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { relativeError } from '../engine/testing/backends';
import { seeded } from '../engine/testing/random';
import { functionalModel, ortTensor, Session, traceStep } from '../graph/index';
import { tracingEngines, useEngine } from '../graph/testing/engines';
import {
  customLenet,
  denseNet,
  denseNet121,
  happyOrSad,
  horseOrHuman,
  lenet5,
  mnistConv,
  resnet50,
} from '../models/index';
import { exportModel } from './index';
import { hasOnnx, judge } from './testing/oracle';

const seed = 1;
const dense = { blocks: [2, 2], growth: 4, initial: 6, classes: 3, seed };

/** The lessons' networks, on the smallest pictures that they take. */
const networks: Record<string, () => tf.LayersModel> = {
  lenet5: () => lenet5({ seed }),
  customLenet: () => customLenet({ seed }),
  mnistConv: () => mnistConv({ seed }),
  horseOrHuman: () => horseOrHuman({ seed, inputShape: [94, 94, 3] }),
  happyOrSad: () => happyOrSad({ seed, inputShape: [22, 22, 3] }),
  'denseNet of pictures': () => denseNet({ ...dense, dimensions: 2, inputShape: [32, 32, 3] }),
  'denseNet of volumes': () => denseNet({ ...dense, dimensions: 3, inputShape: [32, 32, 32, 1] }),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'convlab-lessons-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Everything that the tests write, for ONNX's own verdict in the end. */
const files: string[] = [];

/** The largest difference between the engine's output and that of the exported file, relative to the output. */
async function difference(model: tf.LayersModel): Promise<number> {
  const file = path.join(folder, `${files.length}.onnx`);
  const { inputs, inputNames } = functionalModel(model);
  const x = seeded([2, ...(inputs[0].shape.slice(1) as number[])], 7, 0, 1);
  await exportModel(model, file, { batch: 'dynamic' });
  files.push(file);
  const session = await Session.open(file);
  const feed = await ortTensor(x.dataSync<'float32'>(), x.shape, 'float32');
  const [output] = Object.values(await session.run({ [inputNames[0]]: feed }));
  await session.close();
  const expected = tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync<'float32'>());
  x.dispose();
  model.dispose();
  return relativeError(output.data as Float32Array, expected);
}

describe.each(tracingEngines)('exported on %s, onnxruntime predicts as the engine does', (engine) => {
  beforeAll(() => useEngine(engine));

  it.each(Object.keys(networks))('%s', async (name) => {
    expect(await difference(networks[name]())).toBeLessThan(1e-4);
  });
});

/** Large ones, once. */
const large: Record<string, () => tf.LayersModel> = {
  ResNet50: () => resnet50({ inputShape: [64, 64, 3], classes: 6 }),
  'DenseNet-121': () => denseNet121({ seed, dimensions: 2, inputShape: [32, 32, 3], classes: 5 }),
};

it.each(Object.keys(large))('exports %s', { timeout: 180_000 }, async (name) => {
  await useEngine();
  expect(await difference(large[name]())).toBeLessThan(1e-4);
});

it.runIf(hasOnnx())("ONNX's own checker and strict shape inference accept every file", async () => {
  expect(files).toHaveLength(
    tracingEngines.length * Object.keys(networks).length + Object.keys(large).length,
  );
  for (const verdict of await judge(files))
    expect(verdict).toMatchObject({ problem: null, wrong: [], missing: [], opset: 18 });
});

it.each(tracingEngines)('a step of LeNet-5, traced on %s, is the eager step', async (engine) => {
  await useEngine(engine);
  const [x, y] = [seeded([8, 28, 28, 1], 3, 0, 1), seeded([8, 1], 4, 0, 10).floor()];
  const models = [lenet5({ seed }), lenet5({ seed })];
  for (const model of models) {
    // With an epsilon of 1e-7, rounding alone would move weights that have no gradient.
    const optimizer = tf.train.adam(0.001, 0.9, 0.999, 1e-4);
    model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  }
  const [eager, traced] = models;
  const step = await traceStep(traced, [x, y]);
  for (let i = 0; i < 3; i++) {
    const expected = (await eager.trainOnBatch(x, y)) as number[];
    const actual = await step.run([x, y]);
    expect(relativeError(Object.values(actual), expected)).toBeLessThan(1e-5);
  }
  step.writeBack();
  const [expected, actual] = models.map((model) =>
    model.getWeights().flatMap((weight) => [...weight.dataSync()]),
  );
  expect(relativeError(actual, expected)).toBeLessThan(1e-5);
  await step.dispose();
  tf.dispose([x, y]);
  for (const model of models) model.dispose();
});
