import { statSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError, DownloadError, DownloadInterruptedError, StorageError } from '../errors';
import { publishedFile, type PublishedFile } from './catalogue';
import { sha256Of } from './checksum';
import { dataFolders, writableFolder, type DataFolder } from './folders';
import type { Network } from './http';
import { untilInterrupt } from './interrupt';
import { withLock } from './lock';
import { progressFor, size } from './progress';

/** A file of a data set that is here. */
export interface Located {
  path: string;
  /** The path below its folder, with `/`. */
  file: string;
  folder: DataFolder['name'];
  /** Whether it has the published checksum. */
  source: 'published' | 'local';
  /** One line on which file this is. */
  note: string;
}

/** Where files are looked for; tests hand in their own. */
export interface Sources {
  folders: readonly DataFolder[];
  /** Where downloads are kept. */
  store: () => Promise<DataFolder>;
  /** Undefined where no connection may be opened. */
  network: (() => Promise<Network>) | undefined;
}

/** The sources that the environment names: CONVLAB_DATA, CONVLAB_CACHE, CONVLAB_OFFLINE. */
export function sourcesOf(env: NodeJS.ProcessEnv = process.env): Sources {
  const offline = (env.CONVLAB_OFFLINE ?? '0') !== '0' && env.CONVLAB_OFFLINE !== '';
  return {
    folders: dataFolders(env),
    store: () => writableFolder(),
    network: offline ? undefined : async () => (await import('./http.js')).network(),
  };
}

const placeIn = (folder: DataFolder, file: string) => join(folder.path, ...file.split('/'));

/** Whether there is a file; what is there and is no file is an error. */
function isFile(path: string, name: string): boolean {
  try {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info && !info.isFile())
      throw new DataError(`${name}: expected a file, found something else. Move it away.`);
    return info !== undefined;
  } catch (error) {
    if (error instanceof DataError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw new DataError(
      `${name}: cannot be looked at (${String(error)}). Mend its permissions or move it away.`,
      {
        cause: error,
      },
    );
  }
}

type Edition = Omit<PublishedFile, 'urls'>;

async function judge(
  dataSet: string,
  { file, sha256 }: Edition,
  folder: DataFolder,
): Promise<Located | undefined> {
  const path = placeIn(folder, file);
  const name = `${folder.name}/${file}`;
  if (!isFile(path, name)) return undefined;
  const sum = await sha256Of(path).catch((error: unknown) => {
    throw new DataError(`${name}: cannot be read (${String(error)}). Mend its permissions or move it away.`, {
      cause: error,
    });
  });
  const found = { path, file, folder: folder.name };
  if (sum === sha256) return { ...found, source: 'published', note: `${dataSet}: the published ${file}` };
  if (sha256 === null) {
    const note = `${dataSet}: ${file} from ${folder.name} cannot be compared with the published file, whose checksum is not known`;
    return { ...found, source: 'local', note };
  }
  if (folder.name === 'CONVLAB_DATA') {
    return {
      ...found,
      source: 'local',
      note: `${dataSet}: ${file} from CONVLAB_DATA is not the published file`,
    };
  }
  // What is in the cache was right when it was put there.
  console.warn(
    `${dataSet}: ${file} in the ${folder.name} folder does not have the published checksum and is not used; ` +
      'a file of your own belongs into the folder that CONVLAB_DATA names',
  );
  return undefined;
}

/** The file, or an edition of it, in the first folder that has one. */
export async function lookUp(
  dataSet: string,
  file: PublishedFile,
  folders: readonly DataFolder[],
): Promise<Located | undefined> {
  for (const folder of folders) {
    for (const edition of [file, ...(file.editions ?? [])]) {
      const found = await judge(dataSet, edition, folder);
      if (found) return found;
    }
  }
  return undefined;
}

/** Loads the file to `target`, unless another process has done so while this one waited. */
async function load(
  dataSet: string,
  file: PublishedFile,
  target: string,
  { net, stop }: { net: Network; stop: AbortSignal },
): Promise<void> {
  const { download, faultOf } = await import('./download.js');
  const title = `${dataSet}: ${basename(file.file)}`;
  const tell = (line: string) => console.warn(`${title}: ${line}`);
  await mkdir(dirname(target), { recursive: true });
  const exists = () =>
    stat(target).then(
      () => true,
      () => false,
    );
  const work = async (lost: AbortSignal) => {
    const signal = AbortSignal.any([lost, stop]);
    if (await exists()) {
      if ((await faultOf(file, target)) === undefined) return;
      await rename(target, `${target}.rejected`);
      tell('what was there is kept aside as *.rejected');
    }
    const progress = await progressFor(title);
    const began = performance.now();
    try {
      const onProgress = progress.at.bind(progress);
      const host = await download(file, target, { net, signal, tell, onProgress });
      const [{ size: bytes }, seconds] = [
        await stat(target),
        ((performance.now() - began) / 1000).toFixed(1),
      ];
      progress.end(`${title}, ${size(bytes)} from ${host} in ${seconds} s`);
    } catch (error) {
      progress.end();
      throw error;
    }
  };
  await withLock(target, work, () => tell('another process is loading it; waiting'), stop);
}

/**
 * Downloads a file into the cache.
 *
 * @throws DownloadError when no mirror gave it; StorageError when it cannot be written
 */
export async function obtain(dataSet: string, file: PublishedFile, sources: Sources): Promise<Located> {
  if (!sources.network)
    throw new DownloadError(file.file, [{ host: 'no mirror was asked', outcome: 'CONVLAB_OFFLINE is set' }]);
  const folder = await sources.store();
  try {
    const net = await sources.network();
    const interrupted = () => new DownloadInterruptedError(file.file);
    await untilInterrupt(interrupted, (stop) =>
      load(dataSet, file, placeIn(folder, file.file), { net, stop }),
    );
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new StorageError(`${file.file} cannot be kept in the ${folder.name} folder (${code})`, {
      cause: error,
    });
  }
  const found = await judge(dataSet, file, folder);
  if (found) return found;
  throw new StorageError(`${file.file} was changed in the ${folder.name} folder while it was loaded`);
}

/** {@link locate} among given sources. */
export async function locateIn(
  dataSet: string,
  file: PublishedFile,
  sources: Sources,
): Promise<Located | undefined> {
  const found = await lookUp(dataSet, file, sources.folders);
  if (found || !sources.network) return found;
  try {
    return await obtain(dataSet, file, sources);
  } catch (error) {
    if (!(error instanceof DownloadError || error instanceof StorageError)) throw error;
    console.warn(
      `${dataSet}: ${error.message}; the synthetic twin is used. To try again: npm run data -- get ${dataSet}`,
    );
    return undefined;
  }
}

/**
 * A file of a data set: from the folder that CONVLAB_DATA names, the cache, or else its published address.
 *
 * @param file its path in the catalogue, such as `mnist/train-images-idx3-ubyte.gz`
 * @returns undefined where none is to be had, after a warning that says why; then the caller makes the twin
 * @throws DataError when something is there that cannot be read
 */
export function locate(dataSet: string, file: string): Promise<Located | undefined> {
  return locateIn(dataSet, publishedFile(dataSet, file), sourcesOf());
}
