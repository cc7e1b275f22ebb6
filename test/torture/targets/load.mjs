/** A kernel under load: many cells, many kernels, long trainings. What it holds must not grow with what it has done. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Family } from '../harness/processes.mjs';
import { Kernel } from '../kernel/client.mjs';

const SETUP = `import { display, engine, plot, tf, train } from 'convlab';
await engine.ready();
const model = tf.sequential({ layers: [
  tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
  tf.layers.flatten(),
  tf.layers.dense({ units: 2 }),
] });
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
const [x, y] = [tf.ones([80, 8, 8, 1]), tf.zeros([80, 2])];
const [few, answers] = [tf.ones([8, 8, 8, 1]), tf.zeros([8, 2])];
await model.trainOnBatch(few, answers); // it makes the optimizer's tensors`;

/** A training and a figure, under another name in each cell. */
const cell = (i) => `const loss${i} = await model.fit(few, answers, { epochs: 1, verbose: 0 });
display(plot.bars({ labels: ['a', 'b'], values: [1, ${i}], title: 't', xLabel: 'x', yLabel: 'y' })); ({ loss: ${i}, tensors: tf.memory().numTensors })`;

/** A cell that trains for so many steps and leaves no tensor. */
const training = (code) => (count) => `{ const before = tf.memory().numTensors;
${code.replace('COUNT', count)}
if (tf.memory().numTensors !== before) throw new Error(tf.memory().numTensors + ' tensors instead of ' + before); }`;

const onBatches = training(`for (let i = 0; i < COUNT; i++) {
  const loss = Number(await model.trainOnBatch(few, answers));
  if (Number.isNaN(loss)) throw new Error('NaN');
}`);
const fitted = (compile) =>
  training(`await train.fit(model, { x, y }, {
  epochs: COUNT / 10, batchSize: 8, progress: 'none', compile: ${compile},
});`);

async function must(reply, what) {
  const { status, ename, evalue } = await reply;
  if (status !== 'ok') throw new Error(`${what}: ${ename}: ${evalue}`);
}

/** The work until the kernel is warm, then more of it; what it has grown by from then on must be below the limit. */
async function growth(kernel, { work, warm, count, most }, cost) {
  await must(kernel.execute(SETUP), 'the first cell');
  await work(kernel, 0, warm);
  const family = new Family(kernel.pid);
  const before = family.resident();
  await work(kernel, warm, warm + count);
  cost.milliseconds = family.milliseconds();
  cost.memory = Math.max(0, family.resident() - before);
  if (cost.memory > most) throw new Error(`the kernel has grown by ${Math.round(cost.memory / 1e6)} MB`);
}

async function cells(kernel, from, to) {
  for (let i = from; i < to; i++) await must(kernel.execute(cell(i)), `cell ${i}`);
}

/** Steps in ten cells. */
const steps = (code) => async (kernel, from, to) => {
  for (let i = 0; i < 10; i++) await must(kernel.execute(code((to - from) / 10)), `steps ${from} to ${to}`);
};

/** A training of 10,000 steps, after a tenth of it. */
const long = (engine, code) => ({ engine, work: steps(code), warm: 1000, count: 10_000, most: 50e6 });

/** What one kernel is loaded with. */
const LOADS = {
  cells: { engine: 'cpu', work: cells, warm: 20, count: 2000, most: 300e6 },
  steps: long('cpu', onBatches),
  fit: long('cpu', fitted(false)),
  compiled: long('cpu', fitted(true)),
  nativeSteps: long('native', onBatches),
  nativeFit: long('native', fitted(false)),
  nativeCompiled: long('native', fitted(true)),
};

/** Twenty kernels at once. */
async function kernels(work, count) {
  const folders = Array.from({ length: count }, (_, i) => join(work, String(i)));
  for (const folder of folders) mkdirSync(folder);
  const all = await Promise.all(folders.map((folder) => Kernel.start(folder)));
  await Promise.all(all.map((kernel) => must(kernel.execute('1 + 1'), 'a cell')));
  await Promise.all(all.map((kernel) => kernel.stop()));
}

export const target = {
  name: 'load',
  errors: [],
  unmeasured: true, // but for what a load says itself
  stays: /^a\/b\/c\/work\//,
  prepare: () => [...Object.keys(LOADS), 'kernels'],
  async run(name, { work }, cost) {
    const scale = Number(process.env.CONVLAB_TORTURE_SCALE ?? 1);
    if (name === 'kernels') return kernels(work, 20 * scale);
    const load = LOADS[name];
    const kernel = await Kernel.start(work, { CONVLAB_ENGINE: load.engine });
    try {
      await growth(kernel, { ...load, count: load.count * scale }, cost);
    } finally {
      await kernel.stop();
    }
  },
};
