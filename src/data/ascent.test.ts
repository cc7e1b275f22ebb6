import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { convolve, maxPool, transpose, type Kernel } from '../basics/filters';
import { ascent } from './ascent';
import { DataError, PickleError } from './errors';

const real = process.env.CONVLAB_DATA;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'convlab-ascent-'));
  mkdirSync(join(root, 'ascent'));
  vi.stubEnv('CONVLAB_DATA', root);
  vi.stubEnv('CONVLAB_CACHE', join(root, 'cache'));
  vi.stubEnv('CONVLAB_OFFLINE', '1');
});

afterEach(() => {
  rmSync(root, { recursive: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Nested lists of the given shape, protocol 2. */
function lists(rows: number, columns: number): Buffer {
  const row = Buffer.concat([
    Buffer.from(']('),
    Buffer.alloc(2 * columns, Buffer.from([0x4b, 7])),
    Buffer.from('e'),
  ]);
  const all = Array.from({ length: rows }, () => row);
  return Buffer.concat([Buffer.from([0x80, 2]), Buffer.from(']('), ...all, Buffer.from('e.')]);
}

function put(file: string, content: Uint8Array | string): void {
  writeFileSync(join(root, 'ascent', file), content);
}

describe('data.ascent', () => {
  it('without a file is the synthetic twin, and says so', async () => {
    const picture = await ascent();
    expect(picture).toMatchObject({ width: 512, height: 512, source: 'synthetic' });
    expect(picture.note).toMatch(/synthetic/);
  });

  it('takes another valid picture and says so in one line', async () => {
    put('ascent.dat.v1', lists(512, 512));
    const picture = await ascent();
    expect(picture.source).toBe('local');
    expect(picture.mean()).toBe(7);
    expect(picture.note).not.toContain(root);
  });

  it('refuses another shape, naming it and what to do', async () => {
    put('ascent.dat', lists(3, 2));
    const message =
      /512 × 512 pixels, found shape \(3, 2\).*delete the file to use another, or unset CONVLAB_DATA/;
    await expect(ascent()).rejects.toThrow(message);
    await expect(ascent()).rejects.toThrow(PickleError);
  });

  it('refuses a hostile file, and does not fall back in silence', async () => {
    put('ascent.dat', Buffer.from('\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.', 'latin1'));
    put('ascent.dat.v1', lists(512, 512));
    await expect(ascent()).rejects.toThrow(
      /CONVLAB_DATA\/ascent\/ascent\.dat, byte 2: .*"os\.system".*unset/,
    );
  });

  it('refuses what is no file or too long', async () => {
    mkdirSync(join(root, 'ascent', 'ascent.dat'));
    await expect(ascent()).rejects.toThrow(/expected a file, found something else/);
    rmSync(join(root, 'ascent', 'ascent.dat'), { recursive: true });
    put('ascent.dat', Buffer.alloc((4 << 20) + 1));
    await expect(ascent()).rejects.toThrow(DataError);
  });
});

const FILTERS: Kernel[] = [
  [
    [0, 1, 0],
    [1, -4, 1],
    [0, 1, 0],
  ],
  [
    [-1, -2, -1],
    [0, 0, 0],
    [1, 2, 1],
  ],
  [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
];

describe.runIf(real)('the published picture', () => {
  beforeEach(() => void vi.stubEnv('CONVLAB_DATA', real));

  const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex').slice(0, 16);

  it('has the published pixels, in both editions', async () => {
    const picture = await ascent();
    expect(picture.source).toBe('published');
    expect([...picture.data.subarray(0, 8)]).toEqual([83, 83, 83, 83, 83, 83, 83, 82]);
    expect(picture.mean()).toBeCloseTo(87.4799, 4);
    copyFileSync(join(real!, 'ascent', 'ascent.dat.v1'), join(root, 'ascent', 'ascent.dat.v1'));
    vi.stubEnv('CONVLAB_DATA', root);
    const older = await ascent();
    expect(older.source).toBe('published');
    expect(older.data).toEqual(picture.data);
  });

  // Made with NumPy 2 by the course's loops: mean and sha256 of the result, then of its 2×2 max pooling.
  it.each([
    [0, 8.965877532958984, '0239b3f0f49306b7', 20.802581787109375, 'ae8ad77618360d87'],
    [1, 21.890525817871094, '38bef9b4d2824d11', 36.915283203125, '275f6753a1c4bdbb'],
    [2, 16.150779724121094, '382819eaafff03cd', 28.2235107421875, '70103d69760c0eaa'],
  ])(
    'through filter %i gives the course’s pixels exactly',
    async (index, mean, hash, pooledMean, pooledHash) => {
      const result = convolve(await ascent(), FILTERS[index]);
      const pooled = maxPool(result);
      expect([result.mean(), sha256(result.data)]).toEqual([mean, hash]);
      expect([pooled.mean(), sha256(pooled.data)]).toEqual([pooledMean, pooledHash]);
    },
  );

  it('through the weighted blur and the transposed filter too', async () => {
    const picture = await ascent();
    const blurred = convolve(
      picture,
      [
        [1, 1, 1],
        [1, 2, 1],
        [1, 1, 1],
      ],
      { weight: 0.1 },
    );
    expect([blurred.mean(), sha256(blurred.data)]).toEqual([87.09303283691406, '2d07c1036e1f14af']);
    expect(convolve(picture, transpose(FILTERS[1])).mean()).toBeCloseTo(16.1508, 4);
  });
});
