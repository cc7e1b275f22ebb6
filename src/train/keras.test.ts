import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '../engine/testing/backends';
import { tf } from '../engine/index';
import { evaluate } from './evaluate';
import { fit } from './fit';
import { engines, wave, waveModel } from './testing/examples';

/** Keras 3.15 on TensorFlow 2.21: the same network, weights and data, `fit(batch_size=16, epochs=7, shuffle=False)`. */
const KERAS = {
  sgd: {
    loss: [1.095738, 1.081687, 1.069578, 1.065565, 1.058854, 1.056946, 1.053461],
    accuracy: [0.4, 0.4, 0.4, 0.4, 0.425, 0.375, 0.45],
    valLoss: [1.108272, 1.092617, 1.091144, 1.091759, 1.098411, 1.105932, 1.114896],
    valAccuracy: [0.3, 0.4, 0.6, 0.4, 0.4, 0.4, 0.4],
  },
  momentum: {
    loss: [1.094095, 1.077739, 1.059888, 1.055973, 1.067533, 1.067655, 1.058235],
    accuracy: [0.4, 0.4, 0.4, 0.35, 0.425, 0.525, 0.375],
    valLoss: [1.106264, 1.098367, 1.149079, 1.235397, 1.250112, 1.21137, 1.170876],
    valAccuracy: [0.3, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4],
  },
  adam: {
    loss: [1.088661, 1.061384, 1.053097, 1.057023, 1.058355, 1.053968, 1.048705],
    accuracy: [0.4, 0.425, 0.4, 0.5, 0.45, 0.5, 0.475],
    valLoss: [1.077937, 1.161992, 1.273478, 1.314466, 1.29095, 1.253702, 1.223845],
    valAccuracy: [0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4],
  },
  rmsprop: {
    loss: [1.096324, 1.084908, 1.080258, 1.076787, 1.07404, 1.071557, 1.069447],
    accuracy: [0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4],
    valLoss: [1.111852, 1.103482, 1.097433, 1.09383, 1.092104, 1.091723, 1.092492],
    valAccuracy: [0.3, 0.4, 0.4, 0.5, 0.4, 0.4, 0.5],
  },
  rmspropBinary: {
    loss: [0.6864895, 0.6834167, 0.6817123, 0.6804386, 0.6794569, 0.6787929, 0.6781656],
    accuracy: [0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6],
    valLoss: [0.662892, 0.6553808, 0.6501945, 0.645874, 0.6423424, 0.639451, 0.6371183],
    valAccuracy: [0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7],
  },
  l2: {
    loss: [1.143802, 1.128991, 1.116216, 1.110368, 1.105447, 1.101192, 1.09774],
    accuracy: [0.4, 0.4, 0.4, 0.4, 0.425, 0.45, 0.45],
    valLoss: [1.155858, 1.140005, 1.13741, 1.142532, 1.148279, 1.153786, 1.166881],
    valAccuracy: [0.3, 0.4, 0.6, 0.4, 0.4, 0.4, 0.4],
  },
};

const optimizers: Record<keyof typeof KERAS, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  adam: () => tf.train.adam(0.01),
  rmsprop: () => tf.train.rmsprop(0.001),
  rmspropBinary: () => tf.train.rmsprop(0.001),
  l2: () => tf.train.sgd(0.1),
};

/** Keras' Adam has epsilon before the bias correction, tfjs's (as PyTorch's) after it. */
const tolerances: Partial<Record<keyof typeof KERAS, number>> = { adam: 1e-4 };

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe.each(engines)('on %s', (engine) => {
  let data: Record<'x' | 'y' | 'validationX' | 'validationY', tf.Tensor>;

  beforeAll(() => startBackend(engine));

  beforeEach(() => {
    data = {
      x: wave([40, 8, 8, 1], 1.3),
      y: tf.tensor1d(
        range(40).map((i) => ((i * 7) % 5) % 3),
        'int32',
      ),
      validationX: wave([10, 8, 8, 1], 2.1),
      validationY: tf.tensor1d(
        range(10).map((i) => i % 3),
        'int32',
      ),
    };
  });
  afterEach(() => tf.dispose(data));

  it.each(Object.keys(KERAS) as (keyof typeof KERAS)[])('%s trains as in Keras', async (name) => {
    const binary = name === 'rmspropBinary';
    const model = waveModel({ binary, l2: name === 'l2' ? 0.01 : 0 });
    const loss = binary ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy';
    const optimizer = optimizers[name]();
    model.compile({ optimizer, loss, metrics: ['accuracy'] });
    const [y, validationY] = [data.y, data.validationY].map((labels) => (binary ? labels.mod(2) : labels));
    const validation = { x: data.validationX, y: validationY };
    const { metrics } = await fit(
      model,
      { x: data.x, y },
      { batchSize: 16, epochs: 7, shuffle: false, validation, progress: 'none' },
    );
    const keras = KERAS[name];
    expect(metrics.accuracy.map((value) => Number(value.toFixed(5)))).toEqual(keras.accuracy);
    expect(metrics.valAccuracy.map((value) => Number(value.toFixed(5)))).toEqual(keras.valAccuracy);
    for (const key of ['loss', 'valLoss'] as const) {
      const difference = metrics[key].map((value, i) => Math.abs(value - keras[key][i]));
      expect(Math.max(...difference)).toBeLessThan(tolerances[name] ?? 2e-6);
    }
    const last = { loss: metrics.valLoss.at(-1), accuracy: metrics.valAccuracy.at(-1) };
    expect(await evaluate(model, validation, { batchSize: 16 })).toEqual(last);
    model.dispose();
    optimizer.dispose();
    if (binary) tf.dispose([y, validationY]);
  });

  it('the same seed gives the same history, another seed another', async () => {
    const train = async (seed: number) => {
      const model = waveModel();
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
      const history = await fit(
        model,
        { x: data.x, y: data.y },
        { epochs: 3, batchSize: 8, seed, progress: 'none' },
      );
      model.dispose();
      return history.metrics;
    };
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect(await train(2)).not.toEqual(first);
  });
});
