import { resolve } from 'node:path';
import { WeightsError } from '../errors';
import { loadHdf5, type Hdf5Library } from './library';

/** The most bytes of text that an attribute may hold; Keras cuts longer lists at the same place. */
const ATTRIBUTE_LIMIT = 64512;

/**
 * A new HDF5 file. The C library's errors do not come through: read the file back before it is trusted.
 */
export class Hdf5Writer {
  private constructor(private readonly handle: InstanceType<Hdf5Library['File']>) {}

  /**
   * @param path where to write; what was there is lost
   * @param file what to call it in messages
   * @throws WeightsError when the file cannot be made
   */
  static async create(path: string, file: string): Promise<Hdf5Writer> {
    const library = await loadHdf5();
    const handle = new library.File(resolve(path), 'w');
    if (handle.file_id < 0n) throw new WeightsError(file, '', 'a folder that can be written to', 'another');
    return new Hdf5Writer(handle);
  }

  close(): void {
    this.handle.close();
  }

  /** Make a group, and the groups around it that are not there yet. */
  group(path: string): void {
    const parts = path.split('/');
    parts.forEach((_, i) => {
      const prefix = parts.slice(0, i + 1).join('/');
      if (this.handle.get_type(`/${prefix}`) < 0) this.handle.create_group(prefix);
    });
  }

  /** A text of any length. */
  text(path: string, name: string, value: string): void {
    this.at(path).create_attribute(name, value, [], 'A');
  }

  /** A list of texts, cut into `name0`, `name1` … when it is too long for one attribute. */
  texts(path: string, name: string, values: readonly string[]): void {
    const group = this.at(path);
    if (values.length === 0) {
      group.create_attribute(name, new Float64Array(0), [0]); // as NumPy's empty array, which Keras writes
      return;
    }
    const length = Math.max(...values.map((value) => Buffer.byteLength(value)), 1);
    const perPart = Math.floor(ATTRIBUTE_LIMIT / length);
    if (values.length <= perPart) {
      group.create_attribute(name, [...values], [values.length], `S${length}`);
      return;
    }
    for (let start = 0, part = 0; start < values.length; start += perPart, part++) {
      const some = values.slice(start, start + perPart);
      group.create_attribute(`${name}${part}`, some, [some.length], `S${length}`);
    }
  }

  /** Values in a group that is made when it is not there. */
  dataset(path: string, values: Float32Array, shape: readonly number[]): void {
    const cut = path.lastIndexOf('/');
    if (cut > 0) this.group(path.slice(0, cut));
    this.handle.create_dataset({ name: path, data: values, shape: [...shape], dtype: '<f' });
  }

  private at(path: string): Pick<InstanceType<Hdf5Library['File']>, 'create_attribute'> {
    if (path === '') return this.handle;
    this.group(path);
    return this.handle.get(path) as InstanceType<Hdf5Library['File']>;
  }
}
