/** Small models in the forms that Keras writes. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { built } from '../targets/bytes.mjs';

const GOLDENS = fileURLToPath(new URL('../../../src/weights/testing/', import.meta.url));

/** Files of Keras 1 and 2. */
export function oldFiles() {
  const names = readdirSync(GOLDENS).filter((name) => name.endsWith('.h5'));
  return names.map((name) => readFileSync(join(GOLDENS, name)));
}

/** A sequential model of every common kind of layer, and one with a branch. */
export function smallModels() {
  const { tf } = built('engine/index.js');
  const sequential = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3, activation: 'relu' }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  const input = tf.input({ shape: [3] });
  const one = tf.layers.dense({ units: 4, activation: 'tanh' }).apply(input);
  const sum = tf.layers.add().apply([one, tf.layers.dense({ units: 4 }).apply(input)]);
  return [sequential, tf.model({ inputs: input, outputs: sum })];
}

/** Those models saved under each of these suffixes. */
export async function savedModels({ work }, suffixes) {
  const { saveKeras } = built('weights/index.js');
  const files = [];
  for (const [i, model] of smallModels().entries()) {
    for (const suffix of suffixes) {
      const path = join(work, `${i}${suffix}`);
      await saveKeras(model, path);
      files.push(readFileSync(path));
    }
    model.dispose();
  }
  return files;
}
