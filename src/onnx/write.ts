import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { partialName, removeOrphans } from '../files/partial';
import { encode, type EncodeOptions, type ExternalData, type NamedGraph } from '../graph/index';
import { OnnxFileError } from './errors';

export interface WriteOptions extends Pick<EncodeOptions, 'name' | 'dims'> {
  /** Bytes of weights that one file may hold; protobuf ends at 2 GB. */
  limit?: number;
}

/** Protobuf's own limit, less what a graph without weights takes. */
const LIMIT = 2 ** 31 - 2 ** 26;

/** Weights smaller than this stay in the model's file. */
const SMALL = 1024;

/** onnxruntime maps external data into memory by pages. */
const PAGE = 4096;

/**
 * Write a graph to an ONNX file, whole or not at all. Where the weights are more than protobuf can hold, they go to
 * `<file>.data` beside it, which must travel with it.
 *
 * @returns the files written
 * @throws OnnxFileError when they cannot be written
 */
export async function saveGraph(
  named: NamedGraph,
  file: string,
  options: WriteOptions = {},
): Promise<string[]> {
  const weights = named.constants.reduce((sum, { data }) => sum + data!.byteLength, 0);
  const files = new Replacement();
  try {
    const external = weights > (options.limit ?? LIMIT) ? new ExternalWeights(`${file}.data`) : undefined;
    const bytes = encode(named, { ...options, external: (data) => external?.place(data) });
    if (external) await files.write(external.file, external.chunks);
    await files.write(file, [bytes]);
    return await files.commit();
  } catch (error) {
    await files.discard();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new OnnxFileError(file, message, { cause: error });
  }
}

/** Weights laid out one after another in a file of their own. */
class ExternalWeights {
  readonly chunks: Uint8Array[] = [];
  #length = 0;

  constructor(readonly file: string) {}

  place(data: Uint8Array): ExternalData | undefined {
    if (data.length < SMALL) return undefined;
    const gap = (PAGE - (this.#length % PAGE)) % PAGE;
    const offset = this.#length + gap;
    this.chunks.push(new Uint8Array(gap), data);
    this.#length = offset + data.length;
    return { location: path.basename(this.file), offset, length: data.length };
  }
}

/** Files that are written under other names first, and take their own all together. */
class Replacement {
  readonly #written = new Map<string, string>();

  async write(file: string, chunks: readonly Uint8Array[]): Promise<void> {
    await removeOrphans(file);
    const temporary = partialName(file);
    let handle: FileHandle | undefined;
    try {
      handle = await open(temporary, 'wx');
      this.#written.set(file, temporary);
      for (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle?.close();
    }
  }

  async commit(): Promise<string[]> {
    for (const [file, temporary] of this.#written) await rename(temporary, file);
    return [...this.#written.keys()];
  }

  async discard(): Promise<void> {
    for (const temporary of this.#written.values()) await rm(temporary, { force: true });
  }
}
