/** Which notebooks a command line means: '02', '2', '02-manual-filters' or the path of a notebook. */
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../lib/errors.mjs';
import { exists } from '../lib/files.mjs';

/** The lessons' notebooks, in their order. */
export function allLessons(folder) {
  const names = exists(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** The notebook that `word` means; throws with the list of lessons if there is none. */
export function findLesson(word, folder, cwd = process.cwd()) {
  if (word.endsWith('.ipynb')) {
    const path = resolve(cwd, word);
    if (exists(path)) return path;
    throw new UserError(`there is no notebook ${path}`, {
      mend: 'give the path of a notebook, or a lesson number such as 02',
    });
  }
  const lessons = allLessons(folder);
  const number = /^\d+$/.test(word) ? word.padStart(2, '0') : undefined;
  const found = lessons.find((path) => {
    const name = basename(path, '.ipynb');
    return name === word || (number !== undefined && name.startsWith(`${number}-`));
  });
  if (found) return found;
  const list = lessons.map((path) => `  ${basename(path, '.ipynb')}`).join('\n');
  throw new UserError(`there is no lesson '${word}'`, {
    mend: list ? `choose one of these:\n${list}` : `put notebooks NN-name.ipynb into ${folder}`,
  });
}
