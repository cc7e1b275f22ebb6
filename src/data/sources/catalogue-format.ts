import { inspect } from 'node:util';
import { DataError } from '../errors';
import type { CatalogueEntry, PublishedFile } from './catalogue';

/** A catalogue that is not one. It decides what is downloaded and where it is put, so nothing in it is believed unread. */
export class CatalogueError extends DataError {
  override readonly name = 'CatalogueError';

  constructor(
    readonly file: string,
    /** The field, such as `mnist.files[0].sha256`. */
    readonly field: string,
    expected: string,
    found: unknown,
    options?: ErrorOptions,
  ) {
    const text = inspect(found, { depth: 1 }).replace(/\s+/g, ' ');
    const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    const place = field ? `${file}, ${field}` : file;
    super(`${place}: expected ${expected}, found ${shown}. Take the file from convlab anew.`, options);
  }
}

/** 1 TB; beyond it a length is a mistake. */
const MAX_BYTES = 2 ** 40;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 1000;

/** A path that stays below the folder that it is put into, on every system. */
const isPath = (value: unknown): boolean =>
  isText(value) &&
  value.length <= 200 &&
  value.split('/').every((part) => /^[\w-][\w.-]*$/.test(part) && !part.endsWith('.'));

function isUrl(value: unknown, protocols: readonly string[]): boolean {
  if (!isText(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return protocols.includes(url.protocol) && url.username === '' && url.password === '';
}

type Check = (value: unknown) => boolean;

const TEXT: [string, Check] = ['a text', isText];

const EDITION: Record<string, [expected: string, check: Check]> = {
  file: ['a path of plain names below a data folder, with /', isPath],
  bytes: [
    'a number of bytes, or null',
    (value) => value === null || (Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_BYTES),
  ],
  sha256: [
    '64 hexadecimal digits, or null',
    (value) => value === null || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)),
  ],
};

const FILE: typeof EDITION = {
  ...EDITION,
  urls: [
    'one or more addresses that begin with https://',
    (value) => Array.isArray(value) && value.length > 0 && value.every((url) => isUrl(url, ['https:'])),
  ],
};

const ENTRY: typeof EDITION = {
  holds: TEXT,
  licence: TEXT,
  home: ['the address of a web page', (value) => isUrl(value, ['https:', 'http:'])],
  files: ['a list of at least one file', (value) => Array.isArray(value) && value.length > 0],
};

/** Reads a catalogue of data sets; see `data/catalogue.json`. */
class Reader {
  constructor(private readonly file: string) {}

  read(text: string): CatalogueEntry[] {
    const entries = Object.entries(this.object(this.parse(text), ''));
    const read = entries.map(([name, value]) => this.entry(name, value));
    this.unique(read.flatMap(({ files }) => files.flatMap((file) => [file, ...(file.editions ?? [])])));
    return read;
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new CatalogueError(this.file, '', 'JSON', text, { cause });
    }
  }

  private object(value: unknown, field: string): Record<string, unknown> {
    if (isObject(value)) return value;
    throw new CatalogueError(this.file, field, 'an object', value);
  }

  private fields(value: unknown, field: string, rules: typeof EDITION): Record<string, unknown> {
    const object = this.object(value, field);
    for (const [key, [expected, check]] of Object.entries(rules)) {
      const found = Object.hasOwn(object, key) ? object[key] : undefined;
      if (!check(found)) throw new CatalogueError(this.file, `${field}.${key}`, expected, found);
    }
    return object;
  }

  private entry(name: string, value: unknown): CatalogueEntry {
    if (!/^[a-z][a-z0-9-]{0,49}$/.test(name)) {
      throw new CatalogueError(this.file, '', 'names of data sets in small letters', name);
    }
    const entry = this.fields(value, name, ENTRY) as unknown as Omit<CatalogueEntry, 'name'>;
    entry.files.forEach((file, i) => this.publishedFile(file, `${name}.files[${i}]`));
    return { ...entry, name };
  }

  private publishedFile(value: unknown, field: string): void {
    const { bytes, sha256, editions } = this.fields(value, field, FILE);
    if ((bytes === null) !== (sha256 === null)) {
      throw new CatalogueError(this.file, field, 'bytes and sha256, or null for both', { bytes, sha256 });
    }
    if (editions === undefined) return;
    if (!Array.isArray(editions)) {
      throw new CatalogueError(this.file, `${field}.editions`, 'a list of files', editions);
    }
    editions.forEach((edition, i) => this.fields(edition, `${field}.editions[${i}]`, EDITION));
  }

  /** Two contents cannot lie in one place. */
  private unique(files: readonly Pick<PublishedFile, 'file'>[]): void {
    const names = files.map(({ file }) => file.toLowerCase());
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw new CatalogueError(this.file, '', 'each file once', twice);
  }
}

/**
 * The data sets that a catalogue describes.
 *
 * @param text its JSON
 * @param file what to call it in messages
 * @throws CatalogueError with the first field that is wrong
 */
export function readCatalogue(text: string, file: string): CatalogueEntry[] {
  return new Reader(file).read(text);
}
