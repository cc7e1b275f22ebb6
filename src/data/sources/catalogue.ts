import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../errors';
import { readCatalogue } from './catalogue-format';

/** A file as its authors publish it. */
export interface PublishedFile {
  /** The path below a data folder, with `/`. */
  file: string;
  /** Null where it is not known: such a download is accepted when its structure is right. */
  bytes: number | null;
  sha256: string | null;
  /** Mirrors, the preferred one first; all https. */
  urls: string[];
  /** Other published files with the same content, which are taken when they lie there and are never downloaded. */
  editions?: Omit<PublishedFile, 'urls'>[];
}

/** What `data/catalogue.json` says of a data set. */
export interface CatalogueEntry {
  name: string;
  /** What is in it, in a few words. */
  holds: string;
  licence: string;
  /** The page that describes it. */
  home: string;
  files: PublishedFile[];
}

const PATH = join(__dirname, '..', '..', '..', 'data', 'catalogue.json');

let entries: readonly CatalogueEntry[] | undefined;

/**
 * All data sets that convlab knows.
 *
 * @throws CatalogueError when the file was damaged
 */
export function catalogue(): readonly CatalogueEntry[] {
  return (entries ??= readCatalogue(readFileSync(PATH, 'utf8'), 'data/catalogue.json'));
}

/**
 * A data set by name.
 *
 * @throws DataError naming those that there are
 */
export function entryOf(name: string): CatalogueEntry {
  const entry = catalogue().find((candidate) => candidate.name === name);
  if (entry) return entry;
  const names = catalogue().map((candidate) => candidate.name);
  throw new DataError(`There is no data set "${name}" in the catalogue; there are ${names.join(', ')}.`);
}

/** One file of a data set. */
export function publishedFile(dataSet: string, file: string): PublishedFile {
  const found = entryOf(dataSet).files.find((candidate) => candidate.file === file);
  if (found) return found;
  throw new DataError(`The catalogue's data set "${dataSet}" has no file "${file}".`);
}
