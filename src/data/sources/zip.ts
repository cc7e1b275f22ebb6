import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { ArchiveError, DataError, StorageError } from '../errors';

/** Bounds that any honest set of pictures keeps: pictures hardly shrink in a zip. */
const LIMITS = { entries: 20_000, bytes: 2 ** 31, ratio: 100, small: 64 << 20 };

/** A small entry may shrink as it likes, and so may a small archive. */
const SMALL = 1 << 20;

const HINT = 'Nothing of it was used; delete the file, or get it anew.';

/** What macOS and Windows put into archives beside the files. */
const CLUTTER = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)/;

/** File types in the upper half of the external attributes, as in `stat` (APPNOTE 4.4.15). */
const TYPE = { mask: 0o170000, unset: 0, file: 0o100000, folder: 0o040000 };

class Refusal extends Error {
  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(found);
  }
}

/**
 * Where an entry goes below `folder`.
 *
 * @throws when it would lie outside
 */
export function placeOf(folder: string, name: string): string {
  const place = resolve(folder, name);
  if (!place.startsWith(folder + sep)) throw new Refusal('entries inside the archive', shown(name));
  if (name.split('/').every(isName)) return place;
  throw new Refusal(`names that any disk can hold, of at most ${MAX_NAME} bytes`, shown(name));
}

/** The longest name of a file on every common file system. */
const MAX_NAME = 255;

const isName = (part: string) => Buffer.byteLength(part) <= MAX_NAME && !/[\0-\x1f\x7f]/.test(part);

const shown = (name: string) => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

function checkEntry(entry: Entry): void {
  const { fileName, uncompressedSize, compressedSize } = entry;
  const name = shown(fileName);
  const type = (entry.externalFileAttributes >>> 16) & TYPE.mask;
  if (![TYPE.unset, TYPE.file, TYPE.folder].includes(type)) {
    throw new Refusal('files and folders', `the link or device ${name}`);
  }
  if (entry.isEncrypted() || !entry.canDecodeFileData()) {
    throw new Refusal('plain or deflated entries', `${name}, which is encrypted or packed otherwise`);
  }
  if (uncompressedSize > SMALL && uncompressedSize > LIMITS.ratio * compressedSize) {
    const ratio = Math.round(uncompressedSize / Math.max(1, compressedSize));
    throw new Refusal(
      `entries that unpack to at most ${LIMITS.ratio} times their size`,
      `${name} with ${ratio}`,
    );
  }
}

/** All entries, each checked; nothing is unpacked. */
async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > LIMITS.entries) {
    throw new Refusal(`at most ${LIMITS.entries} entries`, String(zip.entryCount));
  }
  const entries: Entry[] = [];
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    checkEntry(entry);
    bytes += entry.uncompressedSize;
    // Small entries one by one, or many entries that share their bytes, would get past the check of each.
    if (bytes > LIMITS.small && bytes > LIMITS.ratio * zip.fileSize) {
      throw new Refusal(`at most ${LIMITS.ratio} times the archive's size when unpacked`, 'more');
    }
    if (bytes > LIMITS.bytes) throw new Refusal(`at most ${LIMITS.bytes} bytes when unpacked`, 'more');
    if (!CLUTTER.test(entry.fileName)) entries.push(entry);
  }
  return entries;
}

/** Passes bytes through and, at their end, compares their checksum with the entry's. */
function checked(entry: Entry): Transform {
  let sum = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      sum = crc32(piece, sum);
      done(null, piece);
    },
    flush(done) {
      const name = JSON.stringify(entry.fileName);
      done(sum === entry.crc32 ? null : new Refusal('whole entries', `${name} with another checksum`));
    },
  });
}

async function writeEntry(zip: ZipFile, entry: Entry, folder: string): Promise<void> {
  const place = placeOf(folder, entry.fileName);
  if (entry.fileName.endsWith('/')) {
    await mkdir(place, { recursive: true });
    return;
  }
  await mkdir(dirname(place), { recursive: true });
  const content = await zip.openReadStreamPromise(entry);
  await pipeline(content, checked(entry), createWriteStream(place, { flags: 'wx' }));
}

function explain(error: unknown, name: string): Error {
  if (error instanceof DataError) return error;
  if (error instanceof Refusal) return new ArchiveError(name, error.expected, error.found, HINT);
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (['EEXIST', 'ENOTDIR', 'EISDIR'].includes(code)) {
    return new ArchiveError(name, 'a place of its own for each entry', 'two in one place', HINT, {
      cause: error,
    });
  }
  if (code.startsWith('E')) return unwritable(name, code, error);
  return new ArchiveError(name, 'a sound zip archive', `one that is not (${message})`, HINT, {
    cause: error,
  });
}

function unwritable(name: string, code: string, cause: unknown): StorageError {
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const what = full
    ? 'there is no room to unpack it. Make some'
    : `it cannot be unpacked (${code}). Mend that`;
  return new StorageError(`${name}: ${what}, or set CONVLAB_CACHE to another folder.`, { cause });
}

async function withZip<T>(path: string, name: string, action: (zip: ZipFile) => Promise<T>): Promise<T> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Refusal('a file', 'something else');
    const zip = await openPromise(path, { autoClose: false });
    return await action(zip).finally(() => zip.close());
  } catch (error) {
    throw explain(error, name);
  }
}

/**
 * That a file is a zip archive whose entries may be unpacked; only its table of contents is read.
 *
 * @param name what to call the file in messages
 * @throws ArchiveError saying what is wrong with it
 */
export async function inspectArchive(path: string, name: string): Promise<void> {
  await withZip(path, name, entriesOf);
}

/**
 * Unpacks a zip archive into a folder. All entries are checked before the first is written: places outside the
 * folder, links, more than 20,000 entries, 2 GB or a hundred times the packed size are refused, and each
 * entry's length and checksum are compared with the table of contents.
 *
 * @returns how many files there are
 * @throws ArchiveError saying what is wrong with it; StorageError on a full disk
 */
export async function unpack(path: string, name: string, folder: string): Promise<number> {
  return withZip(path, name, async (zip) => {
    const entries = await entriesOf(zip);
    for (const entry of entries) await writeEntry(zip, entry, folder);
    return entries.filter((entry) => !entry.fileName.endsWith('/')).length;
  });
}
