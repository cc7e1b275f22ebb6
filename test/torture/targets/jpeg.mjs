/** JPEG pictures: damaged ones, and such as claim another size. */
import fc from 'fast-check';
import { pictures } from '../corpus/pictures.mjs';
import { damaged } from '../harness/mutate.mjs';
import { fileTarget } from './bytes.mjs';
import { readPicture } from './png.mjs';

/** The place of a frame header's height, which the width follows. */
function sizeAt(bytes) {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] >= 0xc0 && bytes[at + 1] <= 0xc2) return at + 5;
  }
  throw new Error('no frame header in a picture of the corpus');
}

const side = fc.constantFrom(0, 1, 7, 500, 4000, 8000, 65535);
const resized = fc
  .tuple(fc.constantFrom(...pictures('.jpg')), side, side, fc.nat(0x44))
  .map(([bytes, height, width, sampling]) => {
    const copy = Buffer.from(bytes);
    const at = sizeAt(copy);
    copy.writeUInt16BE(height, at);
    copy.writeUInt16BE(width, at + 2);
    if (sampling & 3) copy[at + 6] = sampling;
    return copy;
  });

export const target = fileTarget({
  name: 'jpeg',
  file: 'picture.jpg',
  errors: ['PictureError'],
  tells: /: expected .+, found .+\. (Copy|Reduce|Save) .+\.$/,
  prepare: () =>
    fc.oneof({ weight: 4, arbitrary: damaged(pictures('.jpg')) }, { weight: 1, arbitrary: resized }),
  read: readPicture,
});
