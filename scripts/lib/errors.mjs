/** Errors meant for people: a message that says what was expected, what came and what to do, no stack trace. */

import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { isInstalled } from './layout.mjs';

/** A failure that the reader can act on. */
export class UserError extends Error {
  /**
   * @param {string} message what went wrong, in one line
   * @param {{ mend?: string, details?: string }} [more] the command that mends it; the last lines of a tool
   */
  constructor(message, { mend = '', details = '' } = {}) {
    super(message);
    this.name = 'UserError';
    this.mend = mend;
    this.details = details;
  }
}

const DISK_CODES = {
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  EDQUOT: 'the disk quota is used up',
};
const ACCESS_CODES = {
  EACCES: 'no permission to write',
  EPERM: 'no permission to write',
  EEXIST: 'a file stands where a folder should be',
  ENOTDIR: 'a file stands where a folder should be',
};
const DISK_WORDS = [
  [/no space left on device|ENOSPC/i, DISK_CODES.ENOSPC],
  [/read-only file system|EROFS/i, DISK_CODES.EROFS],
  [/disk quota exceeded|EDQUOT/i, DISK_CODES.EDQUOT],
  [/permission denied|EACCES/i, ACCESS_CODES.EACCES],
];

/** The commands that a text names, as they are called here: an installed package has no `npm run`. */
export function named(text) {
  if (!isInstalled()) return text;
  return text
    .replace(/npm run (?:--silent )?(\w+)(?: --(?= ))?/g, 'npx convlab $1')
    .replaceAll('npm start', 'npx convlab lab');
}

/** A `UserError` for a disk that cannot be written to, or undefined if `error` is about something else. */
export function diskError(error, path) {
  const reason = DISK_CODES[error?.code] ?? ACCESS_CODES[error?.code];
  return reason && diskTrouble(reason, error.path ?? path);
}

/** The same for a tool that failed, which tells in words, or not at all when it could not even write its log. */
export function diskErrorIn(output, path) {
  const found = DISK_WORDS.find(([pattern]) => pattern.test(output))?.[1];
  const reason = found ?? (freeBytes(path) < NEARLY_FULL ? DISK_CODES.ENOSPC : undefined);
  return reason && diskTrouble(reason, path);
}

const NEARLY_FULL = 20e6;

/** The room left where `path` is, or would be. */
export function freeBytes(path) {
  let place = path;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize;
}

function diskTrouble(reason, path) {
  return new UserError(`cannot write to ${path}: ${reason}`, {
    mend: 'make room there, or make it writable, then run the same command again',
  });
}

/** Prints an error: people's errors in words, others (our own mistakes) with their stack. */
export function printError(error, stream = process.stderr) {
  const known = error instanceof UserError ? error : diskError(error, error?.path ?? 'the disk');
  if (!known) return void stream.write(`${error?.stack ?? error}\n`);
  if (known.details) stream.write(`${known.details.trimEnd()}\n`);
  stream.write(`error: ${known.message}\n`);
  if (known.mend) stream.write(`  mend: ${named(known.mend)}\n`);
}

/** Runs a script's `main`; its result is the exit code, an error is printed and gives 1. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    printError(error);
    process.exitCode = error?.exitCode ?? 1;
  }
}
