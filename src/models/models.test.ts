import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { tf } from '../engine/index';
import { hasNative, startBackend } from '../engine/testing/backends';
import { evaluate, fit } from '../train/index';
import { customLenet, happyOrSad, horseOrHuman, lenet5, mnistConv } from './index';

const engines = hasNative() ? (['native', 'wasm'] as const) : (['wasm'] as const);

const stages = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => [`conv${i + 1}`, `pool${i + 1}`]).flat();
const HEAD = ['flatten', 'dense1', 'output'];

interface Case {
  name: string;
  build: (options?: { seed?: number }) => tf.Sequential;
  /** The same for small pictures, where the full size is slow to train. */
  small?: (options: { seed: number }) => tf.Sequential;
  inputShape: number[];
  layers: string[];
  /** Of the layers that have any. */
  parameters: number[];
}

const CASES: Case[] = [
  {
    name: 'mnistConv',
    build: mnistConv,
    inputShape: [28, 28, 1],
    layers: [...stages(1), ...HEAD],
    parameters: [160, 346_240, 1290],
  },
  {
    name: 'lenet5',
    build: lenet5,
    inputShape: [28, 28, 1],
    layers: [...stages(2), 'flatten', 'dense1', 'dense2', 'output'],
    parameters: [156, 2416, 48_120, 10_164, 850],
  },
  {
    name: 'customLenet',
    build: customLenet,
    inputShape: [28, 28, 1],
    layers: [...stages(2), 'conv3', 'flatten', 'dense1', 'dense2', 'output'],
    parameters: [156, 2416, 12_832, 3960, 10_164, 850],
  },
  {
    name: 'horseOrHuman',
    build: horseOrHuman,
    small: ({ seed }) => horseOrHuman({ seed, inputShape: [94, 94, 3] }),
    inputShape: [300, 300, 3],
    layers: [...stages(5), ...HEAD],
    parameters: [448, 4640, 18_496, 36_928, 36_928, 1_606_144, 513],
  },
  {
    name: 'happyOrSad',
    build: happyOrSad,
    small: ({ seed }) => happyOrSad({ seed, inputShape: [30, 36, 3] }),
    inputShape: [300, 300, 3],
    layers: [...stages(3), ...HEAD],
    parameters: [896, 18_496, 36_928, 40_141_312, 513],
  },
];
const TOTALS = {
  mnistConv: 347_690,
  lenet5: 61_706,
  customLenet: 30_378,
  horseOrHuman: 1_704_097,
  happyOrSad: 40_198_145,
};

/** A small network of the case, compiled with its loss, and a batch to learn. */
function ready({ build, small = build }: Case, seed = 1) {
  const model = small({ seed });
  const classes = model.outputs[0].shape[1]!;
  const optimizer = tf.train.sgd(0.01);
  const loss = classes === 1 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy';
  model.compile({ optimizer, loss, metrics: ['accuracy'] });
  const x = tf.randomUniform([6, ...(model.inputs[0].shape.slice(1) as number[])], 0, 1, 'float32', 5);
  const y = tf.tensor1d(
    [0, 1, 2, 3, 4, 5].map((i) => i % Math.max(2, classes)),
    'int32',
  );
  return {
    model,
    data: { x, y },
    end: () => {
      model.dispose();
      optimizer.dispose();
      tf.dispose([x, y]);
    },
  };
}

