import { readFile, stat } from 'node:fs/promises';
import { GreyImage, type GreyPixels } from '../basics/grey-image';
import { DataError, PickleError } from './errors';
import { readByteMatrix } from './formats/pickle';
import type { DataSource } from './sources/folders';
import { locate, type Located } from './sources/locate';
import { nameOf } from './train-test';
import { staircase } from './twins/index';

/** Rows and columns of the picture. */
const SIDE = 512;

/** Far above the published 262,307 and 527,630 bytes. */
const MAX_BYTES = 4 << 20;

/** A grey picture that knows where it came from. */
export class SourcedImage extends GreyImage {
  constructor(
    pixels: GreyPixels,
    readonly source: DataSource,
    /** One line on which picture this is, to show in a lesson. */
    readonly note: string,
  ) {
    super(pixels.width, pixels.height, pixels.data);
  }
}

async function decode(file: Located): Promise<GreyImage> {
  const name = nameOf(file);
  try {
    const { size } = await stat(file.path);
    if (size > MAX_BYTES) throw new PickleError(name, 0, `at most ${MAX_BYTES} bytes`, String(size));
    const bytes = await readFile(file.path);
    const { rows, columns, data } = readByteMatrix(bytes, name);
    if (rows === SIDE && columns === SIDE) return new GreyImage(columns, rows, data);
    throw new PickleError(name, bytes.length, `${SIDE} × ${SIDE} pixels`, `shape (${rows}, ${columns})`);
  } catch (error) {
    if (error instanceof PickleError) throw error.advise(adviceFor(file));
    throw new DataError(`${name}: cannot be read (${String(error)}). Mend its permissions or move it away.`, {
      cause: error,
    });
  }
}

function adviceFor({ folder }: Located): string {
  const other = folder === 'CONVLAB_DATA' ? ', or unset CONVLAB_DATA' : '';
  return `This is not the ascent picture and nothing in it was run; delete the file to use another${other}.`;
}

/**
 * SciPy's grey picture "ascent", a man on a staircase, 512 × 512, from CONVLAB_DATA, the cache or a download; or,
 * where it is not to be had, its synthetic twin.
 *
 * @throws PickleError when a file is there that is not such a picture
 * @throws DataError when a file is there but cannot be read
 */
export async function ascent(): Promise<SourcedImage> {
  const file = await locate('ascent', 'ascent/ascent.dat');
  if (!file) {
    const note = 'ascent: the file is not here, so this is the synthetic staircase (512×512, seeded)';
    return new SourcedImage(staircase(), 'synthetic', note);
  }
  const pixels = await decode(file);
  if (file.source === 'published') {
    return new SourcedImage(pixels, 'published', 'ascent: the published picture (512×512)');
  }
  const note = `ascent: ${file.file} from ${file.folder} is a valid picture (512×512) but not the published one`;
  return new SourcedImage(pixels, 'local', note);
}
