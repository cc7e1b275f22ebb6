import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endlessObject } from '../../files/hdf5-heaps';
import { WeightsError } from '../errors';

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** A superblock may stand after a user block of 512, 1024, 2048 … bytes; nobody's is longer than this. */
const LAST_START = 65536;

/**
 * See that a file is HDF5 and as long as its superblock says, before the C library opens it.
 * @throws WeightsError when it cannot be read, is something else, was cut off, or would never be read to its end
 */
export function checkHdf5(path: string, file: string): void {
  const descriptor = open(path, file);
  try {
    const { size } = fstatSync(descriptor);
    const start = findSignature(descriptor);
    if (start < 0) {
      const hint =
        'Keras writes such files with model.save("name.h5") or, as a zip, model.save("name.keras").';
      throw new WeightsError(file, '', 'an HDF5 file', size === 0 ? 'an empty file' : 'something else', hint);
    }
    const end = endOfFile(readAt(descriptor, start, 96));
    if (end > size) {
      const hint = 'The file was cut off: copy or download it again.';
      throw new WeightsError(file, '', `${end} bytes`, `${size}`, hint);
    }
    const endless = endlessObject(path);
    if (endless !== undefined) {
      const hint = 'The file is damaged: copy or download it again.';
      throw new WeightsError(file, `byte ${endless}`, 'texts that come to an end', 'one of no size', hint);
    }
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string, file: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? 'no such file' : `one that cannot be opened (${code ?? String(cause)})`;
    throw new WeightsError(file, '', 'a readable file', found, '', { cause });
  }
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  readSync(descriptor, buffer, 0, length, position);
  return buffer;
}

function findSignature(descriptor: number): number {
  for (let start = 0; start <= LAST_START; start = Math.max(512, start * 2)) {
    if (readAt(descriptor, start, SIGNATURE.length).equals(SIGNATURE)) return start;
  }
  return -1;
}

/**
 * Where the file ends, from its superblock (HDF5 File Format Specification, II.A): versions 0 and 1 keep four
 * addresses after 24 or 28 bytes, versions 2 and 3 after 12; the first is the base and the third the end.
 */
function endOfFile(superblock: Buffer): number {
  const version = superblock[8];
  const size = version < 2 ? superblock[13] : superblock[9];
  const addresses = version === 0 ? 24 : version === 1 ? 28 : 12;
  const at = (index: number) => superblock.readUIntLE(addresses + index * size, Math.min(size, 6));
  return version > 3 || size < 2 || size > 8 ? 0 : at(2);
}
