import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `data/expected`, two folders above this file's, in `src` as in `dist`. */
const FOLDER = join(__dirname, '..', '..', 'data', 'expected');

/** Which inputs an answer is tried with: those that learners see, or those kept for grading. */
export type CaseSet = 'visible' | 'hidden';

const files = new Map<string, unknown>();

/**
 * The expected outputs of a check, from `data/expected/<name>.json`. They are made by `src/grade/testing/expected.py`
 * from NumPy, SciPy and Keras.
 */
export function expectedCases(name: string, set: CaseSet): readonly unknown[] {
  if (!files.has(name)) files.set(name, JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')));
  const { visible, hidden = visible } = files.get(name) as { visible: unknown[]; hidden?: unknown[] };
  return set === 'hidden' ? hidden : visible;
}
