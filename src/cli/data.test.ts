import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataFolder } from '../data/sources/folders';
import type { Sources } from '../data/sources/locate';
import { Internet, noise } from '../data/sources/testing/internet';
import { get, status, verify } from './data';

const real = process.env.CONVLAB_DATA;

let internet: Internet;
let root: string;
let own: DataFolder;
let cache: DataFolder;
let printed: string[];
let failed: string[];

beforeEach(async () => {
  internet = await Internet.start();
  root = mkdtempSync(join(tmpdir(), 'convlab-cli-'));
  own = { name: 'CONVLAB_DATA', path: join(root, 'own') };
  cache = { name: 'cache', path: join(root, 'cache') };
  [printed, failed] = [[], []];
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await internet.close();
  rmSync(root, { recursive: true });
});

function sources(more: Partial<Sources> = {}): Sources {
  const network = internet.network();
  return {
    folders: [own, cache],
    store: () => Promise.resolve(cache),
    network: () => Promise.resolve(network),
    ...more,
  };
}

const printer = {
  out: (line: string) => void printed.push(line),
  error: (line: string) => void failed.push(line),
};

function put(folder: DataFolder, file: string, content: Uint8Array | string): void {
  const path = join(folder.path, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Nested lists of 2 × 2 numbers as a pickle of protocol 2: valid, and not the published picture. */
const PICKLE = Buffer.from('\x80\x02](](K\x01K\x02e](K\x03K\x04ee.', 'latin1');

describe('convlab data status', () => {
  it('shows a row for each data set, its size and licence, and the folders', async () => {
    expect(await status(sources(), printer)).toBe(0);
    const [table, ...folders] = printed;
    const rows = table.split('\n');
    expect(rows[0]).toMatch(/^data set +where +which +size +what it holds +licence$/);
    expect(rows.slice(1).map((row) => row.split(/ {2,}/)[0])).toEqual([
      'ascent',
      'mnist',
      'signs',
      'horse-or-human',
      'happy-or-sad',
    ]);
    expect(rows.find((row) => row.startsWith('mnist'))).toMatch(
      /not here +11\.6 MB +60,000 \+ 10,000 handwritten/,
    );
    expect(rows.find((row) => row.startsWith('happy'))).toMatch(/not here +\? +40 \+ 40/);
    expect(folders).toEqual([`CONVLAB_DATA: ${own.path}`, `cache: ${cache.path}`]);
  });

  it('says what is only here in part, what is another file, and what may not be loaded', async () => {
    put(own, 'ascent/ascent.dat', PICKLE);
    put(own, 'mnist/t10k-labels-idx1-ubyte.gz', gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 7])));
    await status(sources({ network: undefined }), printer);
    expect(printed[0]).toMatch(/ascent +CONVLAB_DATA +local +20 B/);
    expect(printed[0]).toMatch(/mnist +CONVLAB_DATA \(1 of 4 files\) +local/);
    expect(printed.at(-1)).toBe('CONVLAB_OFFLINE is set: nothing is downloaded');
  });
});

describe('an archive that was unpacked by hand', () => {
  it('counts as there', async () => {
    put(own, 'happy-or-sad/happy/a.png', noise(1500));
    put(own, 'happy-or-sad/sad/b.png', noise(1500));
    await status(sources(), printer);
    expect(printed[0]).toMatch(/happy-or-sad +CONVLAB_DATA +local +3\.0 kB/);
    printed = [];
    expect(await verify(sources(), printer)).toBe(0);
    expect(printed).toEqual(['CONVLAB_DATA/happy-or-sad: not the published file, which is fine there']);
  });
});

describe('convlab data get', () => {
  it('fails with a message for each file that cannot be had', async () => {
    expect(await get('signs', sources(), printer)).toBe(1);
    expect(failed).toEqual([
      expect.stringMatching(
        /^error: signs: signs\/train_signs\.h5 could not be downloaded \(raw\.githubusercontent\.com, media.githubusercontent.com, cdn\.jsdelivr\.net: cannot be reached/,
      ),
      expect.stringMatching(
        /^error: signs: signs\/test_signs\.h5 could not be downloaded \(.*could not be reached before/,
      ),
    ]);
  });

  it('fails offline, without a connection', async () => {
    expect(await get('mnist', sources({ network: undefined }), printer)).toBe(1);
    expect(failed).toHaveLength(4);
    expect(failed[0]).toMatch(/could not be downloaded \(no mirror was asked: CONVLAB_OFFLINE is set\)/);
    expect(internet.seen).toEqual([]);
  });

  it('leaves alone what is here', async () => {
    put(own, 'ascent/ascent.dat', PICKLE);
    expect(await get('ascent', sources(), printer)).toBe(0);
    expect(printed).toEqual([
      'ascent: ascent/ascent.dat from CONVLAB_DATA is not the published file (CONVLAB_DATA)',
    ]);
  });

  it('refuses a name that is not in the catalogue', async () => {
    await expect(get('cifar', sources(), printer)).rejects.toThrow(
      /no data set "cifar" in the catalogue; there are/,
    );
  });
});

describe('convlab data verify', () => {
  it('has nothing to say of nothing', async () => {
    expect(await verify(sources(), printer)).toBe(0);
    expect([printed, failed]).toEqual([['no files are here'], []]);
  });

  it('tells of another valid file in a folder of one’s own', async () => {
    put(own, 'ascent/ascent.dat', PICKLE);
    expect(await verify(sources(), printer)).toBe(0);
    expect(printed).toEqual(['CONVLAB_DATA/ascent/ascent.dat: not the published file, which is fine there']);
  });

  it('fails on a damaged file there', async () => {
    put(own, 'ascent/ascent.dat', PICKLE.subarray(1));
    put(own, 'mnist/train-labels-idx1-ubyte.gz', gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 7])));
    put(own, 'signs/test_signs.h5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'));
    expect(await verify(sources(), printer)).toBe(1);
    expect(failed[1]).toMatch(
      /train-labels-idx1-ubyte\.gz: expected 2 bytes for the shape \(2\), found only 1/,
    );
    expect(failed[2]).toMatch(/test_signs\.h5: expected a whole HDF5 file/);
    expect(failed[0]).toMatch(/^error: CONVLAB_DATA\/ascent\/ascent\.dat: .*byte 0: expected a pickle/);
  });

  it('fails on anything but the published file in the cache', async () => {
    put(cache, 'ascent/ascent.dat', PICKLE);
    put(cache, 'happy-or-sad.zip', noise(100));
    expect(await verify(sources(), printer)).toBe(1);
    expect(failed).toEqual([
      'error: cache/ascent/ascent.dat: it does not have the published checksum',
      expect.stringMatching(
        /^error: cache\/happy-or-sad\.zip: happy-or-sad\.zip: expected a sound zip archive/,
      ),
    ]);
  });

  it.runIf(real)('knows the published files', async () => {
    const folders: DataFolder[] = [{ name: 'CONVLAB_DATA', path: real! }];
    expect(await verify(sources({ folders }), printer)).toBe(0);
    expect(printed).toContain('CONVLAB_DATA/mnist/train-images-idx3-ubyte.gz: published');
    expect(printed).toContain('CONVLAB_DATA/ascent/ascent.dat.v1: published');
    expect(printed).toContain('CONVLAB_DATA/horse-or-human.zip: not the published file, which is fine there');
    expect(printed).toContain('CONVLAB_DATA/happy-or-sad.zip: valid, no checksum is published');
  });
});
