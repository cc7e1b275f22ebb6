import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { DataError } from './errors';

/** Where a data set came from: the published file, another valid one, or our generator. */
export type DataSource = 'published' | 'local' | 'synthetic';

/** A folder that may hold data files, and what to call it in messages (never its path, which differs by machine). */
export interface DataFolder {
  name: 'CONVLAB_DATA' | 'cache';
  path: string;
}

/** A file that was found and read. */
export interface FoundFile {
  /** The path below the folder, such as `ascent/ascent.dat`. */
  file: string;
  folder: DataFolder;
  bytes: Uint8Array;
  /** In hexadecimal. */
  sha256: string;
}

/** The folder for downloads: CONVLAB_CACHE, else `convlab` in the system's place for caches. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.CONVLAB_CACHE) return resolve(env.CONVLAB_CACHE);
  const home = homedir();
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'convlab');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'convlab');
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'convlab');
}

/** A relative CONVLAB_DATA is meant from where the program started, or else from the project's root. */
function dataFolder(value: string): string {
  const here = resolve(value);
  return isAbsolute(value) || existsSync(here) ? here : resolve(__dirname, '..', '..', value);
}

/** The folders to look into, in order. */
export function dataFolders(env: NodeJS.ProcessEnv = process.env): DataFolder[] {
  const cache: DataFolder = { name: 'cache', path: cacheFolder(env) };
  if (!env.CONVLAB_DATA) return [cache];
  return [{ name: 'CONVLAB_DATA', path: dataFolder(env.CONVLAB_DATA) }, cache];
}

/**
 * The first of the files that exists in the first of the folders.
 *
 * @param files paths below a folder, the preferred one first
 * @param maxBytes a longer file is refused before it is read
 * @throws DataError when a file is there but cannot be read, or is too long
 */
export function findFile(
  files: readonly string[],
  maxBytes: number,
  folders = dataFolders(),
): FoundFile | undefined {
  for (const folder of folders) {
    for (const file of files) {
      const path = join(folder.path, ...file.split('/'));
      if (!existsSync(path)) continue;
      const bytes = readBounded(path, maxBytes);
      return { file, folder, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
    }
  }
  return undefined;
}

function readBounded(path: string, maxBytes: number): Uint8Array {
  try {
    const info = statSync(path);
    if (!info.isFile()) throw new DataError(`${path}: expected a file, found something else. Move it away.`);
    if (info.size > maxBytes) {
      throw new DataError(`${path}: expected at most ${maxBytes} bytes, found ${info.size}. Move it away.`);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `${path}: expected a readable file, but ${reason}. Mend its permissions or move it away.`,
      {
        cause: error,
      },
    );
  }
}
