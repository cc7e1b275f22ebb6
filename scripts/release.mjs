#!/usr/bin/env node
/** Makes the student versions of the lessons: `npm run release`; with `--check`, says whether they are in step. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allLessons } from './lesson/find.mjs';
import { UserError, runMain } from './lib/errors.mjs';
import { exists } from './lib/files.mjs';
import { layout } from './lib/layout.mjs';
import { isAlive, lastLines, run } from './lib/processes.mjs';

const HELP = `Makes the student versions of the lessons in exercises/: solutions become stubs, checks are locked, hidden
tests and outputs go.

  npm run release             makes them anew
  npm run release -- --check  says which are not in step with the lessons, and fails if there is one
  npm run release -- --course FOLDER
                              lays out a course for nbgrader: its settings, and each lesson as an assignment's source
`;

const CONFIG = fileURLToPath(new URL('release/nbgrader_config.py', import.meta.url));
const RELEASE = fileURLToPath(new URL('release_exercises.py', import.meta.url));

/** Makes the student versions of all lessons in the folder `out`; gives their names. */
async function make(paths, out) {
  if (!exists(paths.python)) {
    throw new UserError('nbgrader makes the exercises, and there is no Python with it', {
      mend: 'npm run setup',
    });
  }
  const { code, output } = await run(paths.python, [RELEASE, out, ...allLessons(paths.notebooks)], {});
  if (code !== 0) throw new UserError(`the exercises could not be made`, { details: lastLines(output) });
  return readdirSync(out).sort();
}

const isSame = (a, b) => exists(a) && exists(b) && readFileSync(a, 'utf8') === readFileSync(b, 'utf8');

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      course: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const paths = layout();
  if (values.course !== undefined) return layOut(resolve(values.course), paths);
  const folder = join(paths.root, 'exercises');
  mkdirSync(folder, { recursive: true });
  removeOrphans(folder);
  const fresh = mkdtempSync(join(folder, `.new-${process.pid}-`));
  try {
    const made = await make(paths, fresh);
    const there = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));
    const names = [...new Set([...made, ...there])].sort();
    const stale = names.filter((name) => !isSame(join(fresh, name), join(folder, name)));
    if (values.check) return report(stale, made);
    for (const name of there.filter((each) => !made.includes(each))) rmSync(join(folder, name));
    for (const name of made) renameSync(join(fresh, name), join(folder, name));
    process.stdout.write(
      `${made.length} exercises, ${stale.length} of them changed: ${stale.join(', ') || 'none'}\n`,
    );
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
});

/** Removes what was left by releases that were killed. */
function removeOrphans(folder) {
  for (const name of readdirSync(folder)) {
    const owner = /^\.new-(\d+)-/.exec(name)?.[1];
    if (owner && !isAlive({ pid: Number(owner) }))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function report(stale, made) {
  if (stale.length > 0) {
    const mend = 'npm run release';
    throw new UserError(`these exercises are not in step with the lessons: ${stale.join(', ')}`, { mend });
  }
  process.stdout.write(`${made.length} exercises are in step with the lessons\n`);
}

/** A folder in which nbgrader's own commands work: https://nbgrader.readthedocs.io/en/stable/user_guide/philosophy.html */
function layOut(folder, paths) {
  if (exists(join(folder, 'source'))) throw new UserError(`there is a course in ${folder} already`);
  const lessons = allLessons(paths.notebooks).filter((path) =>
    readFileSync(path, 'utf8').includes('BEGIN SOLUTION'),
  );
  mkdirSync(folder, { recursive: true });
  cpSync(CONFIG, join(folder, 'nbgrader_config.py'));
  for (const path of lessons) cpSync(path, join(folder, 'source', basename(path, '.ipynb'), basename(path)));
  process.stdout.write(
    `${lessons.length} assignments in ${folder}; there: nbgrader generate_assignment NAME --create\n`,
  );
}
