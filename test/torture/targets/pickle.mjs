/** Pickles, damaged or put together from opcodes. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { ARRAY, LISTS, OPCODES } from '../corpus/pickles.mjs';
import { damaged } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { readByteMatrix } = built('data/formats/pickle.js');

const opcode = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OPCODES) },
  { weight: 1, arbitrary: fc.nat(255) },
);
const program = fc
  .array(fc.tuple(opcode, fc.array(fc.nat(255), { maxLength: 2 })), { maxLength: 60 })
  .map((steps) => Buffer.from([0x80, 4, ...steps.flat(2), 0x2e]));

export const target = fileTarget({
  name: 'pickle',
  file: 'ascent.dat',
  errors: ['PickleError'],
  tells: /, byte \d+: expected .+, found .+\.$/,
  prepare: () => fc.oneof(damaged([ARRAY, ...LISTS]), program),
  read: (path, file) => readByteMatrix(readFileSync(path), file),
});
