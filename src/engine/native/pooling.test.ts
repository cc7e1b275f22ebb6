import { beforeAll, describe, expect, it } from 'vitest';
import { hasNative, runOn, startBackend } from '../testing/backends';
import { seeded } from '../testing/random';
import { tf } from '../tf';

/** Pictures of few different values, so that many windows have several largest ones. */
const coarse = (shape: number[]): tf.Tensor => seeded(shape, 3).mul(2).round();

describe.skipIf(!hasNative())("the native engine's gradient of max pooling is the CPU backend's", () => {
  let backend: string;
  beforeAll(async () => {
    backend = await startBackend('native');
  });

  const sizes: [number, number][] = [[2, 2], [3, 2], [3, 1], [2, 3], [4, 3]]; // prettier-ignore
  const cases = [1, 3, 4, 7, 16, 18].flatMap((channels) =>
    sizes.flatMap(([size, stride]) =>
      (['valid', 'same'] as const).map((pad) => ({ channels, size, stride, pad })),
    ),
  );

  it.each(cases)('$channels channels, $size by $stride, $pad', ({ channels, size, stride, pad }) => {
    const gradients = (): Record<string, tf.Tensor> => {
      const pool = (x: tf.Tensor): tf.Tensor => tf.maxPool(x as tf.Tensor4D, size, stride, pad);
      const x = coarse([5, 7, 10, channels]);
      return { dx: tf.grad(pool)(x, seeded(pool(x).shape, 4)) };
    };
    const expected = runOn('cpu', gradients);
    const actual = runOn(backend, gradients);
    expect(expected.dx.some((value) => value === 0)).toBe(true);
    // sums of the same numbers, in another order where windows overlap
    actual.dx.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.dx[i], 5);
    });
  });

  it('is that of no pictures, too', () => {
    const { dx } = runOn(backend, () => ({
      dx: tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))(tf.zeros([0, 4, 4, 3])),
    }));
    expect(dx).toHaveLength(0);
  });
});
