/** Collects the site's pages in one folder, as Sphinx wants them: the lessons, a picture of each, the downloads. */
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/errors.mjs';
import { exists } from '../lib/files.mjs';
import { coverOf } from '../lesson/cover.mjs';
import { lessonFacts } from '../lesson/facts.mjs';

/** @typedef {{ pages: string, staged: string, out: string }} SitePaths */

/**
 * Fills the folder `staged` anew; gives the lessons.
 * @param {ReturnType<import('../lib/layout.mjs').layout>} paths
 * @param {SitePaths} site
 */
export function stage(paths, { pages, staged }) {
  rmSync(staged, { recursive: true, force: true });
  cpSync(pages, staged, { recursive: true });
  for (const folder of ['lessons', '_extra/covers', '_extra/exercises'])
    mkdirSync(join(staged, folder), { recursive: true });
  if (!exists(paths.plotly)) throw new UserError('plotly.js is not installed', { mend: 'npm run setup' });
  copyFileSync(paths.plotly, join(staged, '_static/plotly.min.js'));
  const lessons = lessonFacts(paths).map((lesson) => stageLesson(lesson, paths, staged));
  writeFileSync(join(staged, 'lessons.json'), JSON.stringify(lessons));
  return lessons;
}

function stageLesson(lesson, { root, notebooks }, staged) {
  const file = `${lesson.name}.ipynb`;
  copyFileSync(join(notebooks, file), join(staged, 'lessons', file));
  if (lesson.exercise) copyFileSync(join(root, 'exercises', file), join(staged, '_extra/exercises', file));
  const picture = coverOf(join(notebooks, file));
  const cover = picture && `${lesson.name}.${picture.ending}`;
  if (picture) writeFileSync(join(staged, '_extra/covers', cover), picture.content);
  return { ...lesson, cover };
}
