/** A data set that cannot be read. The message says which, why, and what to do. */
export class DataError extends Error {
  override readonly name: string = 'DataError';
}

/** A file that is not what its name promises: cut short, another format, another shape, counts that disagree. */
export class FormatError extends DataError {
  override readonly name: string = 'FormatError';

  constructor(
    /** The file as it was named to the reader, and the place in it. */
    readonly place: string,
    readonly expected: string,
    readonly found: string,
    hint = '',
    options?: ErrorOptions,
  ) {
    super(`${place}: expected ${expected}, found ${found}.${hint ? ` ${hint}` : ''}`, options);
  }

  /** The same error with advice on what to do. */
  advise(hint: string): FormatError {
    return new FormatError(this.place, this.expected, this.found, hint, { cause: this });
  }
}

/** A pickle that is not what the reader accepts. Nothing in it was run. */
export class PickleError extends FormatError {
  override readonly name = 'PickleError';

  constructor(
    readonly file: string,
    /** Where in the file, in bytes from its start. */
    readonly offset: number,
    expected: string,
    found: string,
    hint = '',
  ) {
    super(`${file}, byte ${offset}`, expected, found, hint);
  }

  override advise(hint: string): PickleError {
    return new PickleError(this.file, this.offset, this.expected, this.found, hint);
  }
}

/** A zip archive that is damaged, or whose entries would do harm. Nothing of it was kept. */
export class ArchiveError extends FormatError {
  override readonly name = 'ArchiveError';
}

/** Nothing can be written: the disk is full, or the folder may not be changed. */
export class StorageError extends DataError {
  override readonly name = 'StorageError';
}

/** The user interrupted the cell while a file was loaded. */
export class DownloadInterruptedError extends DataError {
  override readonly name = 'DownloadInterruptedError';

  constructor(readonly file: string) {
    super(`${file} was not loaded: interrupted. What is here of it is kept, and gone on with the next time.`);
  }
}

/** What came of one mirror. */
export interface Attempt {
  host: string;
  outcome: string;
}

/** No mirror gave the published file. */
export class DownloadError extends DataError {
  override readonly name = 'DownloadError';

  constructor(
    readonly file: string,
    /** In the order in which the mirrors were asked. */
    readonly attempts: readonly Attempt[],
  ) {
    const outcomes = [...new Set(attempts.map(({ outcome }) => outcome))];
    const hosts = (wanted: string) =>
      attempts.filter(({ outcome }) => outcome === wanted).map(({ host }) => host);
    const tried = outcomes.map((outcome) => `${[...new Set(hosts(outcome))].join(', ')}: ${outcome}`);
    super(`${file} could not be downloaded (${tried.join('; ')})`);
  }
}
