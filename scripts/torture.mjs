#!/usr/bin/env node
/** `npm run torture`: damaged files, broken networks, killed processes and interrupts, in one table. */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { caseAt } from '../test/torture/harness/cases.mjs';
import { torture } from '../test/torture/harness/pool.mjs';
import { lackFor } from '../test/torture/harness/needs.mjs';
import { record, report } from '../test/torture/harness/results.mjs';
import { makeSandbox } from '../test/torture/harness/sandbox.mjs';
import { TARGETS } from '../test/torture/registry.mjs';
import { UserError, runMain } from './lib/errors.mjs';
import { exists } from './lib/files.mjs';
import { layout } from './lib/layout.mjs';

const NAMES = TARGETS.map(({ name }) => name);

const HELP = `Tries what goes wrong: damaged and hostile files, broken networks, killed processes, interrupts. Each case must end in
success or in an error that names the file and what is wrong with it, within 5 s and 512 MB, and leave nothing behind.

  npm run torture                          all, at length
  npm run torture -- --only zip,png        some of: ${NAMES.join(', ')}
  npm run torture -- --only zip --case 17  one case again, with its error and its input

  --seed N    other inputs (1)
  --runs N    so many cases of each, instead of each one's own number
  --short     as many as npm test tries
  --json      the results as JSON
  --write     the results also into test/torture/RESULTS.md
`;

const OPTIONS = {
  only: { type: 'string' },
  seed: { type: 'string' },
  runs: { type: 'string' },
  case: { type: 'string' },
  short: { type: 'boolean' },
  json: { type: 'boolean' },
  write: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new UserError(error.message.split('. ')[0], { mend: 'npm run torture -- --help' });
  }
}

/** A whole number from the command line. */
function number(values, name, least) {
  if (values[name] === undefined) return undefined;
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= least && value <= 1e9) return value;
  throw new UserError(`--${name} wants a whole number of at least ${least}; '${values[name]}' came`);
}

/** The targets that were asked for, and can be tried here. */
function chosen(only) {
  const names = only?.split(',') ?? NAMES;
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new UserError(`there is no target '${unknown}'; there are: ${NAMES.join(', ')}`);
  return TARGETS.filter(({ name }) => names.includes(name));
}

const EVERY = 10_000;

/** A line now and then, and one at the end. */
async function tryOne(target, options) {
  let told = Date.now();
  const onProgress = (done) => {
    if (Date.now() - told < EVERY) return;
    told = Date.now();
    process.stderr.write(`${target.name}: ${done} of ${options.to - (options.from ?? 0)}\n`);
  };
  const result = await torture(target, { ...options, onProgress });
  for (const { index, fault } of result.faults.slice(0, 20)) {
    const again = `npm run torture -- --only ${target.name} --seed ${options.seed} --case ${index}`;
    process.stderr.write(`${target.name}, case ${index}: ${fault}\n  again: ${again}\n`);
  }
  return result;
}

/** Shows the input of a case. */
async function show({ path }, seed, index) {
  const context = { sandbox: makeSandbox(), seed };
  const { target } = await import(path);
  const input = caseAt(await target.prepare(context), seed, index);
  await target.finish?.(context); // else what it has started to read inputs keeps this process waiting
  rmSync(context.sandbox.root, { recursive: true, force: true });
  const shown = Buffer.isBuffer(input)
    ? `${input.length} bytes: ${input.toString('base64')}`
    : JSON.stringify(input);
  process.stderr.write(`input: ${shown.slice(0, 4000)}\n`);
}

await runMain(async () => {
  const values = readArguments();
  if (values.help) return void process.stdout.write(HELP);
  const { dist } = layout();
  if (!exists(`${dist}/index.js`)) throw new UserError('the library is not built', { mend: 'npm run build' });
  const seed = number(values, 'seed', 0) ?? 1;
  const only = number(values, 'case', 0);
  const targets = chosen(values.only);
  if (only !== undefined) await show(targets[0], seed, only);
  const [results, leftOut] = [[], []];
  for (const target of targets) {
    const lack = lackFor(target);
    if (lack !== undefined) {
      process.stderr.write(`${target.name}: left out: ${lack}\n`);
      leftOut.push({ name: target.name, leftOut: lack });
      continue;
    }
    const runs = number(values, 'runs', 1) ?? (values.short ? target.short : target.long);
    const range = only === undefined ? { to: runs } : { from: only, to: only + 1 };
    results.push(await tryOne(target, { seed, ...range }));
    if (values.write) await record(results.slice(-1), seed, NAMES);
  }
  process.stdout.write(values.json ? `${JSON.stringify([...results, ...leftOut])}\n` : report(results, seed));
  process.exitCode = results.some(({ faults }) => faults.length > 0) ? 1 : 0;
  return process.exitCode;
});
