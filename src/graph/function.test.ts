import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../engine/index';
import { seeded } from '../engine/testing/random';
import { TraceError, UnsupportedKernelError } from './errors';
import { graphOf } from './function';
import { textOf } from './text';
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
  'a product with a constant': (x) => x.matMul(tf.ones([4, 3])).softmax(),
};

describe.each(tracingEngines)('without computing, on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  it.each(Object.entries(passes))('the graph of %s is the one that computing gives', (_, pass) => {
    const x = seeded([2, 4], 1);
    const before = tf.memory();
    const { graph } = graphOf(pass, x, { computes: false });
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    expect(textOf(graph)).toBe(textOf(graphOf(pass, x).graph));
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
      {
        computes: false,
      },
    );
    expect(graph.outputs[0].value.shape).toEqual([]);
    x.dispose();
  });

  it('refuses to read values, and kernels of which is not known what they give', () => {
    const x = tf.ones([1, 2, 2, 4]);
    const trace = (pass: (x: tf.Tensor4D) => tf.Tensor) => () =>
      graphOf((given) => pass(given as tf.Tensor4D), x, { computes: false });
    expect(trace((x) => x.mul(x.sum().dataSync()[0]))).toThrow(TraceError);
    expect(trace((x) => tf.depthToSpace(x, 2, 'NHWC'))).toThrow(UnsupportedKernelError);
    x.dispose();
  });
});
