import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors';
import type { CatalogueEntry } from './catalogue';
import { sha256Of } from './checksum';
import type { DataFolder } from './folders';
import { checkStructure } from './structure';

/** A file of a data set that lies in one of the folders. */
export interface Copy {
  /** The path below its folder; without `.zip` where an archive was unpacked by hand. */
  file: string;
  folder: DataFolder['name'];
  path: string;
  bytes: number;
  /**
   * `published`: it has the published checksum; `other`: another valid file in a folder of the user's own;
   * `unknown`: valid, and no checksum is published; `bad`: damaged, or in the cache without the published checksum.
   */
  state: 'published' | 'other' | 'unknown' | 'bad';
  /** What is wrong with a bad one. */
  fault?: string;
}

async function judge(
  path: string,
  { file, sha256 }: { file: string; sha256: string | null },
  folder: DataFolder,
): Promise<Pick<Copy, 'state' | 'fault'>> {
  try {
    if (sha256 !== null && (await sha256Of(path)) === sha256) return { state: 'published' };
    if (sha256 !== null && folder.name !== 'CONVLAB_DATA') {
      return { state: 'bad', fault: 'it does not have the published checksum' };
    }
    await checkStructure(path, file);
    return { state: sha256 === null ? 'unknown' : 'other' };
  } catch (error) {
    return { state: 'bad', fault: error instanceof DataError ? error.message : String(error) };
  }
}

/** The names under which a file may lie there; an archive in a folder of one's own may be unpacked. */
function namesOf({ file }: { file: string }, folder: DataFolder): string[] {
  const archive = /^(.*)\.zip$/.exec(file);
  return archive && folder.name === 'CONVLAB_DATA' ? [archive[1], file] : [file];
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Every copy of a data set's files, in the order in which the folders are looked into; each is read and checked. */
export async function copiesOf(entry: CatalogueEntry, folders: readonly DataFolder[]): Promise<Copy[]> {
  const copies: Copy[] = [];
  for (const folder of folders) {
    for (const edition of entry.files.flatMap((file) => [file, ...(file.editions ?? [])])) {
      for (const file of namesOf(edition, folder)) {
        const path = join(folder.path, ...file.split('/'));
        const info = await stat(path).catch(() => undefined);
        const place = { file, folder: folder.name, path };
        if (info?.isFile()) {
          copies.push({ ...place, bytes: info.size, ...(await judge(path, edition, folder)) });
        } else if (info && file !== edition.file) {
          copies.push({ ...place, bytes: await bytesIn(path), state: 'other' });
        }
      }
    }
  }
  return copies;
}
