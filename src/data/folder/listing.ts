import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { DataError } from '../errors';

/** One picture of a folder: its path below the folder, with slashes, and the class whose folder it is in. */
export interface ListedPicture {
  name: string;
  path: string;
  label: number;
}

export interface Listing {
  classNames: string[];
  pictures: ListedPicture[];
}

/** What Keras lists as pictures. Those that are neither PNG nor JPEG are refused when their turn comes. */
const PICTURE = /\.(png|jpe?g|bmp|gif)$/i;

/** Never a class: hidden folders, as in Keras, and what macOS leaves in archives. */
const NO_CLASS = /^(\.|__MACOSX$)/;

/**
 * The pictures below the class folders of a folder, as Keras' `image_dataset_from_directory` lists them: classes are
 * the sorted names of the folders, or those asked for; in each, sorted folders and in them sorted files.
 *
 * @param classes these folders in this order
 * @param name of the folder in messages
 * @throws DataError when there is no folder, fewer than two classes, a class without pictures or that is not there,
 *   or a link that leads out of the folder
 */
export function listPictures(
  folder: string,
  classes?: readonly string[],
  name = basename(resolve(folder)),
): Listing {
  const root = realRoot(folder, name);
  const found = subfolders(root, name);
  const missing = classes?.filter((wanted) => !found.includes(wanted)) ?? [];
  if (missing.length > 0) {
    throw new DataError(`${name}: expected the class folders ${list(missing)}, found ${list(found)}.`);
  }
  const classNames = classes ? [...classes] : found;
  if (classNames.length < 2) {
    throw new DataError(
      `${name}: expected a folder of pictures for each of two or more classes, found ${list(classNames)}. ` +
        'Put the pictures of each class into a folder of its own, and give the folder that holds these.',
    );
  }
  const pictures = classNames.flatMap((className, label) => {
    const files = picturesBelow(root, join(root, className), `${name}/${className}`);
    if (files.length > 0) return files.map((path) => ({ name: nameBelow(root, path), path, label }));
    throw new DataError(
      `${name}/${className}: expected PNG or JPEG pictures, found none. ` +
        `Put some there, or leave the class out with \`classes\`.`,
    );
  });
  return { classNames, pictures };
}

/** Steps down while a folder holds nothing but one folder, as archives often do; to where the class folders are. */
export function classRoot(folder: string): string {
  const entries = visible(folder);
  const [only] = entries;
  const isWrapper = entries.length === 1 && only.isDirectory();
  return isWrapper ? classRoot(join(folder, only.name)) : folder;
}

function visible(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => !NO_CLASS.test(entry.name));
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => JSON.stringify(name)).join(', ');
}

function nameBelow(root: string, path: string): string {
  return path
    .slice(root.length + 1)
    .split(sep)
    .join('/');
}

function realRoot(folder: string, name: string): string {
  try {
    const root = realpathSync(folder);
    if (statSync(root).isDirectory()) return root;
    throw new DataError(`${folder}: expected a folder, found something else.`);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is none' : message;
    throw new DataError(`${folder}: expected a folder of pictures (${name}), but ${reason}.`, {
      cause: error,
    });
  }
}

function subfolders(root: string, name: string): string[] {
  return visible(root)
    .filter((entry) => isFolder(root, root, entry, name))
    .map((entry) => entry.name)
    .sort();
}

/** Pictures in a folder, then those in the folders within; all in the order of their names. */
function picturesBelow(root: string, folder: string, name: string): string[] {
  const entries = visible(folder).sort((a, b) => (a.name < b.name ? -1 : 1));
  const isBelow = new Map(entries.map((entry) => [entry, isFolder(root, folder, entry, name)]));
  const files = entries.filter((entry) => !isBelow.get(entry) && PICTURE.test(entry.name));
  const folders = entries.filter((entry) => isBelow.get(entry) && !entry.isSymbolicLink());
  return [
    ...files.map((entry) => join(folder, entry.name)),
    ...folders.flatMap((entry) => picturesBelow(root, join(folder, entry.name), `${name}/${entry.name}`)),
  ];
}

/** Whether an entry is a folder, or a link to one; links may not lead out of the root. */
function isFolder(root: string, folder: string, entry: Dirent, name: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const path = join(folder, entry.name);
  const target = statSync(path, { throwIfNoEntry: false }) && realpathSync(path);
  if (target?.startsWith(root + sep)) return statSync(target).isDirectory();
  const found = target === undefined ? 'a link to nothing' : 'a link that leads out of the folder';
  throw new DataError(
    `${name}/${entry.name}: expected a picture or a folder, found ${found}. Put the file itself there.`,
  );
}
