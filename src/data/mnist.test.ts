import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FormatError } from './errors';
import { mnist } from './mnist';

const real = process.env.CONVLAB_DATA;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'convlab-mnist-'));
  mkdirSync(join(root, 'mnist'));
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

/** An IDX file of bytes that count up. */
function put(name: string, shape: number[], last?: number): void {
  const size = shape.reduce((product, side) => product * side, 1);
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x0800 | shape.length);
  shape.forEach((side, i) => head.writeUInt32BE(side, 4 + 4 * i));
  const data = Buffer.from({ length: size });
  data.forEach((_, i) => (data[i] = i % 10));
  if (last !== undefined) data[size - 1] = last;
  writeFileSync(join(root, 'mnist', `${name}-ubyte.gz`), gzipSync(Buffer.concat([head, data])));
}

function putAll(): void {
  put('train-images-idx3', [20, 28, 28]);
  put('train-labels-idx1', [20]);
  put('t10k-images-idx3', [10, 28, 28]);
  put('t10k-labels-idx1', [10]);
}

describe('data.mnist', () => {
  it('without files is the synthetic twin, a tenth of it in fast runs, and says so', async () => {
    const { train, test, source, note } = await mnist();
    expect([train.size, test.size, source]).toEqual([6000, 1000, 'synthetic']);
    expect([train.inputShape, train.labelMode, train.classNames.join('')]).toEqual([
      [28, 28, 1],
      'int',
      '0123456789',
    ]);
    expect(note).toBe(
      'mnist: the files are not here, so these are synthetic pictures (6,000 + 1,000, seeded)',
    );
    expect([train.source, train.note]).toEqual([source, note]);
    expect(Buffer.compare(train.image(0).data, test.image(0).data)).not.toBe(0);
  });

  it('takes other valid files and says so in one line', async () => {
    putAll();
    const { train, test, source, note } = await mnist();
    expect([train.size, test.size, source]).toEqual([20, 10, 'local']);
    expect([...train.labels.subarray(0, 3), train.label(19)]).toEqual([0, 1, 2, 9]);
    expect(train.image(1).data[0]).toBe(784 % 10);
    expect(note).toMatch(
      /^mnist: not the published data set \(20 \+ 10\): mnist\/train-images-idx3-ubyte\.gz from CONVLAB_DATA, /,
    );
  });

  it('never mixes files with synthetic pictures', async () => {
    putAll();
    rmSync(join(root, 'mnist', 't10k-labels-idx1-ubyte.gz'));
    expect((await mnist()).source).toBe('synthetic');
  });

  it.each<[string, () => void, string]>([
    [
      'fewer labels than pictures',
      () => put('train-labels-idx1', [19]),
      'CONVLAB_DATA/mnist/train-labels-idx1-ubyte.gz: expected 20 labels, one for each picture of ' +
        'mnist/train-images-idx3-ubyte.gz, found 19. Put the right file there, or unset CONVLAB_DATA.',
    ],
    [
      'pictures of another size',
      () => put('t10k-images-idx3', [10, 32, 32]),
      'expected pictures of 28 × 28 pixels, found shape (10, 32, 32).',
    ],
    ['no pictures', () => put('t10k-images-idx3', [0, 28, 28]), 'found shape (0, 28, 28)'],
    ['a label above 9', () => put('t10k-labels-idx1', [10], 10), 'expected labels from 0 to 9, found 10.'],
    [
      'labels in the place of pictures',
      () => put('train-images-idx3', [20]),
      'found 0x00000801. Put the right file there',
    ],
  ])('refuses %s, naming the file and what to do', async (_, spoil, message) => {
    putAll();
    spoil();
    await expect(mnist()).rejects.toThrow(FormatError);
    await expect(mnist()).rejects.toThrow(message);
  });
});

describe.runIf(real)('the published MNIST', () => {
  const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex').slice(0, 16);

  // Sums and counts made with NumPy 2.
  it('has the published pixels and labels', async () => {
    vi.stubEnv('CONVLAB_DATA', real);
    const { train, test, source, note } = await mnist();
    expect([source, note]).toEqual(['published', 'mnist: the published data set (60,000 + 10,000)']);
    expect([sha256(train.pixels), sha256(test.pixels)]).toEqual(['741c988805d008ac', '6d87418db22cc802']);
    const counts = new Array<number>(10).fill(0);
    train.labels.forEach((label) => counts[label]++);
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });
});
