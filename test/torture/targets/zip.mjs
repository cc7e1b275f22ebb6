/** Zip archives: damaged, and written to do harm. */
import fc from 'fast-check';
import { existsSync } from 'node:fs';
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

/** Places outside of everything that a case may write to. */
const OUTSIDE = ['/escaped', '/tmp/convlab-escaped'];
const names = fc.oneof(
  fc.array(fc.constantFrom(...PART), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
  fc.constantFrom(
    'a.png',
    'a.png/',
    'A.PNG',
    'a/../../../../../escaped',
    ...OUTSIDE,
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

function refuseEscapes() {
  const escaped = OUTSIDE.find((path) => existsSync(path));
  if (escaped) throw new Error(`${escaped} is there: an archive wrote it, or it was there before`);
}

export const target = fileTarget({
  name: 'zip',
  file: 'pictures.zip',
  errors: ['ArchiveError'],
  tells: /: expected .+, found .+\. [A-Z].+\.$/s,
  stays: /^cache\/extracted$/,
  keeps: /^cache\/extracted\/pictures-[0-9a-f]{32}(\/complete\.json|\/files(\/.*)?)?$/,
  prepare: () => {
    refuseEscapes();
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
  async read(path, file) {
    try {
      await extracted({ path, file, folder: 'CONVLAB_DATA', source: 'local', note: '' });
    } finally {
      refuseEscapes();
    }
  },
});
