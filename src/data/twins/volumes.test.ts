import { describe, expect, it } from 'vitest';
import { InputError } from '../../basics/errors';
import { tf } from '../../engine/index';
import { volumes } from './volumes';

const SIDE = 24;
const VOXELS = SIDE ** 3;

/** The mean of each volume. */
function means({ volumes: bytes, labels }: ReturnType<typeof volumes>): number[] {
  return Array.from(labels, (_, i) => {
    const volume = bytes.subarray(i * VOXELS, (i + 1) * VOXELS);
    return volume.reduce((sum, value) => sum + value, 0) / VOXELS;
  });
}

describe('volumes', () => {
  it('are as many of each class, of the shape that was asked for', () => {
    const set = volumes(7, 1, 16);
    expect(set.shape).toEqual([16, 16, 16, 1]);
    expect(set.volumes).toHaveLength(7 * 16 ** 3);
    expect([...set.labels].sort()).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(set.classNames).toEqual(['blobs', 'tubes']);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(volumes(3, 5)).toEqual(volumes(3, 5));
    expect(volumes(3, 6).volumes).not.toEqual(volumes(3, 5).volumes);
  });

  it('do not tell their class by their brightness', () => {
    const set = volumes(300, 2);
    const all = means(set);
    const of = (label: number): number[] => all.filter((_, i) => set.labels[i] === label);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const spread = Math.sqrt(mean(all.map((value) => (value - mean(all)) ** 2)));
    expect(Math.abs(mean(of(0)) - mean(of(1)))).toBeLessThan(0.3 * spread);
  });

  it('are learned by heart, not understood, by a weighted sum of the voxels', async () => {
    await tf.setBackend('cpu');
    const { layers, losses, train } = tf;
    const examples = (count: number, seed: number) => {
      const set = volumes(count, seed, 16);
      const x = tf.tidy(() =>
        tf
          .tensor2d(Float32Array.from(set.volumes), [count, 16 ** 3])
          .div(64)
          .sub(1),
      );
      return { x, y: tf.tensor2d(Float32Array.from(set.labels), [count, 1]) };
    };
    const [seen, unseen] = [examples(160, 1), examples(160, 2)];
    const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [16 ** 3], kernelInitializer: 'zeros' })] }); // prettier-ignore
    const optimizer = train.adam(0.003);
    model.compile({ optimizer, loss: (y, z) => losses.sigmoidCrossEntropy(y, z) });
    for (let step = 0; step < 60; step++) await model.trainOnBatch(seen.x, seen.y);
    const [training, testing] = [seen, unseen].map(({ x, y }) =>
      tf.tidy(() => (model.predict(x) as tf.Tensor).greater(0).equal(y.greater(0)).mean().dataSync()[0]),
    );
    expect(training).toBeGreaterThan(0.95);
    expect(testing).toBeLessThan(0.65);
    tf.dispose([seen.x, seen.y, unseen.x, unseen.y]);
    model.dispose();
    optimizer.dispose();
  });

  it.each<[string, () => unknown, string]>([
    ['a count of 0', () => volumes(0), 'volumes: expected count as a whole number from 1, got 0.'],
    ['a small side', () => volumes(1, 1, 11), 'volumes: expected side as a whole number from 12, got 11.'],
  ])('refuse %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
