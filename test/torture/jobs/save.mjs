/** Saving a model over an older one: the file is always a whole one. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { built } from '../targets/bytes.mjs';

const { ready, tf } = built('engine/index.js');
const { saveKeras, loadKeras } = built('weights/index.js');

const FILES = ['model.keras', 'model.h5'];
let model;

export function makeModel() {
  const layers = [tf.layers.dense({ inputShape: [300], units: 300 }), tf.layers.dense({ units: 2 })];
  return tf.sequential({ layers });
}

/** That the files are whole models, and that nothing else is left once the work is done. */
export async function checkModels({ work }, files, moment) {
  for (const file of files) {
    if (!existsSync(join(work, file)) && moment !== 'done') continue;
    (await loadKeras(join(work, file))).dispose();
  }
  const others = readdirSync(work).filter((name) => !files.includes(name));
  if (moment !== 'killed' && others.length > 0) throw new Error(`left behind: ${others.join(', ')}`);
}

export const saving = {
  folder: 'work',
  async prepare() {
    await ready();
    model ??= makeModel();
  },
  before: ({ work }) => saveKeras(model, join(work, FILES[0])),
  async work({ work }) {
    for (const file of FILES) await saveKeras(model, join(work, file));
  },
  async check(sandbox, moment) {
    if (!existsSync(join(sandbox.work, FILES[0]))) throw new Error('the older file is lost');
    await checkModels(sandbox, FILES, moment);
  },
};
