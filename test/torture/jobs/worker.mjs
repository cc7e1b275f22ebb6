/** A process that does a job over and over until it is killed: `node worker.mjs JOB SANDBOX`. */
import { environment } from '../harness/sandbox.mjs';

const [job, sandbox] = [process.argv[2], JSON.parse(process.argv[3])];
Object.assign(process.env, environment(sandbox));
const { JOBS } = await import('./index.mjs');
await JOBS[job].prepare?.(sandbox);
process.stdout.write('begun\n');
const once = process.argv[4] === 'once';
do await JOBS[job].work(sandbox);
while (!once);
