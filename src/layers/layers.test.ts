import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { hasNative, relativeError, runOn, startBackend } from '../engine/testing/backends';
import { seeded } from '../engine/testing/random';
import { globalAveragePooling3d, zeroPadding3d } from './index';

const SHAPE = [2, 2, 3, 2, 2];

/** A layer that has been built for {@link SHAPE}, with weights that are not at their beginning. */
function built(layer: tf.layers.Layer): tf.layers.Layer {
  layer.apply(tf.input({ shape: SHAPE.slice(1) }));
  const weights = layer.getWeights().map((weight, i) => seeded(weight.shape, 7 + i, 0.5, 1.5));
  layer.setWeights(weights);
  tf.dispose(weights);
  return layer;
}

type Loss = (x: tf.Tensor) => tf.Scalar;

/** A number that every value of the layer's output moves, each in its own measure. */
function lossOf(layer: tf.layers.Layer, training: boolean): Loss {
  return (x) => {
    const y = layer.apply(x, { training }) as tf.Tensor;
    return y.square().mul(seeded(y.shape, 5)).sum<tf.Scalar>();
  };
}

/** The gradients to the input and to the weights, by autodiff. */
function gradients(layer: tf.layers.Layer, loss: Loss): Record<string, tf.Tensor> {
  const x = seeded(SHAPE, 3);
  const weights = layer.trainableWeights.map(({ name }) => tf.engine().registeredVariables[name]);
  const found: Record<string, tf.Tensor> = { x: tf.grad(loss)(x) };
  if (weights.length === 0) return found;
  const { grads } = tf.variableGrads(() => loss(x), weights);
  weights.forEach(({ name }, i) => (found[`weight ${i}`] = grads[name]));
  return found;
}

/** The same by differences: how the loss changes when one value does. */
function differences(layer: tf.layers.Layer, loss: Loss): Record<string, tf.Tensor> {
  const x = seeded(SHAPE, 3);
  const slope = (value: tf.Tensor, lossAt: (moved: tf.Tensor) => tf.Tensor): tf.Tensor => {
    const values = value.dataSync();
    const moved = (i: number, step: number): tf.Tensor => {
      const copy = Float32Array.from(values);
      copy[i] += step;
      return lossAt(tf.tensor(copy, value.shape));
    };
    return tf.stack([...values.keys()].map((i) => moved(i, 0.01).sub(moved(i, -0.01)).div(0.02)));
  };
  const found: Record<string, tf.Tensor> = { x: slope(x, loss) };
  layer.trainableWeights.forEach((weight, i) => {
    const original = weight.read().clone();
    found[`weight ${i}`] = slope(original, (moved) => {
      weight.write(moved);
      return loss(x);
    });
    weight.write(original);
  });
  return found;
}

const layers: [name: string, make: () => tf.layers.Layer, training: boolean][] = [
  ['batch normalization', () => tf.layers.batchNormalization({ axis: 4 }), false],
  ['batch normalization while training', () => tf.layers.batchNormalization({ momentum: 0.8 }), true],
  ['zero padding', () => zeroPadding3d({ padding: [[1, 0], [0, 2], [1, 1]] }), false], // prettier-ignore
  ['global average pooling', () => globalAveragePooling3d(), false],
  ['global average pooling, axes kept', () => globalAveragePooling3d({ keepdims: true }), false],
  ['average pooling', () => tf.layers.averagePooling3d({ poolSize: [1, 2, 2], padding: 'same' }), false],
];

describe.each(['native', 'wasm'] as const)('volumes on the %s engine', (engine) => {
  describe.skipIf(engine === 'native' && !hasNative())('layers', () => {
    let backend: string;
    beforeAll(async () => {
      backend = await startBackend(engine);
    });

    it.each(layers)('%s: value and gradients are those of the CPU backend', (_, make, training) => {
      const compute = (on: string) => {
        void tf.setBackend(on);
        const layer = built(make());
        const results = runOn(on, () => ({
          value: layer.apply(seeded(SHAPE, 3), { training }) as tf.Tensor,
          ...gradients(layer, lossOf(layer, training)),
        }));
        const weights = layer.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
        layer.dispose();
        return [...Object.values(results), ...weights];
      };
      const expected = compute('cpu');
      const actual = compute(backend);
      expect(actual).toHaveLength(expected.length);
      actual.forEach((values, i) => expect(relativeError(values, expected[i])).toBeLessThan(1e-4));
    });
  });
});

