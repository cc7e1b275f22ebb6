/**
 * A process that does a job on a disk of its own that is full or read-only, then again when it is neither:
 * `node confined.mjs JOB SANDBOX FREE`, with so many bytes free, or none and no writing where FREE is `-`. The last line
 * of its output is the error, as JSON, or null.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environment } from '../harness/sandbox.mjs';

const [name, sandbox, free] = [process.argv[2], JSON.parse(process.argv[3]), process.argv[4]];
Object.assign(process.env, environment(sandbox));
const { JOBS } = await import('./index.mjs');
const job = JOBS[name];
const disk = dirname(sandbox[job.folder]);
const filler = join(disk, 'filler');

const remount = (how) => execFileSync('mount', ['-o', `remount,${how}`, disk]);

/** Leaves so many bytes free. */
function fill(bytes) {
  const { bavail, bsize } = statfsSync(disk);
  const file = openSync(filler, 'w');
  for (let left = bavail * bsize - bytes; left > 0; left -= 1e6)
    writeSync(file, Buffer.alloc(Math.min(left, 1e6)));
  closeSync(file);
}

await job.prepare?.(sandbox);
await job.before?.(sandbox);
if (free === '-') remount('ro');
else fill(Number(free));
const error = await job.work(sandbox).then(
  () => null,
  ({ name: kind, message }) => ({ kind, message }),
);
if (free === '-') remount('rw');
else rmSync(filler);
if (error) await job.check(sandbox, 'refused');
// a cache that cannot be written is replaced by a folder of the process's own: nothing is here to be looked at
if (error || free !== '-') {
  await job.work(sandbox);
  await job.check(sandbox, 'done');
}
process.stdout.write(`${JSON.stringify(error)}\n`);
