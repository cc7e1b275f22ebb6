/** Step 7: the kernelspec `convlab` inside `.venv`, by which Jupyter finds the kernel. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeAtomic } from '../lib/files.mjs';
import { FOLLOWS } from './context.mjs';

/** @type {import('./context.mjs').Step} */
export const kernelspec = {
  name: 'kernelspec',
  title: 'kernelspec convlab',

  async plan(context) {
    const venv = context.stamps.read('python');
    if (!venv) return FOLLOWS;
    return { inputs: [JSON.stringify(venv), specification(context)], products: [context.paths.kernelspec] };
  },

  async perform(context) {
    writeAtomic(context.paths.kernelspec, specification(context));
    return {};
  },
};

/** The text of kernel.json, as the kernel that was just built describes itself. */
function specification({ paths }) {
  const { kernelSpec } = createRequire(import.meta.url)(join(paths.dist, 'kernel/kernelspec.js'));
  return `${JSON.stringify(kernelSpec(), null, 2)}\n`;
}
