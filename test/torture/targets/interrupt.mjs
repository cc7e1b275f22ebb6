/** Cells that are interrupted at a random moment: the next one runs, the model can be used, no process is left over. */
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { anyUpTo } from '../harness/moments.mjs';
import { Family, descendantsOf, waitedSeconds } from '../harness/processes.mjs';
import { Kernel } from '../kernel/client.mjs';
import { SlowMirror } from '../kernel/slow-mirror.mjs';

const SETUP = `import { writeFileSync } from 'node:fs';
import { engine, plot, tf, train } from 'convlab';
await engine.ready();
const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const [x, y] = [tf.ones([8, 4]), tf.zeros([8, 2])];
const long = { epochs: 1_000_000, batchSize: 2, progress: 'none' as const };`;

const CELLS = {
  loop: 'for (;;);',
  wait: 'await new Promise(() => undefined);',
  turns: 'for (;;) await null;',
  timers: 'for (;;) await new Promise((resolve) => setTimeout(resolve, 1));',
  training: 'for (;;) await model.fit(x, y, { epochs: 1, verbose: 0 });',
  fitting: 'await train.fit(model, { x, y }, { ...long, compile: false });',
  compiled: 'await train.fit(model, { x, y }, { ...long, compile: true });',
  downloading: 'await download();',
  plotting:
    "for (;;) plot.bars({ labels: ['a', 'b'], values: [1, 2], title: 't', xLabel: 'x', yLabel: 'y' }).toString();",
  importing: "for (let i = 0; ; i++) await import('data:text/javascript,export const a = ' + i);",
  child: "const { execSync } = await import('node:child_process'); execSync('sleep 1000');",
};

/** What uses the model; it must do so after any interrupt. */
const USE =
  'if ((model.predict(x) as { shape: number[] }).shape[1] !== 2) throw new Error(); tf.memory().numTensors';

/** Milliseconds on the clock that are too many however busy the machine is. */
const FAR_TOO_LONG = 60_000;

let kernel;
let mirror;
let family;
let processes;
let base;

/** That a cell ended so: `ok`, or with an error of one of these names. */
async function must(reply, expected, what) {
  const { status, ename = status, evalue } = await reply;
  if (!expected.includes(ename)) throw new Error(`${what}: ${ename} instead of ${expected}: ${evalue}`);
}

/** Begins a cell, and after so many milliseconds gives its answer to come. */
async function begin(cell, after, begun) {
  const running = kernel.execute(`writeFileSync('begun', '');\n${CELLS[cell]}`);
  let over = false;
  const ended = running.finally(() => (over = true));
  while (!over && !existsSync(begun)) await sleep(5);
  await sleep(after);
  if (over) throw new Error(`${cell} ended by itself: ${(await running).evalue}`);
  return { running: ended }; // in an object, or it would be waited for
}

/** Interrupts the cell and runs the next one; gives the milliseconds until that has answered. */
async function interrupt(cell, running) {
  // others' work on a busy machine is not the kernel's slowness: only the time in which it could have run counts
  const waited = () => waitedSeconds(kernel.pid) + waitedSeconds(process.pid, { alone: true });
  const [began, before] = [performance.now(), waited()];
  await kernel.interrupt();
  await must(running, ['InterruptedError', 'TrainingInterruptedError', 'DownloadInterruptedError'], cell);
  await must(kernel.execute(USE), ['ok'], `the cell after ${cell}`);
  const wall = performance.now() - began;
  if (wall > FAR_TOO_LONG) throw new Error(`the cell after ${cell} took ${Math.round(wall)} ms`);
  return Math.max(0, wall - 1000 * Math.max(0, waited() - before));
}

/** That nothing of the cell goes on. */
async function mustBeOver(cell) {
  const left = descendantsOf(kernel.pid).length - processes;
  if (left > 0) throw new Error(`${cell}: ${left} processes are left over`);
  for (let i = 0; mirror.downloads > 0; i++) {
    if (i === 200) throw new Error(`${cell}: the download goes on`);
    await sleep(10);
  }
}

export const target = {
  name: 'interrupt',
  errors: [],
  stays: /^(a\/b\/c\/work\/(kernel\.json|begun)$|cache\/set)/,
  async prepare({ sandbox }) {
    mirror = await SlowMirror.start();
    kernel = await Kernel.start(sandbox.work, { CONVLAB_ENGINE: 'cpu' });
    for (const cell of [SETUP, mirror.cell]) await must(kernel.execute(cell), ['ok'], 'a first cell');
    family = new Family(kernel.pid);
    base = family.resident();
    processes = descendantsOf(kernel.pid).length;
    return fc.record({ cell: fc.constantFrom(...Object.keys(CELLS)), after: anyUpTo(300) });
  },
  async run({ cell, after }, { work }, cost) {
    family.mark();
    const { running } = await begin(cell, after, join(work, 'begun'));
    cost.milliseconds = await interrupt(cell, running);
    await mustBeOver(cell);
    cost.memory = Math.max(0, family.peak() - base);
  },
  async finish() {
    mirror.close();
    await kernel.stop();
  },
};
