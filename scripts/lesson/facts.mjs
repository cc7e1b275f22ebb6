/** What a lesson says of itself in its first cell, and what its stored run has reached. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../lib/errors.mjs';
import { exists, readJson } from '../lib/files.mjs';
import { allLessons } from './find.mjs';

/**
 * @typedef {{ name: string, number: string, title: string, learn: string, expect: string, time: string,
 *   gates: { name: string, atLeast: number, reached: number }[], exercise: boolean }} Facts `time` such as 'about 5 s'
 */

/** @returns {Facts[]} of all lessons, in their order */
export function lessonFacts({ root, notebooks }) {
  const expected = readJson(join(notebooks, 'expected.json')) ?? {};
  return allLessons(notebooks).map((path) => {
    const name = basename(path, '.ipynb');
    const gates = Object.entries(expected[name]?.gates ?? {}).map(([gate, so]) => ({ name: gate, ...so }));
    const exercise = exists(join(root, 'exercises', `${name}.ipynb`));
    return { name, ...firstCell(readNotebook(path).cells[0], name), gates, exercise };
  });
}

/** @returns {{ cells: { cell_type: string, source: string | string[], outputs?: object[] }[] }} */
export function readNotebook(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** A digest of a notebook's code cells with what they have shown: sha256, base64, of their ids, sources and outputs. */
export function ranCode(path) {
  const code = readNotebook(path).cells.filter(({ cell_type }) => cell_type === 'code');
  const ran = code.map(({ id, source, outputs }) => [id, text(source), outputs]);
  return createHash('sha256').update(JSON.stringify(ran)).digest('base64');
}

/** Notebooks keep texts whole or as lines. */
export const text = (source) => [source].flat().join('');

function firstCell(cell, name) {
  const source = text(cell.source);
  const find = (pattern, what) => {
    const found = pattern.exec(source)?.[1];
    if (found) return found.trim();
    throw new UserError(`the first cell of lesson ${name} has no ${what}`, {
      mend: 'see CONTRIBUTING.md, "A lesson", for what it must say',
    });
  };
  return {
    number: name.slice(0, 2),
    title: find(/^# \d+ · (.+)$/m, 'title such as "# 4 · LeNet-5"'),
    learn: capital(find(/^\*\*You will learn\*\* (.+)$/m, '"**You will learn** …"')),
    expect: firstClause(find(/^\*\*Numbers to expect:?\*\* (.+)$/m, '"**Numbers to expect** …"')),
    time: find(/^\*\*Time:\*\* (.+?) on 2 cores/m, '"**Time:** about N s on 2 cores"'),
  };
}

/** What comes before a semicolon, a full stop or an 'and' that goes on; the dots of numbers do not count. */
const firstClause = (words) => words.split(/;|\.(?:\s|$)|, and /)[0];

const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
