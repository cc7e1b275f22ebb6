/** Grading one submission: the feedback beside it is the older page or the new one, and no process goes on. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layout, ROOT } from '../../../scripts/lib/layout.mjs';

const EXERCISE = join(ROOT, 'exercises/01-gradient-descent.ipynb');
const OLDER = 'the older page</html>';

const folderIn = ({ work }) => join(work, 'submitted');

function command(sandbox) {
  const grader = join(ROOT, 'scripts/grade.py');
  const args = [grader, '--lessons', layout(ROOT).notebooks, '--', join(folderIn(sandbox), 'ada.ipynb')];
  return [layout(ROOT).python, args, { CONVLAB_ENGINE: 'cpu', CONVLAB_FAST: '1', NODE: process.execPath }];
}

export const grading = {
  span: 20_000,
  rare: true,
  command,
  before(sandbox) {
    mkdirSync(folderIn(sandbox), { recursive: true });
    cpSync(EXERCISE, join(folderIn(sandbox), 'ada.ipynb'));
    writeFileSync(join(folderIn(sandbox), 'ada.feedback.html'), OLDER);
  },
  work(sandbox) {
    const [program, args, env] = command(sandbox);
    const { status, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    if (status !== 0) throw new Error(`npm run grade: ${stderr}`);
  },
  check(sandbox, moment) {
    const page = readFileSync(join(folderIn(sandbox), 'ada.feedback.html'), 'utf8');
    const isNew = page.includes('of 12 points') && page.trimEnd().endsWith('</html>');
    if (!isNew && (moment === 'done' || page !== OLDER)) throw new Error('the feedback is not whole');
    const others = readdirSync(folderIn(sandbox)).filter(
      (name) => !/^ada\.(ipynb|feedback\.html)$/.test(name),
    );
    if (moment === 'done' && others.length > 0) throw new Error(`left behind: ${others.join(', ')}`);
  },
};