describe('volumes, by definition', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it.each(layers)('%s: gradients match differences', (_, make, training) => {
    const layer = built(make());
    const expected = runOn('cpu', () => differences(layer, lossOf(layer, training)));
    const actual = runOn('cpu', () => gradients(layer, lossOf(layer, training)));
    layer.dispose();
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(actual)) {
      expect(relativeError(values, expected[name])).toBeLessThan(2e-3);
    }
  });

  it('batch normalization makes each channel mean 0 and variance 1, and remembers both', () => {
    const layer = tf.layers.batchNormalization({ momentum: 0.9 });
    layer.apply(tf.input({ shape: [4, 5, 6, 3] }));
    const found = runOn('cpu', () => {
      const x = seeded([2, 4, 5, 6, 3], 1, 0, 4);
      const of = tf.moments(layer.apply(x, { training: true }) as tf.Tensor, [0, 1, 2, 3]);
      const seen = tf.moments(x, [0, 1, 2, 3]);
      const [, , mean, variance] = layer.getWeights();
      return {
        mean: of.mean,
        variance: of.variance,
        meanMoved: mean.sub(seen.mean.mul(0.1)),
        varianceMoved: variance.sub(seen.variance.mul(0.1).add(0.9)),
      };
    });
    layer.dispose();
    for (const value of [...found.mean, ...found.meanMoved, ...found.varianceMoved])
      expect(Math.abs(value)).toBeLessThan(1e-5);
    for (const value of found.variance) expect(value).toBeCloseTo(1, 2);
  });

  it('zero padding puts zeros around, the global average is the mean', () => {
    const results = runOn('cpu', () => {
      const x = tf.range(1, 9).reshape([1, 2, 2, 2, 1]);
      return {
        padded: zeroPadding3d({ padding: [[1, 0], [0, 0], [0, 1]] }).apply(x) as tf.Tensor, // prettier-ignore
        mean: globalAveragePooling3d().apply(x) as tf.Tensor,
      };
    });
    expect([...results.padded]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 0, 3, 4, 0, 5, 6, 0, 7, 8, 0]);
    expect([...results.mean]).toEqual([4.5]);
  });
});

describe('in a model file', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  function network(): tf.LayersModel {
    return tf.sequential({
      layers: [
        zeroPadding3d({ inputShape: [3, 4, 5, 2], padding: [1, 0, 2], name: 'pad' }),
        tf.layers.batchNormalization({ name: 'bn' }),
        tf.layers.averagePooling3d({ poolSize: 2, name: 'pool' }),
        globalAveragePooling3d({ keepdims: true, name: 'mean' }),
      ],
    });
  }

  it('a network comes back as it was, under Keras’ class names', async () => {
    const before = tf.memory().numTensors;
    const original = network();
    const json = original.toJSON(null, false) as unknown as { config: { layers: { class_name: string }[] } };
    const names = json.config.layers.map((layer) => layer.class_name);
    expect(names).toEqual([
      'ZeroPadding3D',
      'BatchNormalization',
      'AveragePooling3D',
      'GlobalAveragePooling3D',
    ]);
    const restored = await tf.models.modelFromJSON(original.toJSON(null, false) as never);
    expect(restored.toJSON()).toBe(original.toJSON());
    restored.setWeights(original.getWeights());
    const values = [original, restored].map((model) =>
      tf.tidy(() => (model.predict(seeded([2, 3, 4, 5, 2], 4)) as tf.Tensor).dataSync().slice()),
    );
    expect(values[1]).toEqual(values[0]);
    expect(restored.outputs[0].shape).toEqual([null, 1, 1, 1, 2]);
    original.dispose();
    restored.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('as Keras 2 writes it', async () => {
    const layer = (class_name: string, config: object) => ({ class_name, config });
    const model = await tf.models.modelFromJSON({
      class_name: 'Sequential',
      config: [
        layer('ZeroPadding3D', {
          batch_input_shape: [null, 2, 2, 2, 3],
          padding: [[1, 1], [1, 1], [1, 1]], // prettier-ignore
          data_format: 'channels_last',
        }),
        layer('BatchNormalization', { axis: [4], momentum: 0.99, epsilon: 0.001 }),
        layer('GlobalAveragePooling3D', { data_format: 'channels_last', keepdims: false }),
      ],
    } as never);
    const output = tf.tidy(() => model.predict(tf.ones([1, 2, 2, 2, 3])) as tf.Tensor);
    expect(output.shape).toEqual([1, 3]);
    expect(output.dataSync()[0]).toBeCloseTo(8 / 64 / Math.sqrt(1.001), 5);
    tf.dispose(output);
    model.dispose();
  });
});

describe('refuses', () => {
  it.each<[string, () => unknown, string]>([
    [
      'channels that do not come last',
      () => tf.layers.batchNormalization({ axis: 1, name: 'bn' }).apply(tf.input({ shape: [2, 2, 2, 2] })),
      'bn: expected the channels of a volume on its last axis (axis -1 or 4), got axis 1.',
    ],
    [
      'another data format',
      () => globalAveragePooling3d({ dataFormat: 'channelsFirst' as never }),
      "GlobalAveragePooling3D: expected dataFormat 'channelsLast', got 'channelsFirst'.",
    ],
    [
      'a negative padding',
      () => zeroPadding3d({ padding: [1, -1, 1] }),
      'layers.zeroPadding3d: expected padding as a whole number from 0, three of them, or three pairs, got [1,-1,1].',
    ],
    [
      'two paddings',
      () => zeroPadding3d({ padding: [1, 1] as never }),
      'layers.zeroPadding3d: expected padding as a whole number from 0, three of them, or three pairs, got [1,1].',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });

  it('a batch of pictures', () => {
    expect(() => zeroPadding3d().apply(tf.input({ shape: [4, 4, 1] }))).toThrow(/expected ndim=5/);
  });
});
