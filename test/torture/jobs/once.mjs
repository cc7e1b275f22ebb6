/** A process that does a job once: `node once.mjs JOB SANDBOX`. Its last line says that it was done. */
import { environment } from '../harness/sandbox.mjs';

const [job, sandbox] = [process.argv[2], JSON.parse(process.argv[3])];
Object.assign(process.env, environment(sandbox));
const { JOBS } = await import('./index.mjs');
await JOBS[job].prepare?.(sandbox);
await JOBS[job].work(sandbox);
