/** Training with a checkpoint on disk: what is there is always a whole model. */
import { join } from 'node:path';
import { built } from '../targets/bytes.mjs';
import { checkModels, makeModel } from './save.mjs';

const { ready, tf } = built('engine/index.js');
const { saveKeras } = built('weights/index.js');
const { checkpoint } = built('train/index.js');

const FILE = 'best.keras';
let model;

export const checkpointing = {
  folder: 'work',
  async prepare() {
    await ready();
    model ??= makeModel();
  },
  async work({ work }) {
    const keeper = checkpoint({
      monitor: 'loss',
      restoreBest: false,
      save: (best) => saveKeras(best, join(work, FILE)),
    });
    const run = { model, epochs: 3, metrics: ['loss'], batches: 1, hasValidation: false };
    model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
    for (let epoch = 0; epoch < 3; epoch++) await keeper.onEpochEnd(epoch, { loss: 3 - epoch }, run);
    model.optimizer.dispose();
  },
  check: (sandbox, moment) => checkModels(sandbox, [FILE], moment),
};
