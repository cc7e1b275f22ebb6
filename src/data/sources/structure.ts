import { readFile } from 'node:fs/promises';
import { inspectHdf5 } from '../formats/hdf5';
import { readIdx } from '../formats/idx';
import { readByteMatrix } from '../formats/pickle';
import { inspectArchive } from './zip';

type Check = (path: string, name: string) => Promise<unknown>;

/** How to tell from its own content whether a file is whole, by the end of its name. */
const CHECKS: [RegExp, Check][] = [
  [/-idx(\d)-ubyte\.gz$/, (path, name) => readIdx(path, name, Number(/-idx(\d)-/.exec(name)?.[1]))],
  [/\.h5$/, inspectHdf5],
  [/\.zip$/, inspectArchive],
  [/\.dat(\.v1)?$/, async (path, name) => readByteMatrix(await readFile(path), name)],
];

/**
 * That a file is of the format that its name promises, where no checksum says so.
 *
 * @throws DataError saying what was expected and what was found
 */
export async function checkStructure(path: string, name: string): Promise<void> {
  for (const [ending, check] of CHECKS) if (ending.test(name)) await check(path, name);
}
