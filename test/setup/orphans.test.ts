/** What killed processes leave behind is no hindrance, and does not stay. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyScripts, load, put, ROOT, scratch } from './scripts';

const { writeAtomic } = load('lib/files.mjs') as { writeAtomic: (path: string, text: string) => void };
const { takeLock } = load('lib/lock.mjs') as {
  takeLock: (path: string) => Promise<{ release: () => void }>;
};

/** The number of a process that has ended. */
const gone = spawnSync(process.execPath, ['--version']).pid;

const root = scratch();
const LESSON = '01-gradient-descent.ipynb';
const PYTHON = join(ROOT, '.venv/bin/python');
const CODE = 'import sys; from pathlib import Path; from lesson_runner.write import write_atomic';

const writers: Record<string, (path: string) => void> = {
  writeAtomic: (path) => writeAtomic(path, 'new'),
  ...(existsSync(PYTHON) && {
    write_atomic: (path: string) => {
      const args = ['-c', `${CODE}; write_atomic(Path(sys.argv[1]), "new")`, path];
      expect(spawnSync(PYTHON, args, { cwd: join(ROOT, 'scripts') }).status).toBe(0);
    },
  }),
};

it.each(Object.keys(writers))('%s removes what killed writers left of a file, and nothing else', (name) => {
  const path = join(root, name, 'page.html');
  const others = [`page.html.${process.ppid}.tmp`, `other.html.${gone}.tmp`, 'page.html.x.tmp'];
  for (const other of [...others, `page.html.${gone}.tmp`]) put(join(root, name, other), 'half');
  writers[name](path);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(join(root, name)).sort()).toEqual([...others, 'page.html'].sort());
});

it.runIf(existsSync(PYTHON))(
  'a release removes the folder of one that was killed, and not that of one that runs',
  () => {
    const checkout = join(root, 'checkout');
    copyScripts(checkout);
    for (const name of ['node_modules', '.venv']) symlinkSync(join(ROOT, name), join(checkout, name));
    put(join(checkout, 'notebooks/01-small.ipynb'), readFileSync(join(ROOT, 'notebooks', LESSON), 'utf8'));
    const folders = [`.new-${gone}-abc`, `.new-${process.pid}-abc`];
    for (const name of folders) put(join(checkout, 'exercises', name, '01-small.ipynb'), 'half');
    const { status, stderr } = spawnSync(process.execPath, [join(checkout, 'scripts/release.mjs')], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(join(checkout, 'exercises')).sort()).toEqual([folders[1], '01-small.ipynb'].sort());
  },
);

it('a lock without a holder whose time lies ahead is not waited for', async () => {
  const path = put(join(root, 'lock'));
  const ahead = new Date(Date.now() + 3_600_000);
  utimesSync(path, ahead, ahead);
  const { release } = await takeLock(path);
  expect(readFileSync(path, 'utf8')).toContain(String(process.pid));
  release();
});
