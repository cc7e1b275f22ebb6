import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { extracted } from '../sources/archive';
import { dataFolders } from '../sources/folders';
import { locate } from '../sources/locate';
import type { Dataset } from '../dataset';
import { classRoot } from './listing';

/** A folder of pictures that came in an archive. */
export interface PublishedFolder {
  path: string;
  source: Extract<Dataset['source'], 'published' | 'local'>;
  /** What it was taken from, such as `horse-or-human.zip from CONVLAB_DATA`. */
  origin: string;
}

/**
 * The pictures of an archive: a folder of its name in CONVLAB_DATA where somebody unpacked it, else the archive itself
 * from CONVLAB_DATA, the cache or a download.
 *
 * @param archive its name in the catalogue, such as `horse-or-human.zip`
 * @returns undefined where there is none; then the caller makes the twin
 * @throws DataError when something is there that cannot be read
 */
export async function publishedFolder(
  dataSet: string,
  archive: string,
): Promise<PublishedFolder | undefined> {
  const name = basename(archive, '.zip');
  for (const folder of dataFolders().filter((candidate) => candidate.name === 'CONVLAB_DATA')) {
    const path = join(folder.path, name);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) continue;
    return { path: classRoot(path), source: 'local', origin: `folder ${name} from CONVLAB_DATA` };
  }
  const located = await locate(dataSet, archive);
  if (!located) return undefined;
  const path = classRoot(await extracted(located));
  return { path, source: located.source, origin: `${archive} from ${located.folder}` };
}
