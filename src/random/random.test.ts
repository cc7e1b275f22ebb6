import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import * as random from './index';
import vectors from './testing/vectors.json';

/** A tensor's values; it is disposed of. */
function read(tensor: tf.Tensor): number[] {
  const values = Array.from(tensor.dataSync());
  tensor.dispose();
  return values;
}

/** The start of the SHA-256 of a tensor's bytes; it is disposed of. */
function digest(tensor: tf.Tensor): string {
  const values = tensor.dataSync();
  tensor.dispose();
  return createHash('sha256').update(values).digest('hex').slice(0, 16);
}

let tensors: number;
beforeEach(() => void (tensors = tf.memory().numTensors));
afterEach(() => expect(tf.memory().numTensors).toBe(tensors));

describe('random.numpy', () => {
  it.each(vectors.numpy)('draws what NumPy draws after seed($seed), to the last bit', (numpy) => {
    const draw = random.numpy(numpy.seed);
    expect(read(draw.rand(2, 3))).toEqual(numpy.rand);
    expect(read(draw.randn(3))).toEqual(numpy.randn);
    expect(read(draw.permutation(12))).toEqual(numpy.permutation);
    expect(read(draw.randint(-5, 1000, 8))).toEqual(numpy.randint);
    expect(read(draw.normal(2, 3, 4))).toEqual(numpy.normal);
    const letters = Array.from('abcdefgh');
    draw.shuffle(letters);
    expect(letters.join('')).toBe(numpy.shuffle);
    expect([
      digest(draw.rand(100_000)),
      digest(draw.randn(100, 1000)),
      digest(draw.permutation(60_000)),
      digest(draw.randint(-(2 ** 31), 2 ** 31 - 1, 1000)),
    ]).toEqual(numpy.digests);
  });

  it('gives shapes and types as asked for', () => {
    const draw = random.numpy(0);
    const made = [draw.rand(), draw.randn(2, 0), draw.permutation(3), draw.randint(4, 5, 2, 2)];
    expect(made.map(({ shape, dtype }) => [shape, dtype])).toEqual([
      [[], 'float32'],
      [[2, 0], 'float32'],
      [[3], 'int32'],
      [[2, 2], 'int32'],
    ]);
    expect(read(made[3])).toEqual([4, 4, 4, 4]);
    tf.dispose(made);
  });
});

describe('random.tensorflow', () => {
  it.each(vectors.tensorflow)(
    'draws what RandomUniform draws, seeds $seeds',
    ({ seeds, uniform, digest: sum }) => {
      const operation = random.tensorflow(seeds[0], seeds[1]);
      expect(uniform.map(() => read(operation.uniform(7)))).toEqual(uniform);
      expect(digest(random.tensorflow(seeds[0], seeds[1]).uniform(1_000_003))).toBe(sum);
    },
  );
});

describe('random.glorotUniform', () => {
  it.each(vectors.glorot)(
    'fills $shape with seed $seed as TensorFlow 1 does',
    ({ shape, seed, first, digest: sum }) => {
      const kernel = random.glorotUniform({ seed }).apply(shape);
      expect(kernel.shape).toEqual(shape);
      expect(Array.from(kernel.dataSync().slice(0, 3))).toEqual(first);
      expect(digest(kernel)).toBe(sum);
    },
  );

  it('is taken by a layer, written as Keras’ VarianceScaling, and leaves no tensor behind', () => {
    const kernelInitializer = random.glorotUniform({ seed: 0, stream: 'tensorflow' });
    const layer = tf.layers.dense({ units: 10, inputShape: [512], kernelInitializer });
    const model = tf.sequential({ layers: [layer] });
    const expected = vectors.glorot.find(({ shape, seed }) => shape.length === 2 && seed === 0)!;
    expect(Array.from(layer.getWeights()[0].dataSync().slice(0, 3))).toEqual(expected.first);
    expect(layer.getConfig().kernelInitializer).toEqual({
      className: 'VarianceScaling',
      config: { scale: 1, mode: 'fanAvg', distribution: 'uniform', seed: 0 },
    });
    model.dispose();
  });

  it('gives tfjs’s own numbers when asked', () => {
    const ours = random.glorotUniform({ seed: 3, stream: 'tfjs' }).apply([4, 5]);
    const theirs = tf.initializers.glorotUniform({ seed: 3 }).apply([4, 5]);
    expect(read(ours)).toEqual(read(theirs));
  });
});

describe('bad input', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a negative seed', () => random.numpy(-1), /whole number from 0 to 4294967295 as the seed, got -1/],
    ['a long seed', () => random.numpy(2 ** 32), /got 4294967296/],
    ['half a side', () => random.numpy(0).rand(1.5, 2), /random.rand: expected a shape .*, got \[1.5, 2\]/],
    ['a negative count', () => random.numpy(0).permutation(-1), /random.permutation.*got \[-1\]/],
    ['no range', () => random.numpy(0).randint(3, 3), /low < high of 32 bits, got 3 and 3/],
    ['a wide range', () => random.numpy(0).randint(0, 2 ** 40), /random.randint/],
    ['no seeds', () => random.tensorflow(0, 0), /a seed that is not 0, got 0 and 0.*87654321/],
    ['half a seed', () => random.tensorflow(1, 0.5), /seed2 to be a whole number from 0, got 0.5/],
    ['NaN', () => random.glorotUniform({ seed: NaN }), /got NaN/],
  ])('%s is refused', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
