import { GreyImage, type GreyPixels } from '../basics/grey-image';
import { PickleError } from './errors';
import { dataFolders, findFile, type DataFolder, type DataSource, type FoundFile } from './lookup';
import { readByteMatrix } from './pickle';
import { staircase } from './staircase';

/** Rows and columns of the picture. */
const SIDE = 512;

/** Far above the published 262,307 and 527,630 bytes. */
const MAX_BYTES = 4 << 20;

/** The two editions of the file, both in Python's pickle format, with the sha256 of what SciPy publishes. */
const EDITIONS = [
  { file: 'ascent/ascent.dat', sha256: '03ce124c1afc880f87b55f6b061110e2e1e939679184f5614e38dacc6c1957e2' },
  {
    file: 'ascent/ascent.dat.v1',
    sha256: 'e8a84939484463ab8051aedc5b40aa262ab33a91d6458a6cd13c6a1cad5a023d',
  },
] as const;

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

function decode(found: FoundFile): GreyImage {
  const name = `${found.folder.name}/${found.file}`;
  try {
    const { rows, columns, data } = readByteMatrix(found.bytes, name);
    if (rows === SIDE && columns === SIDE) return new GreyImage(columns, rows, data);
    throw new PickleError(
      name,
      found.bytes.length,
      `${SIDE} × ${SIDE} pixels`,
      `shape (${rows}, ${columns})`,
    );
  } catch (error) {
    throw error instanceof PickleError ? error.advise(adviceFor(found.folder)) : error;
  }
}

function adviceFor({ name }: DataFolder): string {
  const other = name === 'CONVLAB_DATA' ? ', or unset CONVLAB_DATA' : '';
  return `This is not the ascent picture and nothing in it was run; delete the file to use the synthetic picture${other}.`;
}

/**
 * SciPy's grey picture "ascent", a man on a staircase, 512 × 512; or, where no file is found, its synthetic
 * twin. Looks into CONVLAB_DATA, then the cache folder, for `ascent/ascent.dat` and `ascent/ascent.dat.v1`.
 *
 * @throws PickleError when a file is there that is not such a picture
 * @throws DataError when a file is there but cannot be read
 */
export function ascent(folders: readonly DataFolder[] = dataFolders()): Promise<SourcedImage> {
  return Promise.resolve().then(() => load(folders));
}

function load(folders: readonly DataFolder[]): SourcedImage {
  const files = EDITIONS.map((edition) => edition.file);
  const found = findFile(files, MAX_BYTES, [...folders]);
  if (!found) {
    const note = 'ascent: the file was not found, so this is the synthetic staircase (512×512, seeded)';
    return new SourcedImage(staircase(), 'synthetic', note);
  }
  const pixels = decode(found);
  const published = EDITIONS.some((edition) => edition.sha256 === found.sha256);
  if (published) return new SourcedImage(pixels, 'published', 'ascent: the published picture (512×512)');
  const note = `ascent: ${found.file} from ${found.folder.name} is a valid picture (512×512) but not the published one`;
  console.warn(note);
  return new SourcedImage(pixels, 'local', note);
}
