/** A process that does a job over and over until it is killed: `node worker.mjs JOB SANDBOX`. */
import { environment } from '../harness/sandbox.mjs';

const [job, sandbox] = [process.argv[2], JSON.parse(process.argv[3])];
Object.assign(process.env, environment(sandbox));
const { JOBS } = await import('./index.mjs');
await JOBS[job].prepare?.(sandbox);
process.stdout.write('begun\n');
for (;;) {
  await JOBS[job].clear?.(sandbox);
  await JOBS[job].work(sandbox);
}
