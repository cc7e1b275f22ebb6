import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256Of } from './checksum';
import { dataFolders, writableFolder } from './folders';
import { withLock } from './lock';
import type { Located } from './locate';
import { unpack } from './zip';

/** Where an unpacked archive lies: its files in `files`, and beside them how many they are. */
const inside = (home: string) => ({ files: join(home, 'files'), mark: join(home, 'complete.json') });

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

/** Whether an archive was unpacked there to its end, and nothing has gone since. */
async function isComplete(home: string): Promise<boolean> {
  try {
    const { files, mark } = inside(home);
    const { count } = JSON.parse(await readFile(mark, 'utf8')) as { count: number };
    return (await countFiles(files)) === count;
  } catch {
    return false;
  }
}

async function unpackTo(home: string, { path, file }: Located): Promise<void> {
  const temporary = `${home}.tmp`;
  await rm(temporary, { recursive: true, force: true }); // what a killed process left
  const { files, mark } = inside(temporary);
  try {
    await mkdir(files, { recursive: true });
    const count = await unpack(path, file, files);
    await writeFile(mark, JSON.stringify({ archive: file, count }));
    await rm(home, { recursive: true, force: true });
    await rename(temporary, home);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * The folder with the contents of a zip archive. It is unpacked once, into the cache (or a temporary folder
 * where that cannot be written), under the archive's sha256.
 *
 * @throws ArchiveError when the archive is damaged or would do harm; StorageError when it cannot be unpacked
 */
export async function extracted(archive: Located): Promise<string> {
  const sum = await sha256Of(archive.path);
  const place = join('extracted', `${basename(archive.file, '.zip')}-${sum.slice(0, 32)}`);
  for (const { name, path } of dataFolders()) {
    const home = join(path, place);
    if (name !== 'CONVLAB_DATA' && (await isComplete(home))) return inside(home).files;
  }
  const home = join((await writableFolder()).path, place);
  await mkdir(dirname(home), { recursive: true });
  return withLock(home, async () => {
    if (!(await isComplete(home))) await unpackTo(home, archive);
    return inside(home).files;
  });
}
