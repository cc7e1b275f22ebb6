/** What a target needs that a machine may lack; one that lacks it leaves the target out, with a word. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { exists } from '../../../scripts/lib/files.mjs';
import { layout } from '../../../scripts/lib/layout.mjs';
import { onItsOwnDisk } from '../targets/disk.mjs';

const NEEDS = {
  python: () => exists(layout().python) || 'there is no Python with nbgrader (npm run setup)',
  mounts: () =>
    spawnSync('unshare', onItsOwnDisk(tmpdir(), ['true'])).status === 0 ||
    'programs may not mount a disk in memory here',
};

/** Why a target cannot be tried here; undefined if it can. */
export function lackFor({ needs }) {
  const found = needs && NEEDS[needs]();
  return typeof found === 'string' ? found : undefined;
}
