#!/usr/bin/env node
/**
 * Writes the lessons' times and pictures, as the notebooks have them, and the comparison, as `npm run bench` has
 * recorded it, into the README's tables: `npm run readme`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, runMain } from './lib/errors.mjs';
import { writeAtomic } from './lib/files.mjs';
import { layout } from './lib/layout.mjs';
import { coverOf, thumbnail } from './lesson/cover.mjs';
import { lessonFacts } from './lesson/facts.mjs';
import { withComparison } from './readme/comparison.mjs';

// twice what the table shows
const WIDTH = 360;

await runMain(async () => {
  const paths = layout();
  const path = join(paths.root, 'README.md');
  const lines = readFileSync(path, 'utf8').split('\n');
  for (const { name, time } of lessonFacts(paths)) {
    const at = lines.findIndex((line) => line.startsWith('|') && line.includes(`](notebooks/${name}.ipynb)`));
    if (at < 0)
      throw new UserError(`the README has no row for lesson ${name}`, {
        mend: 'write one, then: npm run readme',
      });
    const cells = lines[at].split('|').slice(1, -1);
    cells[1] = await picture(paths, name);
    cells[cells.length - 1] = time;
    lines[at] = `| ${cells.join(' | ')} |`;
  }
  const compared = JSON.parse(readFileSync(join(paths.root, 'bench/results.json'), 'utf8'));
  writeAtomic(path, withComparison(lines.join('\n'), compared));
  const prettier = join(paths.nodeModules, 'prettier/bin/prettier.cjs');
  return spawnSync(process.execPath, [prettier, '--write', '--log-level', 'warn', path], { stdio: 'inherit' })
    .status;
});

/** Writes a lesson's picture into `docs/lessons`; gives what the table says to show it. */
async function picture({ root, notebooks }, name) {
  const cover = coverOf(join(notebooks, `${name}.ipynb`));
  if (!cover)
    throw new UserError(`no output of lesson ${name} is a picture`, {
      mend: `npm run lesson -- ${name.slice(0, 2)} --store`,
    });
  const file = `docs/lessons/${name}.${cover.ending}`;
  writeAtomic(join(root, file), await thumbnail(cover, WIDTH));
  const words = cover.words.replace(/[|"]/g, ' ').slice(0, 80).trim();
  return `<img src="${file}" width="180" alt="${words}">`;
}
