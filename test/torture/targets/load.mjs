/** A kernel under load: many cells, many kernels, a long training. What it holds must not grow with what it has done. */
import fc from 'fast-check';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { descendantsOf, residentBytes } from '../harness/processes.mjs';
import { Kernel } from '../kernel/client.mjs';

const SETUP = `import { display, engine, plot, tf } from 'convlab';
await engine.ready();
const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const [x, y] = [tf.ones([8, 4]), tf.zeros([8, 2])];`;

/** A training and a figure, under another name in each cell. */
const cell = (i) => `const loss${i} = await model.fit(x, y, { epochs: 1, verbose: 0 });
display(plot.bars({ labels: ['a', 'b'], values: [1, ${i}], title: 't', xLabel: 'x', yLabel: 'y' })); ({ loss: ${i}, tensors: tf.memory().numTensors })`;

const STEPS = `const before = tf.memory().numTensors;
for (let i = 0; i < STEPS_ASKED; i++) { const l = await model.trainOnBatch(x, y); if (Number.isNaN(Number(l))) throw new Error('NaN'); }
if (tf.memory().numTensors !== before) throw new Error(tf.memory().numTensors + ' tensors instead of ' + before);`;

/** The memory of a kernel and of its processes. */
const memoryOf = ({ pid }) => [pid, ...descendantsOf(pid)].reduce((sum, one) => sum + residentBytes(one), 0);

async function must(reply, what) {
  const { status, ename, evalue } = await reply;
  if (status !== 'ok') throw new Error(`${what}: ${ename}: ${evalue}`);
}

/** The same kernel, warm, then the work, then what it has grown by. */
async function growth(kernel, work, warm) {
  await must(kernel.execute(SETUP), 'the first cell');
  await warm(kernel);
  const before = memoryOf(kernel);
  await work(kernel);
  const grown = memoryOf(kernel) - before;
  if (grown > 300e6) throw new Error(`the kernel has grown by ${Math.round(grown / 1e6)} MB`);
}

const cells = (from, to) => async (kernel) => {
  for (let i = from; i < to; i++) await must(kernel.execute(cell(i)), `cell ${i}`);
};
const steps = (count) => (kernel) =>
  must(kernel.execute(STEPS.replace('STEPS_ASKED', count)), `${count} steps`);

const LOADS = {
  cells: async ({ scale, kernel }) => growth(kernel, cells(20, 20 + 2000 * scale), cells(0, 20)),
  steps: async ({ scale, kernel }) => growth(kernel, steps(10_000 * scale), steps(50)),
  kernels: async ({ scale, work }) => {
    const folders = Array.from({ length: 20 * scale }, (_, i) => join(work, String(i)));
    for (const folder of folders) mkdirSync(folder);
    const kernels = await Promise.all(folders.map((folder) => Kernel.start(folder)));
    await Promise.all(kernels.map((kernel) => must(kernel.execute('1 + 1'), 'a cell')));
    await Promise.all(kernels.map((kernel) => kernel.stop()));
  },
};

export const target = {
  name: 'load',
  errors: [],
  stays: /^a\/b\/c\/work\//,
  prepare() {
    process.env.CONVLAB_ENGINE = 'cpu';
    return fc.constantFrom(...Object.keys(LOADS));
  },
  async run(load, { work }) {
    const scale = Number(process.env.CONVLAB_TORTURE_SCALE ?? 1);
    const kernel = load === 'kernels' ? undefined : await Kernel.start(work);
    try {
      await LOADS[load]({ scale, work, kernel });
    } finally {
      await kernel?.stop();
    }
  },
};
