/** Small file tools: atomic writes, hashes of contents, a walk, a look along PATH. */
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { isAlive } from './processes.mjs';

/** Writes a file so that a reader sees the old content or the new one, never a part. */
export function writeAtomic(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  removeOrphans(path);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes what writers of this file have left that were killed. */
function removeOrphans(path) {
  const start = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    const writer = name.startsWith(start) && /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1];
    if (writer && !isAlive({ pid: Number(writer) })) rmSync(join(dirname(path), name), { force: true });
  }
}

/** The text of a file, or undefined where it cannot be read. */
export function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The JSON of a file, or undefined where there is none or it is damaged. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** One hash over strings; the parts' borders count. */
export function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
}

/** Name and content of each file as one string, for `hashOf`; an absent file counts as such. */
export function contents(paths) {
  return paths.map((path) => `${path}\n${readIfThere(path) ?? '(absent)'}`);
}

/** All files under a folder, sorted; none where the folder is absent. */
export function walk(folder) {
  let found;
  try {
    found = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch {
    return [];
  }
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** True if the path leads to something; a dangling link does not. */
export function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The full path of a command on `env.PATH`, or undefined. A name with a slash is taken as a path. */
export function which(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = /[\\/]/.test(name) ? [''] : (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return candidates.find((path) => isExecutable(path));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
