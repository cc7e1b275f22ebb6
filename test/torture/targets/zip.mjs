/** Zip archives: damaged, and written to do harm. */
import fc from 'fast-check';
import { zipOf } from '../corpus/zip.mjs';
import { damaged } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { extracted } = built('data/sources/archive.js');

const PART = [
  'a',
  'b.png',
  '..',
  '.',
  '',
  'c',
  'con',
  'x'.repeat(300),
  'é',
  '\0',
  '\\',
  'C:',
  '__MACOSX',
  '~',
  '\ud800',
];
const names = fc.oneof(
  fc.array(fc.constantFrom(...PART), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
  fc.constantFrom(
    'a.png',
    'a.png/',
    'A.PNG',
    'a/../../../../../escaped',
    '/escaped',
    '..\\..\\escaped',
    'complete.json',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const content = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(1e5, 4e6).map((size) => Buffer.alloc(size)) },
);
const often = (value, ...others) => fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, ...others);

const entry = fc.record({
  name: names,
  content,
  packed: fc.boolean(),
  mode: often(0o100644, fc.constantFrom(0o120777, 0o040755, 0o010644, 0o020644, 0, 0o177777)),
  size: often(undefined, fc.constantFrom(0, 1, 1e6, 0xffffffff)),
  crc: often(undefined, fc.constantFrom(0, 0xffffffff)),
  method: often(undefined, fc.constantFrom(0, 8, 9, 12, 14, 99)),
  flags: often(0x800, fc.constantFrom(0, 1, 8, 0x40, 0x2041)),
  offset: often(undefined, fc.constantFrom(0, 10, 0x7fffffff)),
});
const archive = fc.array(entry, { minLength: 1, maxLength: 5 });

export const target = fileTarget({
  name: 'zip',
  file: 'pictures.zip',
  errors: ['ArchiveError'],
  stays: /^cache\/extracted$/,
  keeps: /^cache\/extracted\/pictures-[0-9a-f]{32}(\/complete\.json|\/files(\/.*)?)?$/,
  prepare: () => {
    const sound = zipOf([
      { name: 'a/', content: Buffer.alloc(0), packed: false, mode: 0o040755 },
      { name: 'a/one.png', content: Buffer.from('one') },
      { name: 'b.png', content: Buffer.from('two'), packed: false },
    ]);
    return fc.oneof(
      archive.map(zipOf),
      archive.map(zipOf).chain((bytes) => damaged([bytes])),
      damaged([sound]),
    );
  },
  read: (path, file) => extracted({ path, file, folder: 'CONVLAB_DATA', source: 'local', note: '' }),
});
