import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { unpack } from '../data/sources/zip';
import { WeightsError } from './errors';

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** What a `.keras` file holds. */
export interface KerasZip {
  /** The architecture as JSON. */
  config: string;
  kerasVersion: string;
  /** Where the weights lie, for as long as the action runs. */
  weightsPath: string;
}

/**
 * Unpack a `.keras` file, act, and remove what was unpacked.
 * @throws WeightsError when it is no sound zip archive of a Keras model
 */
export async function withKerasZip<T>(
  path: string,
  file: string,
  action: (zip: KerasZip) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'convlab-keras-'));
  try {
    await unpack(path, file, folder).catch((cause: unknown) => {
      const found = cause instanceof Error ? cause.message : String(cause);
      throw new WeightsError(
        file,
        '',
        'a .keras file, which is a zip archive',
        `something else: ${found}`,
        '',
        {
          cause,
        },
      );
    });
    const missing = [CONFIG, WEIGHTS].find((name) => !existsSync(join(folder, name)));
    if (missing) {
      const hint = 'Save the model with model.save("name.keras"), in one file.';
      throw new WeightsError(file, '', `an entry ${missing}`, 'none', hint);
    }
    const config = readFileSync(join(folder, CONFIG), 'utf8');
    return await action({ config, kerasVersion: version(folder), weightsPath: join(folder, WEIGHTS) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function version(folder: string): string {
  try {
    const metadata = JSON.parse(readFileSync(join(folder, METADATA), 'utf8')) as { keras_version?: string };
    return metadata.keras_version ?? '3';
  } catch {
    return '3'; // only Keras 3 writes these files; which one matters little
  }
}

/** Write a `.keras` file from its parts; uncompressed, as Keras does, since weights hardly shrink. */
export async function writeKerasZip(path: string, parts: Omit<KerasZip, 'kerasVersion'>): Promise<void> {
  const zip = new ZipFile();
  const options = { compress: false };
  const date = new Date().toISOString().slice(0, 19).replace('T', '@');
  const metadata = { keras_version: KERAS_VERSION, date_saved: date };
  zip.addBuffer(Buffer.from(JSON.stringify(metadata)), METADATA, options);
  zip.addBuffer(Buffer.from(parts.config), CONFIG, options);
  zip.addFile(parts.weightsPath, WEIGHTS, options);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** The version of Keras whose form of `.keras` files this is. */
export const KERAS_VERSION = '3.15.0';
