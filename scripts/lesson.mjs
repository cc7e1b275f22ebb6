#!/usr/bin/env node
/** Runs lessons headless: `npm run lesson -- 02`, `npm run lessons`. */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError, runMain } from './lib/errors.mjs';
import { layout } from './lib/layout.mjs';
import { storeExpected } from './lesson/expected.mjs';
import { allLessons, findLesson } from './lesson/find.mjs';
import { resultPaths, runLessons, summary } from './lesson/run.mjs';
import { checkNode } from './lib/node-version.mjs';
import { setUp } from './setup/run.mjs';

const HELP = `Runs lessons headless, through the Jupyter kernel, and leaves an executed notebook and an HTML page of each.

  npm run lesson -- 02                 one lesson, by number or name
  npm run lesson -- 01 02              several
  npm run lesson -- path/to/any.ipynb  any notebook
  npm run lessons                      all

  --out DIR          where the results go (out/lessons)
  --timeout SECONDS  time limit for each notebook (3600)
  --jobs N           so many at once (1)
  --fast             few steps on small data (sets CONVLAB_FAST=1)
  --store            keep the outputs in the notebooks themselves, and the results in notebooks/expected.json
  --kernel NAME      another kernel than the notebook's own
  --no-setup         do not look whether the set-up is up to date
`;

const OPTIONS = {
  all: { type: 'boolean' },
  out: { type: 'string' },
  timeout: { type: 'string' },
  jobs: { type: 'string' },
  fast: { type: 'boolean' },
  store: { type: 'boolean' },
  kernel: { type: 'string' },
  'no-setup': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UserError(error.message.split('. ')[0], { mend: 'npm run lesson -- --help' });
  }
}

/** A number from the command line, at least `least`. */
function number(values, name, least) {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least && text.trim()) return value;
  throw new UserError(`--${name} wants a number of at least ${least}; '${text}' came`);
}

await runMain(async () => {
  checkNode();
  const { values, positionals } = readArguments();
  if (values.help) return void process.stdout.write(HELP);
  const paths = layout();
  const options = {
    paths,
    env: process.env,
    out: values.out ?? paths.lessons,
    timeout: number(values, 'timeout', 1),
    jobs: number(values, 'jobs', 1),
    kernel: values.kernel,
    fast: values.fast,
    store: values.store,
  };
  if (values.store && (values.fast || process.env.CONVLAB_FAST)) {
    throw new UserError('--store keeps the outputs of a full run; --fast makes a short one');
  }
  const notebooks = values.all
    ? allLessons(paths.notebooks)
    : positionals.map((word) => findLesson(word, paths.notebooks));
  if (notebooks.length === 0) {
    throw new UserError(values.all ? `there are no lessons in ${paths.notebooks}` : 'which lesson?', {
      mend: HELP.trimEnd(),
    });
  }
  if (!values['no-setup']) await setUp();
  const results = await runLessons(notebooks, options);
  const good = results.filter(({ ok }) => ok);
  if (values.store) {
    const isLesson = (_, i) => dirname(notebooks[i]) === paths.notebooks;
    const lessons = results.filter(isLesson).filter(({ ok }) => ok);
    if (lessons.length > 0) storeExpected(lessons, paths.notebooks);
  }
  for (const result of good) process.stderr.write(`${resultPaths(result, options.out).join('\n')}\n`);
  process.stdout.write(`${summary(results)}\n`);
  return good.length === results.length ? 0 : 1;
});
