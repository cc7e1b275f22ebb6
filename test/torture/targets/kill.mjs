/** Work that is killed at a random moment, and done again: it completes, and nothing half-written is believed. */
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { JOBS } from '../jobs/index.mjs';

const WORKER = fileURLToPath(new URL('../jobs/worker.mjs', import.meta.url));

/** Starts a process that does a job over and over, and resolves when it has begun. */
export async function start(job, sandbox, before = []) {
  const args = [...before, process.execPath, WORKER, job, JSON.stringify(sandbox)];
  const worker = spawn(args[0], args.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  worker.stderr.on('data', (text) => (output = (output + text).slice(-1000)));
  const gone = new Promise((done) => worker.once('close', (code, signal) => done({ code, signal, output })));
  const begun = new Promise((done) => worker.stdout.once('data', () => done(true)));
  if (await Promise.race([begun, gone.then(() => false)])) return { worker, gone };
  throw new Error(`the worker did not begin: ${(await gone).output}`);
}

export const target = {
  name: 'kill',
  errors: [],
  stays: /^(cache|a\/b\/c\/work)\//,
  async prepare({ sandbox }) {
    for (const job of Object.values(JOBS)) await job.prepare?.(sandbox);
    return fc.record({ job: fc.constantFrom(...Object.keys(JOBS)), after: fc.nat(60) });
  },
  async run({ job, after }, sandbox) {
    const { before, check, work, tidy } = JOBS[job];
    await before?.(sandbox);
    const { worker, gone } = await start(job, sandbox);
    await sleep(after);
    worker.kill('SIGKILL');
    const { signal, output } = await gone;
    if (signal !== 'SIGKILL') throw new Error(`${job} ended by itself: ${output}`);
    await check(sandbox, 'killed');
    await work(sandbox);
    await check(sandbox, 'done');
    await tidy?.(sandbox);
  },
};
