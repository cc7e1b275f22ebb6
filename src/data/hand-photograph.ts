import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Picture } from '../image/picture';
import { dataFolders } from './sources/folders';
import { handSigns } from './twins/index';

/** Where the course keeps a photograph of one's own, below a data folder. */
const FILE = ['images', 'my_image.jpg'];

const SIDE = 64;

/**
 * A photograph of a hand that shows two fingers, as the bytes of a picture file, for {@link readImage}: the course's
 * own, `images/my_image.jpg`, where CONVLAB_DATA or the cache has it; else a synthetic hand of 64 × 64 pixels.
 * It stands in for a learner's own.
 */
export async function handPhotograph(): Promise<Uint8Array> {
  const found = dataFolders()
    .map(({ path }) => join(path, ...FILE))
    .find((path) => existsSync(path));
  return found === undefined ? drawn() : readFile(found);
}

function drawn(): Uint8Array {
  const { images, labels } = handSigns(6, 3);
  const start = labels.indexOf(2) * SIDE * SIDE * 3;
  return new Picture(SIDE, SIDE, 3, images.slice(start, start + SIDE * SIDE * 3)).toPng();
}
