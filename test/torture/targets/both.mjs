/** Two processes that do the same work at the same time in the same folder: both succeed, and the result is whole. */
import fc from 'fast-check';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { JOBS } from '../jobs/index.mjs';

const ONCE = fileURLToPath(new URL('../jobs/once.mjs', import.meta.url));
const jobs = Object.keys(JOBS).filter((name) => !JOBS[name].command);

export const target = {
  name: 'both',
  errors: [],
  unmeasured: true,
  stays: /^(cache|a\/b\/c\/work)\//,
  async prepare({ sandbox }) {
    for (const name of jobs) await JOBS[name].prepare?.(sandbox);
    return fc.constantFrom(...jobs);
  },
  async run(name, sandbox) {
    const { before, check, tidy } = JOBS[name];
    await before?.(sandbox);
    const once = () => promisify(execFile)(process.execPath, [ONCE, name, JSON.stringify(sandbox)]);
    await Promise.all([once(), once()]);
    await check(sandbox, 'done');
    await tidy?.(sandbox);
  },
};
