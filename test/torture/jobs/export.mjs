/** Writing an ONNX file over an older one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { built } from '../targets/bytes.mjs';
import { makeModel } from './save.mjs';

const { ready } = built('engine/index.js');
const { exportModel, draw } = built('onnx/index.js');

const FILE = 'model.onnx';
let model;

const write = ({ work }) => exportModel(model, join(work, FILE));

export const exporting = {
  folder: 'work',
  async prepare() {
    await ready();
    model ??= makeModel();
  },
  before: write,
  work: write,
  async check({ work }, moment) {
    await draw(join(work, FILE));
    const others = readdirSync(work).filter((name) => name !== FILE);
    if (moment !== 'killed' && others.length > 0) throw new Error(`left behind: ${others.join(', ')}`);
  },
};
