/** MNIST's format, damaged inside a sound gzip file. */
import { gzipSync } from 'node:zlib';
import { damaged } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

/** Three pictures of 2 × 2 and their labels. */
export const IDX = [
  Buffer.from([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, ...Array(12).keys()]),
  Buffer.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]),
];

const { readIdx } = built('data/formats/idx.js');

/** Reads a file as pictures or labels, as its first bytes ask for. */
export const readBoth = async (path, file) => {
  const results = await Promise.allSettled([readIdx(path, file, 3), readIdx(path, file, 1)]);
  const good = results.find(({ status }) => status === 'fulfilled');
  if (!good) throw results[0].reason;
};

export const target = fileTarget({
  name: 'idx',
  file: 'digits-idx3-ubyte.gz',
  errors: ['FormatError', 'DataError'],
  tells: /: expected .+, found .+\.$/,
  prepare: () => damaged(IDX).map((bytes) => gzipSync(bytes, { level: 1 })),
  read: readBoth,
});
