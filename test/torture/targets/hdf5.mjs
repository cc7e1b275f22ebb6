/** Data sets in HDF5 files, as SIGNS is one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { damaged } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { readHdf5 } = built('data/formats/hdf5.js');

/** Two pictures and their labels; the second file is chunked and compressed. */
async function corpus({ work }) {
  const { File, ready } = await import('h5wasm/node');
  await ready;
  return [undefined, [1, 2, 2, 3]].map((chunks, i) => {
    const path = join(work, `${i}.h5`);
    const file = new File(path, 'w');
    const data = Uint8Array.from({ length: 24 }, (_, k) => k);
    const packing = chunks ? { chunks, compression: 'gzip', compression_opts: 4 } : {};
    file.create_dataset({ name: 'x', data, shape: [2, 2, 2, 3], ...packing });
    file.create_dataset({ name: 'y', data: new BigInt64Array([0n, 5n]), shape: [2] });
    file.close();
    return readFileSync(path);
  });
}

export const target = fileTarget({
  name: 'hdf5',
  file: 'signs.h5',
  errors: ['FormatError', 'DataError'],
  tells: /: expected .+, found .+\.$/,
  prepare: async ({ sandbox }) => damaged(await corpus(sandbox)),
  read: (path, file) => readHdf5(path, file, { x: 4, y: 1 }),
});
