import { beforeAll, describe, expect, it } from 'vitest';
import { relativeError } from '../../engine/testing/backends';
import { seeded } from '../../engine/testing/random';
import { tf } from '../../engine/index';
import { trace } from '../../onnx/index';
import { operators } from '../testing/graphs';
import { tracingEngines, useEngine } from '../testing/engines';

type Pool = (x: tf.Tensor) => tf.Tensor;

const pools: readonly (readonly [name: string, shape: number[], pool: Pool])[] = [
  ['3 stride 2, valid', [2, 9, 8, 3], (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'valid')],
  ['3 stride 2, same', [2, 8, 7, 3], (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'same')],
  ['3 stride 1, same', [1, 5, 6, 2], (x) => tf.maxPool(x as tf.Tensor4D, 3, 1, 'same')],
  ['5×2 stride 3×1', [2, 9, 5, 2], (x) => tf.maxPool(x as tf.Tensor4D, [5, 2], [3, 1], 'valid')],
  ['volumes, 3 stride 2', [1, 6, 7, 5, 2], (x) => tf.maxPool3d(x as tf.Tensor5D, 3, 2, 'same')],
];

interface Inputs extends tf.NamedTensorMap {
  x: tf.Tensor;
  weights: tf.Tensor;
}

describe.each(tracingEngines)('the gradient of max pooling with windows that overlap, on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  it.each(pools)('%s: goes to the first of equal values', async (_, shape, pool) => {
    const gradient = ({ x, weights }: Inputs): tf.Tensor => tf.grad((x) => pool(x).mul(weights).sum())(x);
    const inputs = (seed: number): Inputs => {
      const values = seeded(shape, seed);
      // In volumes tfjs's own kernels take the last of equal values.
      const x = shape.length === 4 ? values.mul(2).round() : values;
      return { x, weights: seeded(pool(x).shape, 5) };
    };
    const expected = gradient(inputs(1)).dataSync();
    const traced = trace((given: Inputs) => ({ dx: gradient(given) }), inputs(2));
    const { dx } = await traced.run(inputs(1));
    expect(operators(traced.graph)).not.toContain('ScatterElements');
    expect(relativeError(dx.dataSync(), expected)).toBeLessThan(1e-6);
    await traced.dispose();
  });
});
