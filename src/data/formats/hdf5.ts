import { open } from 'node:fs/promises';
import type * as Hdf5 from 'h5wasm/node' with { 'resolution-mode': 'import' };
import { endlessObject } from '../../files/hdf5-heaps';
import { DataError, FormatError } from '../errors';

/** An array of whole numbers, the last side fastest. */
export interface Hdf5Array {
  shape: number[];
  data: Uint8Array;
}

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** Far above the 13 million of SIGNS; a header that promises more is refused before memory is taken. */
const MAX_BYTES = 1 << 27;

async function checkSignature(path: string, name: string): Promise<void> {
  const start = Buffer.alloc(SIGNATURE.length);
  try {
    const file = await open(path);
    await file.read(start).finally(() => file.close());
  } catch (error) {
    throw new DataError(`${name}: expected a readable file, but ${String(error)}.`, { cause: error });
  }
  if (start.equals(SIGNATURE)) return;
  throw new FormatError(
    name,
    'an HDF5 file',
    `one that begins with ${JSON.stringify(start.toString('latin1'))}`,
  );
}

/** Values of any whole type as bytes. */
function toBytes(values: unknown, refuse: (found: string) => never): Uint8Array {
  if (values instanceof Uint8Array) return values;
  if (!ArrayBuffer.isView(values) || values instanceof DataView) return refuse('no numbers');
  return Uint8Array.from(values as unknown as ArrayLike<number | bigint>, (item) => {
    const value = Number(item);
    return Number.isInteger(value) && value >= 0 && value <= 255 ? value : refuse(`the number ${value}`);
  });
}

function readArray(file: Hdf5.File, key: string, sides: number, name: string): Hdf5Array {
  if (!file.keys().includes(key)) {
    throw new FormatError(name, `a data set "${key}"`, `only ${file.keys().join(', ') || 'nothing'}`);
  }
  const item = file.get(key) as Hdf5.Dataset | null;
  const shape = item?.type.toString() === 'Dataset' ? item.shape : null;
  const expected = `"${key}" to be an array of ${sides} sides and whole numbers from 0 to 255`;
  const refuse = (found: string): never => {
    throw new FormatError(name, expected, found);
  };
  if (!item || shape?.length !== sides) return refuse(shape ? `shape (${shape.join(', ')})` : 'no array');
  const size = shape.reduce((product, side) => product * side, 1);
  if (size * item.metadata.size > MAX_BYTES) return refuse(`shape (${shape.join(', ')}), which is too large`);
  const data = toBytes(item.value, refuse);
  return data.length === size
    ? { shape, data }
    : refuse(`${data.length} numbers for shape (${shape.join(', ')})`);
}

/** What failed at the bottom: HDF5 tells all the functions that the failure went through, the outermost first. */
function reasonIn(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n');
  const frames = lines.flatMap((line) => /^\s*#\d+: .*\(\): (.+)$/.exec(line)?.[1] ?? []);
  return frames.at(-1) ?? lines[0];
}

/** While the action runs, HDF5 throws its errors instead of printing them. */
function throwing<T>({ Module }: typeof Hdf5, action: () => T): T {
  Module.activate_throwing_error_handler();
  try {
    return action();
  } finally {
    Module.deactivate_throwing_error_handler();
  }
}

/** Opens a file for the time of an action. */
async function withFile<T>(path: string, name: string, action: (file: Hdf5.File) => T): Promise<T> {
  await checkSignature(path, name);
  const endless = endlessObject(path);
  if (endless !== undefined) {
    throw new FormatError(`${name}, byte ${endless}`, 'texts that come to an end', 'one of no size');
  }
  const hdf5: typeof Hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  return throwing(hdf5, () => {
    let file: Hdf5.File | undefined;
    try {
      file = new hdf5.File(path, 'r');
      return action(file);
    } catch (error) {
      if (error instanceof DataError) throw error;
      const found = `a damaged one (${reasonIn(error)})`;
      throw new FormatError(name, 'a whole HDF5 file', found, '', { cause: error });
    } finally {
      file?.close();
    }
  });
}

/**
 * That a file is an HDF5 file and not cut short; its arrays are not read.
 *
 * @throws FormatError when it is not, DataError when it cannot be read
 */
export async function inspectHdf5(path: string, name: string): Promise<void> {
  await withFile(path, name, (file) => file.keys());
}

/**
 * Reads arrays of whole numbers from an HDF5 file, through the HDF5 library compiled to WebAssembly.
 *
 * @param name what to call the file in messages
 * @param wanted the names of the arrays and how many sides each has
 * @throws FormatError when the file is something else or damaged, or an array is missing or of another kind
 * @throws DataError when it cannot be read
 */
export async function readHdf5<K extends string>(
  path: string,
  name: string,
  wanted: Record<K, number>,
): Promise<Record<K, Hdf5Array>> {
  return withFile(path, name, (file) => {
    const arrays: Partial<Record<K, Hdf5Array>> = {};
    for (const key in wanted) arrays[key] = readArray(file, key, wanted[key], name);
    return arrays as Record<K, Hdf5Array>;
  });
}
