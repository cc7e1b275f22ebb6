/** A picture that cannot be read, made or written. The message says which, why, and what to do. */
export class PictureError extends Error {
  override readonly name = 'PictureError';

  constructor(
    /** The file, or the function that refused. */
    readonly where: string,
    readonly expected: string,
    readonly found: string,
    readonly hint = '',
  ) {
    super(`${where}: expected ${expected}, found ${found}.${hint ? ` ${hint}` : ''}`);
  }
}
