import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { tf } from '../engine/index';
import { counts, hasNative, relativeError, startBackend } from '../engine/testing/backends';
import type { Network } from '../engine/testing/networks';
import { seeded } from '../engine/testing/random';
import { train, type Trained } from '../engine/testing/training';
import {
  denseBlock,
  denseLayer,
  denseNet,
  denseNet121,
  denseNet169,
  denseNet201,
  denseNet264,
  transition,
} from './densenet';
import type { DenseNetOptions } from './densenet-options';
import { multiplyAdds } from './multiply-adds';
import keras from './testing/densenet.json';

const small = { blocks: [2, 2], growth: 8, initial: 8, classes: 4, seed: 1 };
const smallNets = [
  { ...small, dimensions: 2, inputShape: [32, 32, 3] },
  { ...small, dimensions: 3, inputShape: [16, 16, 16, 1] },
] satisfies DenseNetOptions[];

function trainable(model: tf.LayersModel): number {
  return model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}

describe('the paper’s networks', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
    // Nothing here depends on the weights' values, of which there are 178 million.
    vi.spyOn(tf.initializers, 'randomNormal').mockImplementation(() => tf.initializers.zeros());
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  // Trainable parameters as PyTorch counts them; multiply-adds of a picture as torchvision's table gives them.
  const table = [
    { build: denseNet121, pictures: 7_978_856, volumes: 12_267_624, giga: 2.83 },
    { build: denseNet169, pictures: 14_149_480, volumes: 20_207_720, giga: 3.36 },
    { build: denseNet201, pictures: 20_013_928, volumes: 27_251_816, giga: 4.29 },
    { build: denseNet264, pictures: 33_337_704, volumes: 42_934_888 },
  ];

  it.each(table)('$build.name for pictures: $pictures parameters', ({ build, pictures, giga }) => {
    const before = tf.memory().numTensors;
    const model = build({ dimensions: 2 });
    expect(trainable(model)).toBe(pictures);
    expect(model.inputs[0].shape).toEqual([null, 224, 224, 3]);
    expect(model.outputs[0].shape).toEqual([null, 1000]);
    if (giga !== undefined) expect(Math.round(multiplyAdds(model) / 1e7) / 100).toBe(giga);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(table)('$build.name for volumes: $volumes parameters', ({ build, volumes }) => {
    const model = build({ dimensions: 3 });
    expect(trainable(model)).toBe(volumes);
    expect(model.inputs[0].shape).toEqual([null, 224, 224, 224, 1]);
    expect(model.outputs[0].shape).toEqual([null, 1000]);
    model.dispose();
  });

  it('have the paper’s stages', () => {
    const model = denseNet121({ dimensions: 2 });
    const stages = ['conv1_conv', 'pool1', 'pool2_pool', 'pool3_pool', 'pool4_pool', 'relu', 'avg_pool'];
    expect(stages.map((name) => model.getLayer(name).outputShape.slice(1))).toEqual([
      [112, 112, 64],
      [56, 56, 64],
      [28, 28, 128],
      [14, 14, 256],
      [7, 7, 512],
      [7, 7, 1024],
      [1024],
    ]);
    model.dispose();
  });
});

const onCpu = new Map<2 | 3, Trained>();

describe.each(['native', 'wasm'] as const)('on the %s engine', (engine) => {
  describe.skipIf(engine === 'native' && !hasNative())('small networks', () => {
    let backend: string;
    beforeAll(async () => {
      backend = await startBackend(engine);
    });

    it.each(smallNets)(
      '$dimensions-D: forward and a training step as on the CPU backend',
      async (options) => {
        const network: Network = {
          name: 'denseNet',
          build: () => denseNet(options),
          optimizer: () => tf.train.sgd(0.05),
          loss: 'meanSquaredError',
          x: [2, ...options.inputShape],
          y: () => seeded([2, 4], 8),
        };
        const expected = onCpu.get(options.dimensions) ?? (await train('cpu', network, 2));
        onCpu.set(options.dimensions, expected);
        const actual = await train(backend, network, 2);
        expect(relativeError(actual.losses, expected.losses)).toBeLessThan(1e-4);
        const errors = expected.weights.map((weight, i) => relativeError(actual.weights[i], weight));
        expect(Math.max(...errors)).toBeLessThan(1e-3);
        expect(actual.leaked).toEqual({ tensors: 0, data: 0 });
        expect(expected.losses[1]).not.toBe(expected.losses[0]);
      },
    );

    it.each(keras.cases)('$options.dimensions-D: forward and a training step as in Keras', async (golden) => {
      await tf.setBackend(backend);
      const before = counts();
      const model = denseNet(golden.options as DenseNetOptions);
      setFixedWeights(model);
      const { inputShape } = golden.options;
      const x = waves([keras.examples, ...inputShape], 0.5);
      const stages = tf.model({
        inputs: model.inputs,
        outputs: ['pool1', 'pool2_pool', 'relu'].map(
          (name) => model.getLayer(name).output as tf.SymbolicTensor,
        ),
      });
      const places = inputShape.slice(0, -1).map((_, axis) => axis + 1);
      const means = tf.tidy(() =>
        (stages.predict(x) as tf.Tensor[]).map((features) => tf.mean(features, places).dataSync().slice()),
      );
      means.forEach((mean, i) => expect(relativeError(mean, golden.stages[i].flat())).toBeLessThan(1e-4));
      expect(relativeError(valuesOf(model, x), golden.logits.flat())).toBeLessThan(1e-4);

      const optimizer = tf.train.sgd(keras.rate);
      model.compile({ optimizer, loss: (y, z) => tf.losses.softmaxCrossEntropy(y, z) });
      const y = tf.tidy(() => tf.oneHot(tf.tensor1d([0, 3, 2], 'int32'), 5).cast('float32'));
      expect(await model.trainOnBatch(x, y)).toBeCloseTo(golden.loss, 4);
      expect(relativeError(valuesOf(model, x), golden.trained.flat())).toBeLessThan(1e-4);
      tf.dispose([x, y]);
      model.dispose();
      optimizer.dispose();
      expect(counts()).toEqual(before);
    });
  });
});

describe('the three functions', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('give a network stage by stage the features of the one built whole', () => {
    const before = tf.memory().numTensors;
    const whole = denseNet({ ...smallNets[0], dropout: 0.3, compression: 0.7 });
    const stem = whole.getLayer('pool1').output as tf.SymbolicTensor;
    const shared = { growth: 8, dropout: 0.3, seed: 1 };
    const first = denseBlock(stem, { ...shared, layers: 2, name: 'conv2' });
    const between = transition(first, { compression: 0.7, seed: 1, name: 'pool2' });
    const second = denseBlock(between, { ...shared, layers: 2, name: 'conv3' });
    const stages = tf.model({ inputs: whole.inputs, outputs: [first, between, second] });
    const same = tf.model({
      inputs: whole.inputs,
      outputs: ['conv2_block2_concat', 'pool2_pool', 'conv3_block2_concat'].map(
        (name) => whole.getLayer(name).output as tf.SymbolicTensor,
      ),
    });
    tf.tidy(() => {
      const x = seeded([2, 32, 32, 3], 4);
      const expected = same.predict(x) as tf.Tensor[];
      const actual = stages.predict(x) as tf.Tensor[];
      expect(actual.map(({ shape }) => shape.at(-1))).toEqual([24, 16, 32]);
      actual.forEach((features, i) => expect(features.dataSync()).toEqual(expected[i].dataSync()));
    });
    const layers = new Set([...whole.layers, ...stages.layers]);
    layers.forEach((layer) => layer.weights.forEach((weight) => weight.dispose()));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('one layer puts its new channels behind those that came', () => {
    const input = tf.input({ shape: [5, 4, 3] });
    const model = tf.model({ inputs: input, outputs: denseLayer(input, { growth: 2, name: 'a' }) });
    tf.tidy(() => {
      const x = seeded([1, 5, 4, 3], 4) as tf.Tensor4D;
      const y = model.predict(x) as tf.Tensor4D;
      expect(y.shape).toEqual([1, 5, 4, 5]);
      expect(y.slice([0, 0, 0, 0], [1, 5, 4, 3]).dataSync()).toEqual(x.dataSync());
    });
    expect(model.layers.slice(1).map(({ name }) => name)).toEqual([
      'a_0_bn',
      'a_0_relu',
      'a_1_conv',
      'a_1_bn',
      'a_1_relu',
      'a_2_conv',
      'a_concat',
    ]);
    model.dispose();
  });

  it('drop channels only while training', () => {
    const input = tf.input({ shape: [4, 4, 4, 4] });
    const output = denseLayer(input, { growth: 16, dropout: 0.5, name: 'a', seed: 2 });
    const model = tf.model({ inputs: input, outputs: output });
    const x = seeded([1, 4, 4, 4, 4], 4);
    const zeros = (training: boolean) =>
      tf.tidy(() => {
        const grown = (model.apply(x, { training }) as tf.Tensor5D).slice([0, 0, 0, 0, 4], [1, 4, 4, 4, 16]);
        return grown.equal(0).mean().dataSync()[0];
      });
    expect(zeros(false)).toBe(0);
    expect(zeros(true)).toBeGreaterThan(0.4);
    expect(zeros(true)).toBeLessThan(0.6);
    tf.dispose(x);
    model.dispose();
  });
});

describe('initial weights', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('are He’s, ones and zeros', () => {
    const model = denseNet({ ...smallNets[1], growth: 32, blocks: [1] });
    const [kernel] = model.getLayer('conv2_block1_2_conv').getWeights();
    const values = kernel.dataSync<'float32'>();
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(variance * 128 * 27).toBeCloseTo(2, 1);
    expect(values.filter((value) => Math.abs(value) > 2 * Math.sqrt(variance)).length).toBeGreaterThan(0);
    const [scale, offset] = model.getLayer('bn').getWeights();
    expect(new Set(scale.dataSync())).toEqual(new Set([1]));
    expect(new Set(offset.dataSync())).toEqual(new Set([0]));
    const [linear, bias] = model.getLayer('predictions').getWeights();
    expect(Math.max(...linear.abs().dataSync())).toBeLessThan(1 / Math.sqrt(40));
    expect(new Set(bias.dataSync())).toEqual(new Set([0]));
    model.dispose();
  });

  it('are the same for the same seed, and others for another or none', () => {
    const values = [1, 1, 2, 0, undefined, undefined].map((seed) => {
      const model = denseNet({ ...smallNets[0], seed });
      const [kernel] = model.getLayer('conv2_block1_1_conv').getWeights();
      const [next] = model.getLayer('conv2_block2_1_conv').getWeights();
      const first = [kernel.dataSync()[0], next.dataSync()[0]];
      model.dispose();
      return first;
    });
    expect(values[1]).toEqual(values[0]);
    expect(new Set(values.slice(1).flat()).size).toBe(10);
  });
});

it('a network for volumes comes back from its JSON', async () => {
  await tf.setBackend('cpu');
  const model = denseNet(smallNets[1]);
  const restored = await tf.models.modelFromJSON(model.toJSON(null, false) as never);
  restored.setWeights(model.getWeights());
  const [expected, actual] = [model, restored].map((net) => {
    const x = seeded([1, 16, 16, 16, 1], 1);
    const values = valuesOf(net, x);
    tf.dispose(x);
    return values;
  });
  expect(actual).toEqual(expected);
  model.dispose();
  restored.dispose();
});

/** As testing/densenet.py makes them. */
function waves(shape: number[], phase: number): tf.Tensor {
  const count = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * i * 0.37 + phase)),
    shape,
  );
}

function setFixedWeights(model: tf.LayersModel): void {
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  layers.sort((a, b) => (a.name < b.name ? -1 : 1));
  layers.forEach((layer, i) =>
    tf.tidy(() => {
      const weights = layer.weights.map(({ shape }, k) => {
        const values = waves(shape as number[], i + k);
        if (shape.length > 1)
          return values.mul(Math.sqrt(4 / tf.util.sizeFromShape(shape.slice(0, -1) as number[])));
        return k === 0 || k === 3 ? values.mul(0.5).add(1) : values.mul(0.2);
      });
      layer.setWeights(weights);
    }),
  );
}

function valuesOf(model: tf.LayersModel, x: tf.Tensor): Float32Array {
  return tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync<'float32'>().slice());
}
