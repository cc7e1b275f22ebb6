/** ONNX files that are to be drawn. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallModels } from '../corpus/models.mjs';
import { damaged } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { ready } = built('engine/index.js');
const { draw, exportModel } = built('onnx/index.js');

export const target = fileTarget({
  name: 'onnx',
  file: 'model.onnx',
  errors: ['OnnxReadError'],
  tells: /: it is not an ONNX model, or (is damaged \(.+\)|has no operators)\./,
  async prepare({ sandbox }) {
    await ready();
    const files = [];
    for (const [i, model] of smallModels().entries()) {
      const path = join(sandbox.work, `${i}.onnx`);
      await exportModel(model, path);
      files.push(readFileSync(path));
      model.dispose();
    }
    return damaged(files);
  },
  read: async (path) => (await draw(path)).toString(),
});
