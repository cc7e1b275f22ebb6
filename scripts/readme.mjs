#!/usr/bin/env node
/** Writes the lessons' times, as the notebooks tell them, into the README's table: `npm run readme`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, runMain } from './lib/errors.mjs';
import { writeAtomic } from './lib/files.mjs';
import { layout } from './lib/layout.mjs';
import { lessonFacts } from './lesson/facts.mjs';

await runMain(() => {
  const paths = layout();
  const path = join(paths.root, 'README.md');
  const lines = readFileSync(path, 'utf8').split('\n');
  for (const { name, time } of lessonFacts(paths)) {
    const at = lines.findIndex((line) => line.startsWith('|') && line.includes(`](notebooks/${name}.ipynb)`));
    if (at < 0)
      throw new UserError(`the README has no row for lesson ${name}`, {
        mend: 'write one, then: npm run readme',
      });
    lines[at] = lines[at].replace(/\|[^|]*\|$/, `| ${time} |`);
  }
  writeAtomic(path, lines.join('\n'));
  const prettier = join(paths.nodeModules, 'prettier/bin/prettier.cjs');
  return spawnSync(process.execPath, [prettier, '--write', '--log-level', 'warn', path], { stdio: 'inherit' })
    .status;
});
