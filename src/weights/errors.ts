/** A file of weights or a model in it that cannot be read or written. The message says where and what to do. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';

  constructor(
    /** The file, as the caller named it. */
    readonly file: string,
    /** The HDF5 group, the entry or the field, or nothing when it is the whole file. */
    readonly where: string,
    readonly expected: string,
    readonly found: string,
    readonly hint = '',
    options?: ErrorOptions,
  ) {
    const place = where ? `${file}, ${where}` : file;
    super(`${place}: expected ${expected}, found ${found}.${hint ? ` ${hint}` : ''}`, options);
  }
}
