/**
 * `notebooks/expected.json`: what each lesson reached when its outputs were stored, with the engine, the time, and a
 * digest by which a test sees whether the outputs are still those of the code above them.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { exists, writeAtomic } from '../lib/files.mjs';
import { ranCode } from './facts.mjs';

/**
 * Puts the results of a full run into the file; lessons that were not run keep their entry.
 * @param {import('./run.mjs').Result[]} results
 */
export function storeExpected(results, folder) {
  const path = join(folder, 'expected.json');
  const before = exists(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const fresh = results.map((result) => [result.name, entry(result, folder)]);
  const entries = { ...before, ...Object.fromEntries(fresh) };
  const sorted = Object.fromEntries(Object.entries(entries).sort(([a], [b]) => a.localeCompare(b)));
  writeAtomic(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

function entry({ name: lesson, seconds, gates }, folder) {
  const reached = gates.map(({ name, value, atLeast }) => [
    name,
    { atLeast, reached: Number(value.toFixed(6)) },
  ]);
  return {
    seconds: Math.round(seconds),
    cores: availableParallelism(),
    code: ranCode(join(folder, `${lesson}.ipynb`)),
    ...(gates.length > 0 && { engine: gates[0].engine, gates: Object.fromEntries(reached) }),
  };
}
