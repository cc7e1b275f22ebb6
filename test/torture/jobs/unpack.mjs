/** Unpacking an archive of pictures into the cache. */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipOf } from '../corpus/zip.mjs';
import { built } from '../targets/bytes.mjs';

const { extracted } = built('data/sources/archive.js');

const content = (i) => Buffer.alloc(3000, i);
const entries = Array.from({ length: 100 }, (_, i) => ({
  name: `set/${i}.png`,
  content: content(i),
  packed: false,
}));
const archive = ({ home }) => ({ path: join(home, 'set.zip'), file: 'set.zip' });

const unpack = (sandbox) =>
  extracted({ ...archive(sandbox), folder: 'CONVLAB_DATA', source: 'local', note: '' });

export const unpacking = {
  folder: 'cache',
  before: (sandbox) => writeFileSync(archive(sandbox).path, zipOf(entries)),
  clear: (sandbox) => rmSync(join(sandbox.cache, 'extracted'), { recursive: true, force: true }),
  work: unpack,
  /** Whoever asks gets all of it, whatever a killed process has left. */
  async check(sandbox) {
    const folder = join(await unpack(sandbox), 'set');
    const right =
      readdirSync(folder).length === 100 &&
      entries.every(({ name }, i) => {
        return readFileSync(join(folder, '..', name)).equals(content(i));
      });
    if (!right) throw new Error('the unpacked archive is not whole');
    const [home, ...others] = readdirSync(join(sandbox.cache, 'extracted'));
    if (others.length > 0) throw new Error(`left behind beside ${home}: ${others.join(', ')}`);
  },
  tidy: (sandbox) => rmSync(archive(sandbox).path),
};
