/** `npm run release` in a checkout of one small lesson: an exercise is the older one or the new one. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../scripts/lib/layout.mjs';
import { LESSON } from '../corpus/notebooks.mjs';

const NAME = '01-small.ipynb';
const rootIn = ({ work }) => join(work, 'checkout');
const command = (sandbox) => [process.execPath, [join(rootIn(sandbox), 'scripts/release.mjs')]];

export const releasing = {
  span: 4000,
  command,
  before(sandbox) {
    const root = rootIn(sandbox);
    rmSync(root, { recursive: true, force: true });
    for (const folder of ['notebooks', 'exercises']) mkdirSync(join(root, folder), { recursive: true });
    cpSync(join(ROOT, 'scripts'), join(root, 'scripts'), { recursive: true });
    for (const name of ['node_modules', '.venv']) symlinkSync(join(ROOT, name), join(root, name));
    writeFileSync(join(root, 'notebooks', NAME), JSON.stringify(LESSON));
    writeFileSync(join(root, 'exercises', NAME), '"older"');
  },
  work(sandbox) {
    const { status, stderr } = spawnSync(...command(sandbox), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm run release: ${stderr}`);
  },
  check(sandbox, moment) {
    const folder = join(rootIn(sandbox), 'exercises');
    const exercise = JSON.parse(readFileSync(join(folder, NAME), 'utf8'));
    const isNew = exercise.cells?.length === LESSON.cells.length;
    if (!isNew && (moment === 'done' || exercise !== 'older')) throw new Error('the exercise is not whole');
    const others = readdirSync(folder).filter((name) => name !== NAME);
    if (moment === 'done' && others.length > 0) throw new Error(`left behind: ${others.join(', ')}`);
  },
};
