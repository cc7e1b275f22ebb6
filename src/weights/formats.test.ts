/** Every model in every format: what was saved and loaded predicts the same, for one example and for a batch cut short. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ready, tf } from '../engine/index';
import { seeded } from '../engine/testing/random';
import {
  convolutionalBlock,
  customLenet,
  denseNet,
  happyOrSad,
  horseOrHuman,
  identityBlock,
  lenet5,
  mnistConv,
} from '../models/index';
import { loadKeras, loadKerasWeights, saveKeras } from './index';

/** ResNet50's two blocks; the whole is beside Keras in keras-networks.test.ts. */
function residual(): tf.LayersModel {
  const input = tf.input({ name: 'input', shape: [8, 8, 3] });
  const first = convolutionalBlock(input, 3, [3, 4, 6], 2, 'a');
  const second = identityBlock(first, 3, [3, 4, 6], 2, 'b');
  const flat = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(second);
  const outputs = tf.layers.dense({ name: 'out', units: 5 }).apply(flat) as tf.SymbolicTensor;
  return tf.model({ name: 'residual', inputs: input, outputs });
}

const dense = { blocks: [2, 1], growth: 3, initial: 4, classes: 3 };
const MODELS: Record<string, () => tf.LayersModel> = {
  lenet5: () => lenet5(),
  customLenet: () => customLenet(),
  mnistConv: () => mnistConv(),
  horseOrHuman: () => horseOrHuman({ inputShape: [94, 94, 3] }),
  happyOrSad: () => happyOrSad({ inputShape: [30, 36, 3] }),
  'ResNet’s blocks': residual,
  'denseNet of pictures': () => denseNet({ ...dense, dimensions: 2, inputShape: [32, 32, 3] }),
  'denseNet of volumes': () => denseNet({ ...dense, dimensions: 3, inputShape: [32, 32, 32, 1] }),
};

/** Other weights than any builder gives, moving averages among them. */
function disturb(model: tf.LayersModel): void {
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => seeded(shape, i, 0.01, 0.2))));
}

/** Predictions for five examples, two at a time, and for the last alone. */
function predictions(model: tf.LayersModel): number[][] {
  return tf.tidy(() => {
    const x = seeded([5, ...(model.inputs[0].shape.slice(1) as number[])], 9);
    const all = model.predict(x, { batchSize: 2 }) as tf.Tensor2D;
    const last = model.predict(x.slice([4], [1])) as tf.Tensor;
    const rest = all.slice([4], [1]).sub(last).abs().max().dataSync()[0];
    expect(rest).toBeLessThan(1e-5 * (1 + all.abs().max().dataSync()[0]));
    return all.arraySync();
  });
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'convlab-formats-'));
  await ready();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(Object.entries(MODELS))('%s', (_, build) => {
  it.each(['a.keras', 'a.h5', 'a.weights.h5'])('comes back from %s', async (name) => {
    const tensors = tf.memory().numTensors;
    const file = join(folder, name);
    const model = build();
    disturb(model);
    const expected = predictions(model);
    expect(expected.flat().every(Number.isFinite)).toBe(true);
    await saveKeras(model, file);
    const again = name === 'a.weights.h5' ? build() : await loadKeras(file);
    if (name === 'a.weights.h5') await loadKerasWeights(again, file);
    expect(predictions(again)).toEqual(expected);
    for (const made of [model, again]) made.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
