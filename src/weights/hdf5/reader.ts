import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { WeightsError } from '../errors';
import { loadHdf5, type Hdf5Library } from './library';
import { checkHdf5 } from './superblock';

const TRY_AGAIN = 'The file is damaged: copy or download it again.';

/** An array may be so large, and so many times larger than its file: a few bytes can promise any size. */
const [SMALL, RATIO] = [64 << 20, 32];

/** Values in a file, read when asked for. */
export interface Dataset {
  shape: number[];
  /** @throws WeightsError when the values cannot be read, or are not floats of 32 or 64 bits */
  read: () => Float32Array;
}

/** What h5wasm tells of a dataset or an attribute. */
type Metadata = ReturnType<Hdf5Library['module']['get_dataset_metadata']>;

/**
 * An HDF5 file open for reading. h5wasm's own getters ignore the C library's error codes and would give whatever
 * lay in memory; these look at them. Links out of the file are refused.
 */
export class Hdf5Reader {
  private readonly trusted = new Set<string>();

  private constructor(
    private readonly library: Hdf5Library,
    private readonly handle: InstanceType<Hdf5Library['File']>,
    private readonly file: string,
    /** The most bytes that one array of values may have. */
    private readonly limit: number,
  ) {}

  /**
   * @param path where the file lies
   * @param file what to call it in messages
   * @throws WeightsError when it is not a whole HDF5 file
   */
  static async open(path: string, file: string): Promise<Hdf5Reader> {
    checkHdf5(path, file);
    const library = await loadHdf5();
    const handle = new library.File(resolve(path), 'r');
    if (handle.file_id < 0n) throw new WeightsError(file, '', 'an HDF5 file', 'a damaged one', TRY_AGAIN);
    return new Hdf5Reader(library, handle, file, SMALL + RATIO * statSync(path).size);
  }

  close(): void {
    this.handle.close();
  }

  /** Whether there is a group at a path such as `model_weights/conv1`. */
  hasGroup(path: string): boolean {
    return this.typeOf(path) === this.library.module.H5G_GROUP;
  }

  /** The names in a group; none when there is no such group. */
  children(path: string): string[] {
    return this.hasGroup(path) ? this.library.module.get_names(this.id, `/${path}`, false) : [];
  }

  /** A dataset's shape, and its values on demand. */
  dataset(path: string): Dataset {
    const { module } = this.library;
    if (this.typeOf(path) !== module.H5G_DATASET) {
      throw new WeightsError(
        this.file,
        path,
        'a dataset',
        this.typeOf(path) < 0 ? 'nothing' : 'something else',
        TRY_AGAIN,
      );
    }
    const metadata = module.get_dataset_metadata(this.id, `/${path}`);
    if (metadata.virtual_sources) this.refuseLink(path, metadata.virtual_sources[0]?.file_name ?? '');
    return { shape: metadata.shape ?? [], read: () => this.floats(path, metadata) };
  }

  /** A text attribute, or nothing when it is not there. */
  text(path: string, name: string): string | undefined {
    return this.strings(path, name)?.[0];
  }

  /** An attribute of several texts; Keras cuts long ones into `name0`, `name1` … */
  texts(path: string, name: string): string[] | undefined {
    const whole = this.strings(path, name);
    if (whole) return whole;
    const parts: string[][] = [];
    for (
      let part = this.strings(path, `${name}0`);
      part;
      part = this.strings(path, `${name}${parts.length}`)
    ) {
      parts.push(part);
    }
    return parts.length > 0 ? parts.flat() : undefined;
  }

  private get id(): bigint {
    return this.handle.file_id;
  }

  /** What stands at a path, or -1; each step on the way is looked at, since any may be a link to another file. */
  private typeOf(path: string): number {
    const parts = path.split('/').filter((part) => part !== '');
    const steps = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
    const sound = steps.every((step) => this.trusted.has(step) || this.inspect(step));
    return sound ? this.handle.get_type(`/${parts.join('/')}`) : -1;
  }

