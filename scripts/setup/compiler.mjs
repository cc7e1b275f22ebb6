/** Step 6: the snapshot of memory from which the kernel's compiler starts (`src/kernel/typescript/snapshot.ts`). */
import { renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contents, walk } from '../lib/files.mjs';
import { FOLLOWS, LeftOut } from './context.mjs';

const ENTRY = fileURLToPath(new URL('compiler-entry.cjs', import.meta.url));

/** @type {import('./context.mjs').Step} */
export const compiler = {
  name: 'compiler',
  title: "the kernel's compiler",
  loss: 'the kernel starts half as fast',

  discard: removeSnapshots,

  async plan({ paths, stamps }) {
    if (!stamps.read('python')) return FOLLOWS;
    const { NODE_OPTIONS, snapshotPath } = built(paths);
    const snapshot = snapshotPath();
    return { inputs: [snapshot, ...contents([ENTRY])], products: [snapshot], options: NODE_OPTIONS };
  },

  async perform({ root, paths, env, node, tool }, { products: [snapshot], options }) {
    removeSnapshots({ paths });
    const trial = `${snapshot}.tmp`;
    try {
      await tool(node, [...options, '--snapshot-blob', trial, '--build-snapshot', ENTRY, root], {
        env: { ...env, NODE_OPTIONS: '' },
        writes: dirname(snapshot),
        fail: (details) =>
          new LeftOut('this Node could not make the snapshot', {
            details,
            mend: 'try another version of Node',
          }),
      });
      renameSync(trial, snapshot);
    } finally {
      rmSync(trial, { force: true });
    }
    return { note: `${(statSync(snapshot).size / 1e6).toFixed(0)} MB` };
  },
};

/** What the kernel that was just built says of its snapshot. */
const built = ({ dist }) => createRequire(import.meta.url)(join(dist, 'kernel/typescript/snapshot.js'));

/** Where the kernel looks for its snapshot. */
export const snapshotOf = (paths) => built(paths).snapshotPath();

/** Those of earlier builds, too. */
function removeSnapshots({ paths }) {
  const isSnapshot = (path) => /^compiler-.*\.blob/.test(basename(path));
  for (const path of walk(join(paths.dist, 'kernel/typescript')).filter(isSnapshot))
    rmSync(path, { force: true });
}
