/** PNG pictures: damaged ones, and headers, palettes and pixels that do not fit together. */
import fc from 'fast-check';
import { pictures, pngOf } from '../corpus/pictures.mjs';
import { damaged } from '../harness/mutate.mjs';
import { built, fileTarget } from './bytes.mjs';

const { perform } = built('data/folder/task.js');

/** A picture as `readImage` and `imageFolder` take it, without their thread. */
export const readPicture = (path, file) =>
  perform({
    source: { file: path, name: file },
    form: { size: [8, 8], colour: 'rgb', antialias: true, upright: true },
  });

const bytes = (options) => fc.uint8Array(options).map((array) => Buffer.from(array));
const side = fc.oneof(
  { weight: 6, arbitrary: fc.nat(9) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 7999, 0x7fffffff, 0xffffffff) },
);
const made = fc.record({
  width: side,
  height: side,
  depth: fc.oneof(fc.constantFrom(1, 2, 4, 8, 16), fc.nat(255)),
  colour: fc.oneof(fc.constantFrom(0, 2, 3, 4, 6), fc.nat(255)),
  interlace: fc.oneof(fc.constantFrom(0, 1), fc.nat(255)),
  palette: bytes({ maxLength: 12 }),
  pixels: fc.oneof(
    { weight: 19, arbitrary: bytes({ maxLength: 200 }) },
    { weight: 1, arbitrary: fc.constantFrom(1e5, 3e7).map((size) => Buffer.alloc(size)) },
  ),
  others: fc.array(
    fc.record({
      type: fc.constantFrom('tRNS', 'gAMA', 'PLTE', 'IDAT', 'iCCP', 'IHDR', 'zzzz', 'ZZZZ'),
      body: bytes({ maxLength: 20 }),
    }),
    { maxLength: 2 },
  ),
});

export const target = fileTarget({
  name: 'png',
  file: 'picture.png',
  errors: ['PictureError'],
  tells: /: expected .+, found .+\. (Copy|Reduce|Save) .+\.$/,
  prepare: () => fc.oneof(damaged(pictures('.png')), made.map(pngOf)),
  read: readPicture,
});
