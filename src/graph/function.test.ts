import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { seeded } from '../engine/testing/random';
import { TraceError, UnsupportedKernelError } from './errors';
import { graphOf } from './function';
import { tracingEngines, useEngine } from './testing/engines';

type Pass = (x: tf.Tensor) => tf.Tensor;

const passes: Record<string, Pass> = {
  'a sum of halves': (x) => tf.addN(tf.split(x, 2, -1)),
  slabs: (x) => tf.stack(tf.unstack(x, 1).reverse(), -1),
  'one slab': (x) => tf.unstack(x.slice([0, 0], [2, 1]), 1)[0],
  'other shapes': (x) => x.reshape([-1, 2]).expandDims(1).expandDims(-1).squeeze(),
  'other types': (x) =>
    x
      .argMax(-1)
      .cast('bool')
      .cast('float32')
      .mul(tf.onesLike(x.mean(1))),
  'what is repeated': (x) => x.tile([1, 2]).add(tf.zerosLike(x.tile([1, 2]))),
  'every second': (x) => tf.stridedSlice(x, [0, 1], [2, 4], [1, 2]),
  'classes as numbers': (x) => tf.oneHot(x.argMax(1), 4),
  'sums, spread': (x) => x.sum(1, true).broadcastTo([2, 4]),
  'depth as space': (x) => tf.depthToSpace(x.reshape([1, 1, 2, 4]), 2, 'NHWC'),
  'space as batch': (x) => tf.spaceToBatchND(x, [3], [[1, 1]]),
  'a product with a constant': (x) => x.matMul(tf.ones([4, 3])).softmax(),
};

describe.each(tracingEngines)('a trace on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  it.each(Object.entries(passes))('knows what %s give, and leaves nothing behind', (_, pass) => {
    const x = seeded([2, 4], 1);
    const { shape, dtype } = tf.tidy(() => pass(x as tf.Tensor2D));
    const before = tf.memory();
    const { graph } = graphOf(pass, x);
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    expect(graph.outputs[0].value).toMatchObject({ shape, dtype });
    expect({ numTensors, numBytes, numDataBuffers }).toEqual({
      numTensors: before.numTensors,
      numBytes: before.numBytes,
      numDataBuffers: before.numDataBuffers,
    });
    x.dispose();
  });

  it('takes no time and no memory for what would not fit', () => {
    const x = tf.ones([2]);
    const { graph } = graphOf(
      (x) =>
        x
          .tile([2 ** 30])
          .reshape([2 ** 20, 2 ** 11])
          .relu()
          .sum(),
      x,
    );
    expect(graph.outputs[0].value.shape).toEqual([]);
    x.dispose();
  });

  it('refuses to read values, and kernels without a form in ONNX', () => {
    const x = tf.ones([2, 4]);
    const trace = (pass: (x: tf.Tensor2D) => tf.Tensor) => () =>
      graphOf((given) => pass(given as tf.Tensor2D), x);
    expect(trace((x) => x.mul(x.sum().dataSync()[0]))).toThrow(TraceError);
    expect(trace((x) => tf.cumprod(x))).toThrow(UnsupportedKernelError);
    x.dispose();
  });
});
