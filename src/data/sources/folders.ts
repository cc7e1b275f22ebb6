import { existsSync, lstatSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { StorageError } from '../errors';

/** Where a data set came from: the published file, another valid one, or our generator. */
export type DataSource = 'published' | 'local' | 'synthetic';

/** A folder that may hold data files, and what to call it in messages (never its path, which differs by machine). */
export interface DataFolder {
  name: 'CONVLAB_DATA' | 'cache' | 'temporary';
  path: string;
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
  return isAbsolute(value) || existsSync(here) ? here : resolve(__dirname, '..', '..', '..', value);
}

/** Where downloads go when the cache cannot be written. */
export function temporaryFolder(): DataFolder {
  const user = process.platform === 'win32' ? '' : `-${userInfo().uid}`;
  return { name: 'temporary', path: join(tmpdir(), `convlab${user}`) };
}

/** On a machine of many users, a folder in /tmp is only trusted when nobody else can have made or filled it. */
function isOurs(path: string): boolean {
  try {
    const info = lstatSync(path);
    if (!info.isDirectory()) return false;
    return process.platform === 'win32' || (info.uid === userInfo().uid && (info.mode & 0o022) === 0);
  } catch {
    return false;
  }
}

/** The folders to look into, in order. */
export function dataFolders(env: NodeJS.ProcessEnv = process.env): DataFolder[] {
  const temporary = temporaryFolder();
  return [
    ...(env.CONVLAB_DATA ? [{ name: 'CONVLAB_DATA', path: dataFolder(env.CONVLAB_DATA) } as const] : []),
    { name: 'cache', path: cacheFolder(env) },
    ...(isOurs(temporary.path) ? [temporary] : []),
  ];
}

let told = false;

/** Says once in a process that downloads will not be kept. */
function tellOfTemporary(error: unknown): void {
  if (told) return;
  told = true;
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  console.warn(
    `data: the cache cannot be written (${reason}), so downloads go to a temporary folder; ` +
      'set CONVLAB_CACHE to a folder of your own to keep them',
  );
}

async function makeWritable(path: string, mode?: number): Promise<void> {
  await mkdir(path, { recursive: true, mode });
  await access(path, constants.W_OK);
}

/**
 * The folder in which downloads and extracted archives are kept: the cache, or a temporary folder (told once)
 * where the cache cannot be written.
 *
 * @throws StorageError when there is neither
 */
export async function writableFolder(cache = cacheFolder(), spare = temporaryFolder()): Promise<DataFolder> {
  try {
    await makeWritable(cache);
    return { name: 'cache', path: cache };
  } catch (error) {
    tellOfTemporary(error);
  }
  await makeWritable(spare.path, 0o700).catch(() => undefined);
  if (isOurs(spare.path)) return spare;
  throw new StorageError(
    'data: neither the cache nor the temporary folder can be written. Set CONVLAB_CACHE to a folder of your own.',
  );
}
