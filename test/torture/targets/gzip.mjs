/** Gzip files, damaged or hiding far more than they should. */
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { damaged } from '../harness/mutate.mjs';
import { fileTarget } from './bytes.mjs';
import { IDX, readBoth } from './idx.mjs';

/** A header that promises little or much, and zeros behind it. */
const bombs = fc
  .tuple(fc.constantFrom(...IDX), fc.constantFrom(1e6, 2e7), fc.nat(0xffff))
  .map(([head, zeros, count]) => {
    const start = Buffer.from(head);
    start.writeUInt16BE(count, 4);
    return gzipSync(Buffer.concat([start, Buffer.alloc(zeros)]), { level: 1 });
  });

export const target = fileTarget({
  name: 'gzip',
  file: 'digits-idx3-ubyte.gz',
  errors: ['FormatError', 'DataError'],
  tells: /: expected .+, found .+\.$/,
  prepare: () => {
    const files = IDX.map((bytes) => gzipSync(bytes));
    const sound = [...files, Buffer.concat(files), gzipSync(Buffer.alloc(0))];
    return fc.oneof({ weight: 49, arbitrary: damaged(sound) }, { weight: 1, arbitrary: bombs });
  },
  read: readBoth,
});
