/** Cells that are interrupted at a random moment: the next one runs, the model can be used, no process is left over. */
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { anyUpTo } from '../harness/moments.mjs';
import { cpuSeconds, descendantsOf } from '../harness/processes.mjs';
import { Kernel } from '../kernel/client.mjs';

const SETUP = `import { writeFileSync } from 'node:fs';
import { engine, plot, tf, train } from 'convlab';
await engine.ready();
const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const [x, y] = [tf.ones([8, 4]), tf.zeros([8, 2])];`;

const CELLS = {
  loop: 'for (;;);',
  wait: 'await new Promise(() => undefined);',
  turns: 'for (;;) await null;',
  timers: 'for (;;) await new Promise((resolve) => setTimeout(resolve, 1));',
  training: 'for (;;) await model.fit(x, y, { epochs: 1, verbose: 0 });',
  plotting:
    "for (;;) plot.bars({ labels: ['a', 'b'], values: [1, 2], title: 't', xLabel: 'x', yLabel: 'y' }).toString();",
  importing: "for (let i = 0; ; i++) await import('data:text/javascript,export const a = ' + i);",
  child: "const { execSync } = await import('node:child_process'); execSync('sleep 1000');",
};

/** What uses the model; it must do so after any interrupt. */
const USE =
  'if ((model.predict(x) as { shape: number[] }).shape[1] !== 2) throw new Error(); tf.memory().numTensors';

let kernel;
let processes;

/** That a cell ended so: `ok`, or with an error of this name. */
async function must(reply, expected, what) {
  const { status, ename = status, evalue } = await reply;
  if (ename !== expected) throw new Error(`${what}: ${ename} instead of ${expected}: ${evalue}`);
}

export const target = {
  name: 'interrupt',
  errors: [],
  stays: /^a\/b\/c\/work\/(kernel\.json|begun)$/,
  async prepare({ sandbox }) {
    process.env.CONVLAB_ENGINE = 'cpu';
    kernel = await Kernel.start(sandbox.work);
    await must(kernel.execute(SETUP), 'ok', 'the first cell');
    processes = descendantsOf(kernel.pid).length;
    return fc.record({ cell: fc.constantFrom(...Object.keys(CELLS)), after: anyUpTo(300) });
  },
  async run({ cell, after }, { work }) {
    const begun = join(work, 'begun');
    const running = kernel.execute(`writeFileSync('begun', '');\n${CELLS[cell]}`);
    let over = false;
    const ended = running.finally(() => (over = true));
    while (!over && !existsSync(begun)) await sleep(5);
    await sleep(after);
    if (over) throw new Error(`${cell} ended by itself: ${(await running).evalue}`);
    const before = cpuSeconds(kernel.pid);
    await kernel.interrupt();
    await ended;
    await must(running, 'InterruptedError', cell);
    await must(kernel.execute(USE), 'ok', `the cell after ${cell}`);
    const milliseconds = 1000 * (cpuSeconds(kernel.pid) - before);
    const left = descendantsOf(kernel.pid).length - processes;
    if (left > 0) throw new Error(`${cell}: ${left} processes are left over`);
    return milliseconds;
  },
  finish: () => kernel.stop(),
};