  /** Whether there is something at a path. A link to another file would read whatever file of this machine it names. */
  private inspect(path: string): boolean {
    const { module } = this.library;
    if (this.handle.get_type(`/${path}`) < 0) return false;
    const link = module.get_external_link(this.id, `/${path}`) as { filename?: string };
    if (link.filename !== undefined) this.refuseLink(path, link.filename);
    this.trusted.add(path);
    return true;
  }

  private refuseLink(path: string, target: string): never {
    const found = `a link to another file, ${JSON.stringify(target)}`;
    throw new WeightsError(this.file, path, 'values in this file', found, 'Keras writes no such links.');
  }

  private strings(path: string, name: string): string[] | undefined {
    const { module } = this.library;
    if (!this.hasGroup(path) || !module.get_attribute_names(this.id, `/${path}`).includes(name))
      return undefined;
    const metadata = module.get_attribute_metadata(this.id, `/${path}`, name);
    if (!metadata.shape || metadata.total_size === 0) return [];
    const where = `${path || '/'}, attribute ${name}`;
    if (metadata.type !== module.H5T_class_t.H5T_STRING.value) {
      throw new WeightsError(this.file, where, 'text', 'another type', TRY_AGAIN);
    }
    return this.withMemory(where, metadata, (pointer) => {
      const status = module.get_attribute_data(this.id, `/${path}`, name, BigInt(pointer));
      this.checkStatus(status, where);
      if (!metadata.vlen) return this.fixedStrings(pointer, metadata);
      const pointers = new Uint32Array(module.HEAPU8.buffer, pointer, metadata.total_size);
      const texts = Array.from(pointers, (address) => module.UTF8ToString(address));
      module.reclaim_vlen_memory(this.id, `/${path}`, name, BigInt(pointer));
      return texts;
    });
  }

  /** Texts of one length, padded by zeros or blanks; UTF-8, whatever their declared character set. */
  private fixedStrings(pointer: number, { size, total_size }: Metadata): string[] {
    const bytes = Buffer.from(this.library.module.HEAPU8.slice(pointer, pointer + size * total_size));
    return Array.from({ length: total_size }, (_, i) => {
      return bytes.toString('utf8', i * size, (i + 1) * size).replace(/(\0.*| +)$/s, '');
    });
  }

  private floats(path: string, metadata: Metadata): Float32Array {
    const { module } = this.library;
    const { type, size, total_size } = metadata;
    if (type !== module.H5T_class_t.H5T_FLOAT.value || (size !== 4 && size !== 8)) {
      const found = `values of ${size} bytes of another type`;
      throw new WeightsError(this.file, path, 'floats of 32 or 64 bits', found, 'Save the model in float32.');
    }
    return this.withMemory(path, metadata, (pointer) => {
      const status = module.get_dataset_data(this.id, `/${path}`, null, null, null, BigInt(pointer));
      this.checkStatus(status, path);
      const { buffer } = module.HEAPU8;
      return size === 4
        ? new Float32Array(buffer, pointer, total_size).slice()
        : Float32Array.from(new Float64Array(buffer, pointer, total_size));
    });
  }

  private checkStatus(status: number, where: string): void {
    if (status < 0) throw new WeightsError(this.file, where, 'readable values', 'damaged ones', TRY_AGAIN);
  }

  /** Lend memory of the C library's; its addresses are multiples of 8. */
  private withMemory<T>(where: string, { size, total_size }: Metadata, use: (pointer: number) => T): T {
    const { module } = this.library;
    const bytes = size * total_size;
    const pointer = bytes <= this.limit && bytes < module.MAXIMUM_MEMORY ? module._malloc(bytes) : 0;
    if (pointer === 0) {
      throw new WeightsError(this.file, where, 'values that fit into memory', `${bytes} bytes`, TRY_AGAIN);
    }
    try {
      return use(pointer);
    } finally {
      module._free(pointer);
    }
  }
}
