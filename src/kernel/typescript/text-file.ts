/** A file that is only in memory. */
export interface TextFile {
  readonly path: string;
  text: string;
  /** Changes with `text`, and is like that of no other file: programs share what is parsed. */
  version: number;
}

/** What a file for a cell holds while it has none. */
export const EMPTY = 'export {};';

let versions = 0;

export function write(file: TextFile, text: string): TextFile {
  return Object.assign(file, { text, version: ++versions });
}
