import { beforeAll, describe, expect, it } from 'vitest';
import { relativeError, runOn, startBackend } from '../testing/backends';
import { seeded } from '../testing/random';
import { tf } from '../tf';

/** What tfjs's CPU backend computes wrongly, and so cannot be the measure of. */
describe('operations that are checked by definition', () => {
  beforeAll(async () => {
    await startBackend('wasm');
  });

  type Loss = (x: tf.Tensor4D) => tf.Tensor;
  const avgPool: Loss = (x) => tf.avgPool(x, 3, 2, 'same').square().sum();
  const resizeNearest: Loss = (x) => tf.image.resizeNearestNeighbor(x, [7, 3]).square().sum();

  it.each([
    ['avgPool at the border', 'wasm', avgPool],
    ['avgPool at the border', 'cpu', avgPool],
    ['resizeNearest', 'wasm', resizeNearest],
  ] as const)('the gradient of %s matches differences on %s', (_name, backend, loss) => {
    const shape: [number, number, number, number] = [1, 5, 4, 2];
    const size = tf.util.sizeFromShape(shape);
    const results = runOn(backend, () => {
      const x = seeded(shape, 3) as tf.Tensor4D;
      const differences = Array.from({ length: size }, (_, i) => {
        const step = tf
          .oneHot(tf.tensor1d([i], 'int32'), size)
          .reshape<tf.Tensor4D>(shape)
          .mul<tf.Tensor4D>(0.1);
        // Exact for a quadratic, up to rounding.
        return loss(x.add(step))
          .sub(loss(x.sub(step)))
          .div(0.2);
      });
      return {
        gradient: tf.grad(loss as (x: tf.Tensor) => tf.Tensor)(x),
        differences: tf.stack(differences),
      };
    });
    expect(relativeError(results.gradient, results.differences)).toBeLessThan(1e-3);
  });

  it("conv3d pads 'same' by nothing where the filter is smaller than the stride", () => {
    const results = runOn('wasm', () => {
      const x = seeded([1, 4, 4, 4, 3], 1) as tf.Tensor5D;
      const filter = seeded([1, 1, 1, 3, 2], 2) as tf.Tensor5D;
      const picked = tf.stridedSlice(x, [0, 0, 0, 0, 0], x.shape, [1, 2, 2, 2, 1]) as tf.Tensor5D;
      return { same: tf.conv3d(x, filter, 2, 'same'), expected: tf.conv3d(picked, filter, 1, 'valid') };
    });
    expect(relativeError(results.same, results.expected)).toBeLessThan(1e-5);
  });

  it('refuses NCHW convolutions in training by a typed error', () => {
    void tf.setBackend('wasm');
    const x = seeded([1, 2, 5, 5], 1) as tf.Tensor4D;
    const filter = seeded([3, 3, 2, 2], 2) as tf.Tensor4D;
    const dy = seeded([1, 2, 3, 3], 3) as tf.Tensor4D;
    const attrs = { strides: 1, pad: 'valid', dataFormat: 'NCHW', filterShape: filter.shape };
    expect(() => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs)).toThrow(
      expect.objectContaining({ name: 'UnsupportedOnWasmError' }) as Error,
    );
  });
});