describe.each(engines)('on %s', (engine) => {
  beforeAll(() => startBackend(engine));

  describe.each(CASES)('$name', (network) => {
    it('learns its batch in one step, and leaks nothing', async () => {
      const before = tf.memory().numTensors;
      const { model, data, end } = ready(network);
      const first = await evaluate(model, data);
      await fit(model, data, { batchSize: 6, progress: 'none' });
      const after = await evaluate(model, data);
      expect(after.loss).toBeLessThan(first.loss);
      const between = tf.memory().numTensors;
      // a last batch of one
      await fit(model, data, { epochs: 2, batchSize: 5, validation: data, progress: 'none' });
      expect(tf.memory().numTensors).toBe(between);
      end();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('predicts the same after it was saved and loaded', async () => {
      const { model, data, end } = ready(network);
      let artifacts: tf.io.ModelArtifacts | undefined;
      const save = (made: tf.io.ModelArtifacts) => {
        artifacts = made;
        return Promise.resolve({
          modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const },
        });
      };
      await model.save(tf.io.withSaveHandler(save));
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts!));
      expect(loaded.layers.map(({ name }) => name)).toEqual(network.layers);
      const predict = (net: tf.LayersModel) =>
        tf.tidy(() => [...(net.predict(data.x) as tf.Tensor).dataSync()]);
      expect(predict(loaded)).toEqual(predict(model));
      loaded.dispose();
      end();
    });
  });

  it('a seed gives these weights, whatever the engine', () => {
    const model = lenet5({ seed: 1 });
    const sums = model
      .getWeights()
      .map((weight) => weight.dataSync<'float32'>().reduce((sum, w) => sum + Math.abs(w), 0));
    const rounded = sums.map((sum) => Number(sum.toPrecision(5)));
    expect(rounded).toEqual([12.468, 0, 124.65, 0, 2580.8, 0, 873.27, 0, 108.96, 0]);
    model.dispose();
  });
});

describe.each(CASES)('$name', ({ name, build, inputShape, layers, parameters }) => {
  it('has the course’s layers and numbers of parameters', () => {
    const model = build();
    expect(model.name).toBe(name);
    expect(model.inputs[0].shape).toEqual([null, ...inputShape]);
    expect(model.layers.map((layer) => layer.name)).toEqual(layers);
    expect(model.layers.map((layer) => layer.countParams()).filter((count) => count > 0)).toEqual(parameters);
    expect(model.countParams()).toBe(TOTALS[name as keyof typeof TOTALS]);
    expect(model.outputs[0].shape).toEqual([null, name.startsWith('h') ? 1 : 10]);
    model.dispose();
  });
});

describe('initial weights', () => {
  const kernels = (seed?: number) => {
    const model = horseOrHuman({ seed, inputShape: [94, 94, 3] });
    const values = model.getWeights().map((weight) => [...weight.dataSync()]);
    model.dispose();
    return values;
  };

  it('are the same for the same seed, 0 too, and others for another', () => {
    expect(kernels(0)).toEqual(kernels(0));
    expect(kernels(1)[0]).not.toEqual(kernels(2)[0]);
    expect(kernels()[0]).not.toEqual(kernels()[0]);
  });

  it('are others in each layer', () => {
    const model = horseOrHuman({ seed: 1, inputShape: [94, 94, 3] });
    const [fourth, fifth] = ['conv4', 'conv5'].map((name) => [
      ...model.getLayer(name).getWeights()[0].dataSync(),
    ]);
    expect(fourth).toHaveLength(fifth.length);
    expect(fourth.filter((value, i) => value === fifth[i]).length).toBeLessThan(10);
  });

  it('are Keras’: glorot uniform, biases 0', () => {
    const [kernel, bias] = kernels(1).slice(-4);
    const limit = Math.sqrt(6 / (64 + 512));
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
    const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.abs(mean)).toBeLessThan(0.01 * limit);
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
    expect(new Set(bias)).toEqual(new Set([0]));
  });
});

describe('pictures that are too small', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'horseOrHuman',
      () => horseOrHuman({ inputShape: [93, 300, 3] }),
      /from \[94, 94, 1\], got \[93, 300, 3\]/,
    ],
    [
      'happyOrSad',
      () => happyOrSad({ inputShape: [300, 21, 3] }),
      /models\.happyOrSad: .*from \[22, 22, 1\]/,
    ],
    ['half a pixel', () => happyOrSad({ inputShape: [30.5, 30, 3] }), /got \[30\.5, 30, 3\]/],
  ])('are refused by %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
