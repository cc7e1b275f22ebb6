import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { partialName, removeOrphans } from './partial';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convlab-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('removes the parts of a file whose writer is gone, and nothing else', async () => {
  const file = join(folder, 'model.keras');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const ours = partialName(file);
  const theirs = ours.replace(`.${process.pid}.`, `.${dead}.`);
  const other = partialName(join(folder, 'other.keras')).replace(`.${process.pid}.`, `.${dead}.`);
  for (const path of [file, ours, theirs, `${theirs}.h5`, other]) writeFileSync(path, '');
  await removeOrphans(file);
  expect(readdirSync(folder).sort()).toEqual(
    [file, ours, other].map((path) => path.slice(folder.length + 1)).sort(),
  );
});

it('does not mind a folder that is not there', async () => {
  await expect(removeOrphans(join(folder, 'no', 'model.keras'))).resolves.toBeUndefined();
});
