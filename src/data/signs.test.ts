import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FormatError } from './errors';
import { signs } from './signs';

const real = process.env.CONVLAB_DATA;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'convlab-signs-'));
  mkdirSync(join(root, 'signs'));
  vi.stubEnv('CONVLAB_DATA', root);
  vi.stubEnv('CONVLAB_CACHE', join(root, 'cache'));
  vi.stubEnv('CONVLAB_OFFLINE', '1');
  vi.stubEnv('CONVLAB_FAST', '1');
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

async function put(
  part: 'train' | 'test',
  shape: number[],
  labels: bigint[],
  key = `${part}_set_x`,
): Promise<void> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const file = new hdf5.File(join(root, 'signs', `${part}_signs.h5`), 'w');
  const size = shape.reduce((product, side) => product * side, 1);
  file.create_dataset({ name: key, data: new Uint8Array(size).fill(7), shape });
  file.create_dataset({ name: `${part}_set_y`, data: BigInt64Array.from(labels) });
  file.close();
}

async function putBoth(): Promise<void> {
  await put('train', [2, 64, 64, 3], [0n, 5n]);
  await put('test', [1, 64, 64, 3], [3n]);
}

describe('data.signs', () => {
  it('without files is the synthetic twin, a part of it in fast runs, and says so', async () => {
    const { train, test, source, note } = await signs();
    expect([train.size, test.size, source]).toEqual([216, 48, 'synthetic']);
    expect([train.inputShape, train.labelMode, train.classNames.join('')]).toEqual([
      [64, 64, 3],
      'categorical',
      '012345',
    ]);
    expect(note).toBe('signs: the files are not here, so these are synthetic pictures (216 + 48, seeded)');
  });

  it('takes other valid files and says so in one line', async () => {
    await putBoth();
    const { train, test, source, note } = await signs();
    expect([train.size, [...train.labels], test.label(0), source]).toEqual([2, [0, 5], 3, 'local']);
    expect(note).toMatch(/^signs: not the published data set \(2 \+ 1\): /);
    expect(train.image(1).at(63, 63)).toEqual([7, 7, 7]);
  });

  it.each<[string, () => Promise<void> | void, RegExp]>([
    [
      'another shape',
      () => put('train', [2, 32, 32, 3], [0n, 1n]),
      /pictures of 64 × 64 × 3, found shape \(2, 32, 32, 3\)/,
    ],
    [
      'fewer labels than pictures',
      () => put('train', [2, 64, 64, 3], [0n]),
      /expected 2 labels, one for each picture, found 1/,
    ],
    ['a label above 5', () => put('test', [1, 64, 64, 3], [6n]), /labels from 0 to 5, found 6/],
    [
      'other names',
      () => put('test', [1, 64, 64, 3], [1n], 'images'),
      /a data set "test_set_x", found only images, test_set_y/,
    ],
    [
      'what is no HDF5',
      () => writeFileSync(join(root, 'signs/test_signs.h5'), '<html>'),
      /an HDF5 file, found one that begins with "<html>/,
    ],
  ])('refuses %s, naming the file and what to do', async (_, spoil, message) => {
    await putBoth();
    await spoil();
    await expect(signs()).rejects.toThrow(FormatError);
    await expect(signs()).rejects.toThrow(message);
    await expect(signs()).rejects.toThrow(
      /^CONVLAB_DATA\/signs\/.* Put the right file there, or unset CONVLAB_DATA\.$/,
    );
  });
});

describe.runIf(real)('the real SIGNS', () => {
  const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex').slice(0, 16);

  // Sums made with h5py and NumPy 2.
  it('has the published test set; the train set may be another, which is told', async () => {
    vi.stubEnv('CONVLAB_DATA', real);
    const { train, test, source, note } = await signs();
    expect([train.size, test.size]).toEqual([1080, 120]);
    expect(sha256(test.pixels)).toBe('46064020354d063c');
    for (const [set, each] of [
      [train, 180],
      [test, 20],
    ] as const) {
      const counts = new Array<number>(6).fill(0);
      set.labels.forEach((label) => counts[label]++);
      expect(counts).toEqual(Array(6).fill(each));
    }
    if (source === 'local') expect(note).toMatch(/: signs\/train_signs\.h5 from CONVLAB_DATA$/);
    else expect(note).toBe('signs: the published data set (1,080 + 120)');
  });
});
