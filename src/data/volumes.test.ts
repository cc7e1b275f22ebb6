import { beforeAll, expect, it, vi } from 'vitest';
import { InputError } from '../basics/errors';
import { ready, tf } from '../engine/index';
import { volumes as draw } from './twins/volumes';
import { volumes } from './volumes';

const SIDE = 12;
const VOXELS = SIDE ** 3;

beforeAll(async () => {
  await ready();
});

const small = () => volumes({ training: 5, test: 3, side: SIDE, seed: 4 });

it('are two sets of different volumes, the same for the same seed', () => {
  const { train, test, source, note } = small();
  expect([train.size, test.size]).toEqual([5, 3]);
  expect(train.inputShape).toEqual([SIDE, SIDE, SIDE, 1]);
  expect(source).toBe('synthetic');
  expect(note).toBe('volumes: synthetic scans of 12 × 12 × 12 voxels (5 + 3, seeded)');
  expect(small().train.volume(4)).toEqual(train.volume(4));
  expect(test.volume(0).data).not.toEqual(train.volume(0).data);
  const next = volumes({ training: 3, test: 3, side: SIDE, seed: 5 });
  expect(next.train.volume(0).data).not.toEqual(test.volume(0).data);
});

it('give each voxel its place in a batch, and each volume its label', async () => {
  const { train } = small();
  const drawn = draw(5, 8, SIDE);
  const before = tf.memory().numTensors;
  const starts: number[] = [];
  for await (const { x, y } of train.batches({ batchSize: 2 })) {
    const first = 2 * starts.length;
    starts.push(first);
    const count = Math.min(2, 5 - first);
    expect(x.shape).toEqual([count, SIDE, SIDE, SIDE, 1]);
    const bytes = Array.from(x.dataSync(), (value) => Math.round(255 * value));
    expect(bytes).toEqual([...drawn.volumes.subarray(first * VOXELS, (first + count) * VOXELS)]);
    const labels = tf.tidy(() => [...y.argMax(-1).dataSync()]);
    expect(labels).toEqual([...drawn.labels.subarray(first, first + count)]);
    tf.dispose([x, y]);
  }
  expect(starts).toEqual([0, 2, 4]);
  expect(tf.memory().numTensors).toBe(before);
});

it('all at once, a part, one', () => {
  const { train } = small();
  const before = tf.memory().numTensors;
  const { x, y } = train.take(2).tensors();
  expect([x.shape, y.shape]).toEqual([
    [2, SIDE, SIDE, SIDE, 1],
    [2, 2],
  ]);
  const one = train.volume(1);
  expect(one.shape).toEqual([SIDE, SIDE, SIDE]);
  const [z, row, column] = [3, 7, 5];
  const voxel = tf.tidy(() => x.slice([1, z, row, column, 0], [1, 1, 1, 1, 1]).dataSync()[0]);
  expect(one.data[(z * SIDE + row) * SIDE + column]).toBe(Math.round(255 * voxel));
  tf.dispose([x, y]);
  expect(tf.memory().numTensors).toBe(before);
  expect([...Array(5).keys()].map((i) => train.label(i)).sort()).toEqual([0, 0, 0, 1, 1]);
});

it('say what they are', () => {
  const text = 'VolumeSet: 5 volumes of 12×12×12×1, 2 classes (blobs, tubes), synthetic';
  const set = small().train as unknown as Record<symbol, () => unknown>;
  expect(set[Symbol.for('Jupyter.display')]()).toEqual({ 'text/plain': text });
});

it('are fewer in fast mode', () => {
  vi.stubEnv('CONVLAB_FAST', '1');
  const { train, test } = volumes({ side: SIDE });
  vi.unstubAllEnvs();
  expect([train.size, test.size]).toEqual([48, 24]);
});

it('refuse what they cannot draw or do not have', () => {
  expect(() => volumes({ side: 11 })).toThrow(InputError);
  expect(() => volumes({ training: 0 })).toThrow(/count as a whole number from 1, got 0/);
  expect(() => small().test.volume(3)).toThrow(/a number from 0 to 2, got 3/);
  expect(() => small().test.label(-1)).toThrow(InputError);
});
