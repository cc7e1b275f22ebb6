/** A data set that cannot be read. The message says which, why, and what to do. */
export class DataError extends Error {
  override readonly name: string = 'DataError';
}

/** A pickle that is not what the reader accepts. Nothing in it was run. */
export class PickleError extends DataError {
  override readonly name = 'PickleError';

  constructor(
    /** The file, as it was named to the reader. */
    readonly file: string,
    /** Where in the file, in bytes from its start. */
    readonly offset: number,
    readonly expected: string,
    readonly found: string,
    readonly hint = '',
  ) {
    super(`${file}, byte ${offset}: expected ${expected}, found ${found}.${hint ? ` ${hint}` : ''}`);
  }

  /** The same error with advice on what to do. */
  advise(hint: string): PickleError {
    return new PickleError(this.file, this.offset, this.expected, this.found, hint);
  }
}
