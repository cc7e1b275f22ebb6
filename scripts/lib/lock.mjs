/** A lock between processes: a file that names its holder. The lock of a dead process is taken over. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJson } from './files.mjs';
import { endGroup, identity, isAlive } from './processes.mjs';

const PATIENCE = 10_000;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * Takes the lock, waiting while a living process has it.
 * @param {string} path the lock's file
 * @param {{ onWait?: (holder: number) => void, poll?: number }} [options] `onWait` is called once
 * @returns {Promise<{ work: (pid: number) => void, release: () => void }>} `work` notes a child that works under the lock
 */
export async function takeLock(path, { onWait, poll = 200 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!create(path, { holder: identity(process.pid) })) {
    const { holder } = readJson(path) ?? {};
    if (isAlive(holder) || isFresh(path)) {
      if (!told && isAlive(holder)) onWait?.(holder.pid);
      told ||= isAlive(holder);
      await pause(poll);
    } else {
      await takeOver(path);
    }
  }
  return held(path);
}

function held(path) {
  const mine = identity(process.pid);
  const release = () => {
    if (readJson(path)?.holder?.pid === process.pid) rmSync(path, { force: true });
  };
  process.once('exit', release);
  return {
    work: (pid) => writeFileSync(path, JSON.stringify({ holder: mine, child: identity(pid) })),
    release: () => {
      process.off('exit', release);
      release();
    },
  };
}

/** Creates the file, or says that there is one. */
function create(path, value) {
  try {
    writeFileSync(path, JSON.stringify(value), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A lock without a readable holder may be one that is just being written; one from the future was left by another clock. */
function isFresh(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !readJson(path)?.holder && Math.abs(Date.now() - found.mtimeMs) < PATIENCE;
}

/**
 * Removes the lock of a dead process. A second lock guards this, so that two who see the same dead lock
 * do not remove each other's new one.
 */
async function takeOver(path) {
  const guard = `${path}.takeover`;
  if (!create(guard, { holder: identity(process.pid) })) {
    const { holder } = readJson(guard) ?? {};
    if (!isAlive(holder) && !isFresh(guard)) rmSync(guard, { force: true });
    return pause(50);
  }
  try {
    const { holder, child } = readJson(path) ?? {};
    if (isAlive(holder)) return;
    // a killed set-up leaves its child behind, which would go on writing where we are about to write
    await endGroup(child);
    rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}
