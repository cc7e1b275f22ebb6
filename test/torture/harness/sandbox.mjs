/** The folder in which a case runs: what it may write to, and what stands around it and must not change. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @typedef {{ root: string, work: string, cache: string, tmp: string, home: string }} Sandbox
 *   `work` lies four folders deep, so that paths with `..` end within `root`
 */

/** @returns {Sandbox} */
export function makeSandbox() {
  const root = mkdtempSync(join(tmpdir(), 'convlab-torture-'));
  const sandbox = {
    root,
    work: join(root, 'a', 'b', 'c', 'work'),
    cache: join(root, 'cache'),
    tmp: join(root, 'tmp'),
    home: join(root, 'home'),
  };
  tidy(sandbox);
  return sandbox;
}

const innerFolders = ({ work, cache, tmp, home }) => [work, cache, tmp, home];

/** Empties it: what it held goes, and the folders that belong there come back. */
export function tidy(sandbox, contents = readdirSync(sandbox.root)) {
  for (const path of contents) rmSync(join(sandbox.root, path), { recursive: true, force: true });
  for (const folder of innerFolders(sandbox)) mkdirSync(folder, { recursive: true });
}

/** The environment of a process that works there. */
export function environment({ cache, tmp, home }, env = process.env) {
  const own = { CONVLAB_CACHE: cache, CONVLAB_DATA: '', CONVLAB_OFFLINE: '1', HOME: home, TMPDIR: tmp };
  return { ...env, ...own, TF_CPP_MIN_LOG_LEVEL: '3' };
}

/** All files, links and left folders in it, as paths below its root. */
export function contentsOf(sandbox) {
  const known = new Set(['a', 'a/b', 'a/b/c', 'a/b/c/work', 'cache', 'tmp', 'home']);
  return readdirSync(sandbox.root, { recursive: true }).filter((path) => !known.has(path));
}
