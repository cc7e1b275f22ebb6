import type { Dataset } from '../dataset';
import type { TwinPicture } from '../twins/index';
import { ImageFolder, type FolderContent } from './image-folder';
import { listPictures } from './listing';
import { withDefaults, type ImageFolderOptions } from './options';
import { mixed } from './order';
import { publishedFolder } from './published';

/** One part of a published data set of pictures, which comes as an archive. */
export interface PicturePart {
  archive: string;
  options: ImageFolderOptions;
  /** What its twin's files are called: for each class a name for each picture, without folder and ending. */
  twin: readonly (readonly string[])[];
}

/** The parts of a data set, and one line on what they are, to show in a lesson. */
export interface PictureSet {
  parts: ImageFolder[];
  source: Dataset['source'];
  note: string;
}

/**
 * A data set of pictures in archives, or its synthetic twin where one of the archives is not to be had.
 *
 * @param dataSet its name in the catalogue
 * @param classNames the folders in the archives
 * @throws DataError when something is there that is not such an archive
 * @throws InputError when an option is out of its range
 */
export async function pictureSet(
  dataSet: TwinPicture['of'],
  classNames: readonly string[],
  parts: readonly PicturePart[],
): Promise<PictureSet> {
  const settings = parts.map(({ options }) => withDefaults(dataSet, options));
  const folders = [];
  for (const { archive } of parts) {
    const folder = await publishedFolder(dataSet, archive);
    if (folder) folders.push(folder);
    else break;
  }
  const isHere = folders.length === parts.length;
  const contents = isHere
    ? folders.map(({ path, source, origin }) => ({ ...listed(path, origin, classNames), source, origin }))
    : parts.map(({ archive, twin }, part) => twinOf(dataSet, archive, classNames, twin, part));
  const set = contents.map((content, i) => ImageFolder.of(content, settings[i]));
  const counts = set.map(({ size }) => size.toLocaleString('en')).join(' + ');
  const others = folders.filter(({ source }) => source !== 'published').map(({ origin }) => origin);
  if (!isHere) {
    const note = `${dataSet}: the files are not here, so these are synthetic pictures (${counts}, seeded)`;
    return { parts: set, source: 'synthetic', note };
  }
  if (others.length === 0) {
    return { parts: set, source: 'published', note: `${dataSet}: the published data set (${counts})` };
  }
  const note = `${dataSet}: not known to be the published data set (${counts}): ${others.join(', ')}`;
  return { parts: set, source: 'local', note };
}

function listed(
  path: string,
  origin: string,
  classes: readonly string[],
): Pick<FolderContent, 'classNames' | 'pictures'> {
  const { classNames, pictures } = listPictures(path, classes, origin);
  return {
    classNames,
    pictures: pictures.map(({ name, path: file, label }) => ({ source: { file, name }, label })),
  };
}

function twinOf(
  of: TwinPicture['of'],
  archive: string,
  classNames: readonly string[],
  names: readonly (readonly string[])[],
  part: number,
): FolderContent {
  const pictures = names.flatMap((ofClass, label) =>
    ofClass.map((name, i) => {
      const twin = { of, label, seed: mixed(part, label, i) };
      return { source: { twin, name: `${classNames[label]}/${name}.png` }, label };
    }),
  );
  return { classNames, pictures, source: 'synthetic', origin: `synthetic ${archive.replace(/\.zip$/, '')}` };
}
