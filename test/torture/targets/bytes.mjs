/** What targets of one file have in common: the input becomes the file, and one function reads it. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/** A module of the built library. */
export const built = (path) => require(`../../../dist/${path}`);

/**
 * A target whose input is the content of a file.
 * @param {{ name: string, file: string, errors: string[], prepare: Function, read: (path: string, file: string) => unknown }} target
 */
export function fileTarget({ read, ...target }) {
  return {
    ...target,
    async run(input, { work }) {
      const path = join(work, target.file);
      writeFileSync(path, input);
      await read(path, target.file);
    },
  };
}
