#!/usr/bin/env node
/** Grades submissions: `npm run grade -- FILE|FOLDER…`. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UserError, named, runMain } from './lib/errors.mjs';
import { exists } from './lib/files.mjs';
import { jupyterEnv } from './lib/jupyter.mjs';
import { isInstalled, layout } from './lib/layout.mjs';
import { checkNode } from './lib/node-version.mjs';
import { setUp } from './setup/run.mjs';

const HELP = `Grades submissions of the exercises, each in a kernel of its own, and leaves feedback beside each as HTML.

  npm run grade -- ada.ipynb bob.ipynb   files
  npm run grade -- submitted             a folder: all notebooks in it

  --json             the results as JSON, with the message of each check (npm run --silent grade … > FILE)
  --csv              the results as CSV, with a column for each check
  --jobs N           so many at once (the number of cores)
  --cluster ADDRESS  on the workers of Dask's scheduler at this address, such as tcp://10.0.0.1:8786
  --timeout SECONDS  time limit for each submission (300); one cell has a fifth of it
  --full             trainings in full, for which --timeout must allow; without, lessons run in fast mode (CONVLAB_FAST=1)
  --no-isolation     grade also where submissions cannot be isolated, and see your files (macOS, Windows, containers)
  --lessons FOLDER   the lessons with solutions and hidden tests (notebooks)
  --no-setup         do not look whether the set-up is up to date
`;

const OPTIONS = {
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  jobs: { type: 'string' },
  cluster: { type: 'string' },
  timeout: { type: 'string' },
  full: { type: 'boolean' },
  'no-isolation': { type: 'boolean' },
  lessons: { type: 'string' },
  'no-setup': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};
const GRADER = fileURLToPath(new URL('grade.py', import.meta.url));

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UserError(error.message.split('. ')[0], { mend: 'npm run grade -- --help' });
  }
}

/** A whole number from the command line, at least 1. */
function count(values, name, otherwise) {
  const text = values[name] ?? String(otherwise);
  if (/^[1-9]\d*$/.test(text)) return text;
  throw new UserError(`--${name} wants a whole number of at least 1; '${text}' came`);
}

function graderArguments(values, positionals, paths) {
  const format = values.json ? 'json' : values.csv ? 'csv' : 'text';
  const args = ['--format', format, '--lessons', resolve(values.lessons ?? paths.notebooks)];
  args.push(
    '--jobs',
    count(values, 'jobs', availableParallelism()),
    '--timeout',
    count(values, 'timeout', 300),
  );
  if (values.cluster !== undefined) args.push('--cluster', values.cluster);
  if (values['no-isolation']) args.push('--no-isolation');
  return [...args, '--', ...positionals];
}

await runMain(async () => {
  checkNode();
  const { values, positionals } = readArguments();
  if (values.help) return void process.stdout.write(named(HELP));
  if (positionals.length === 0) throw new UserError('which submissions?', { mend: HELP.trimEnd() });
  if (values.json && values.csv) throw new UserError('either --json or --csv');
  const paths = layout();
  const args = graderArguments(values, positionals, paths);
  if (!values['no-setup'] && !isInstalled()) await setUp();
  const python = process.env.CONVLAB_GRADER_PYTHON ?? paths.python;
  if (!exists(python)) throw new UserError('the grader needs Python', { mend: 'npm run setup' });
  const fast = values.full ? {} : { CONVLAB_FAST: '1' };
  const env = { ...jupyterEnv(paths), ...fast, NODE: process.execPath };
  const grader = spawn(python, [GRADER, ...args], { env, stdio: 'inherit' });
  return new Promise((done, fail) => {
    grader.once('error', fail);
    grader.once('close', (code) => done(code ?? 1));
  });
});
