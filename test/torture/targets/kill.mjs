/** Work that is killed at a random moment, and done again: it completes, and nothing half-written is believed. */
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { layout } from '../../../scripts/lib/layout.mjs';
import { descendantsOf, remember } from '../harness/processes.mjs';
import { anyPart } from '../harness/moments.mjs';
import { JOBS } from '../jobs/index.mjs';

const WORKER = fileURLToPath(new URL('../jobs/worker.mjs', import.meta.url));

/** The jobs that can be done here, by how often they are: those that take long are rare. */
const jobs = Object.entries(JOBS)
  .filter(([, { command }]) => !command || existsSync(layout().python))
  .map(([name, { rare }]) => ({ weight: rare ? 1 : 4, arbitrary: fc.constant(name) }));

/** Starts a process that does a job over and over, and resolves when it has begun. */
async function start(job, sandbox) {
  const [program, args, env] = JOBS[job].command?.(sandbox) ?? [
    process.execPath,
    [WORKER, job, JSON.stringify(sandbox)],
  ];
  const worker = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  worker.stderr.on('data', (text) => (output = (output + text).slice(-1000)));
  const gone = new Promise((done) => worker.once('exit', (code, signal) => done({ code, signal, output })));
  if (JOBS[job].command) return { worker, gone };
  const begun = new Promise((done) => worker.stdout.once('data', () => done(true)));
  if (await Promise.race([begun, gone.then(() => false)])) return { worker, gone };
  throw new Error(`the worker did not begin: ${(await gone).output}`);
}

/** So long what a killed process has started may take to notice, and to end; in milliseconds on a busy machine. */
const PATIENCE = 60_000;

/** Kills a process, and gives what waits until nothing is left of all that it has started. */
async function kill(worker) {
  worker.kill('SIGSTOP'); // or it could start another between the look and the end
  await sleep(5);
  const left = remember(descendantsOf(worker.pid));
  worker.kill('SIGKILL');
  return async () => {
    const end = performance.now() + PATIENCE;
    while (left().length > 0 && performance.now() < end) await sleep(20);
    if (left().length > 0) throw new Error(`${left().length} processes are left over`);
  };
}

export const target = {
  name: 'kill',
  errors: [],
  unmeasured: true,
  stays: /^(cache|tmp|home|a\/b\/c\/work)\//,
  async prepare({ sandbox }) {
    for (const job of Object.values(JOBS)) await job.prepare?.(sandbox);
    return fc.record({ job: fc.oneof(...jobs), moment: anyPart });
  },
  async run({ job, moment }, sandbox) {
    const { before, check, clear, work, tidy, span = 60, command } = JOBS[job];
    await before?.(sandbox);
    const { worker, gone } = await start(job, sandbox);
    await Promise.race([sleep(moment * span), gone]);
    const allGone = await kill(worker);
    const { signal, code, output } = await gone;
    if (signal !== 'SIGKILL' && !(command && code === 0))
      throw new Error(`${job} ended by itself: ${output}`);
    await check(sandbox, 'killed');
    await clear?.(sandbox);
    await work(sandbox);
    await check(sandbox, 'done');
    await allGone();
    await tidy?.(sandbox);
  },
};
