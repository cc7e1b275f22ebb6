/** Work on a small disk of its own that is full or read-only: it is done, or refused in words with nothing half-written. */
import fc from 'fast-check';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { anyUpTo } from '../harness/moments.mjs';
import { JOBS } from '../jobs/index.mjs';

const CONFINED = fileURLToPath(new URL('../jobs/confined.mjs', import.meta.url));
const MOUNT = 'mount -t tmpfs -o size=20m disk "$1" && mkdir "$1/disk" && shift && exec "$@"';
const jobs = Object.keys(JOBS).filter((name) => !JOBS[name].command);
const KINDS = ['StorageError', 'WeightsError', 'OnnxFileError', 'UserError'];

/** Arguments of `unshare` for a program that sees a disk of 20 MB, which nobody else does, at `folder`. */
export const onItsOwnDisk = (folder, program) => [
  ...['--user', '--map-root-user', '--mount', 'sh', '-c', MOUNT, 'sh', folder, ...program],
];

export const target = {
  name: 'disk',
  errors: [],
  unmeasured: true,
  // where the cache cannot be written a temporary folder takes its place
  stays: /^(tmp\/convlab-\d+|home\/set\.zip)/,
  prepare: () =>
    fc.record({
      name: fc.constantFrom(...jobs),
      free: fc.oneof(fc.constant('-'), fc.nat(1_200_000), anyUpTo(1_200_000)),
    }),
  async run({ name, free }, sandbox) {
    const { folder } = JOBS[name];
    const inside = JSON.stringify({ ...sandbox, [folder]: `${sandbox[folder]}/disk` });
    const program = [process.execPath, CONFINED, name, inside, String(free)];
    const { stdout } = await promisify(execFile)('unshare', onItsOwnDisk(sandbox[folder], program));
    const error = JSON.parse(stdout.trim().split('\n').at(-1));
    if (!error) return;
    const { kind, message } = error;
    const isTold = KINDS.includes(kind) && /no space|no room|disk|read-only|ENOSPC|EROFS/i.test(message);
    if (!isTold) throw new Error(`${name}: ${kind}: ${message}`);
  },
};
