/** Collects the site's pages in one folder, as Sphinx wants them: the lessons, a picture of each, the downloads. */
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/errors.mjs';
import { exists } from '../lib/files.mjs';
import { lessonFacts, readNotebook, text } from '../lesson/facts.mjs';

/** @typedef {{ pages: string, staged: string, out: string }} SitePaths */

/** The words with which the picture begins that stands for a lesson; else it is the lesson's first picture. */
const COVERS = {
  '01': 'Figure “The cost as a surface',
  '02': '4 pictures of 512×512',
  '03': '24 pictures',
  '04': 'Feature maps',
  '05': '8 pictures',
  '06': '6 pictures',
  '07': '24 pictures',
  '09': 'Figure “tubes”',
};

const ENDINGS = { 'image/svg+xml': 'svg', 'image/png': 'png', 'image/jpeg': 'jpeg' };

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
  const picture = findCover(readNotebook(join(notebooks, file)), COVERS[lesson.number]);
  const cover = picture && `${lesson.name}.${picture.ending}`;
  if (picture) writeFileSync(join(staged, '_extra/covers', cover), picture.content);
  return { ...lesson, cover };
}

/**
 * The first picture among a notebook's outputs, or the first whose words begin with `wanted`, if there is one.
 * @returns {{ ending: string, content: Buffer } | undefined}
 */
export function findCover({ cells }, wanted = '') {
  const bundles = cells.flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data));
  const pictures = bundles.filter((data) => Object.keys(ENDINGS).some((kind) => kind in data));
  const chosen = pictures.find((data) => text(data['text/plain']).startsWith(wanted)) ?? pictures[0];
  if (!chosen) return undefined;
  const kind = Object.keys(ENDINGS).find((each) => each in chosen);
  const content = Buffer.from(text(chosen[kind]), kind === 'image/svg+xml' ? 'utf8' : 'base64');
  return { ending: ENDINGS[kind], content };
}
