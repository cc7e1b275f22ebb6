import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ready, tf } from '../engine/index';
import { seeded } from '../engine/testing/random';
import { Session } from '../graph/index';
import {
  convolutionalBlock,
  denseNet,
  identityBlock,
  lenet5,
  MemoryError,
  memoryNeeded,
  predict,
  type PredictOptions,
} from './index';
import { network } from './testing/small-network';

const open = vi.spyOn(Session, 'open');
const close = vi.spyOn(Session.prototype, 'close');

function small(): tf.LayersModel {
  const layers = [
    tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', inputShape: [6, 6, 2] }),
    tf.layers.batchNormalization(),
    tf.layers.flatten(),
    tf.layers.dense({ units: 4, activation: 'softmax' }),
  ];
  return tf.sequential({ name: 'small', layers });
}

const few = { blocks: [2, 2], growth: 8, classes: 6, seed: 1 };

function residual(): tf.LayersModel {
  const inputs = tf.input({ shape: [8, 8, 4] });
  const halved = convolutionalBlock(inputs, 3, [4, 4, 8], 2, 'a');
  const outputs = identityBlock(halved, 3, [4, 4, 8], 2, 'b');
  return tf.model({ inputs, outputs });
}

async function predicted(
  model: tf.LayersModel,
  x: tf.Tensor,
  options: PredictOptions = {},
): Promise<Float32Array> {
  const y = await predict(model, x, { log: () => undefined, ...options });
  const values = await y.data<'float32'>();
  y.dispose();
  return values;
}

function eagerly(model: tf.LayersModel, x: tf.Tensor): Float32Array {
  return tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync<'float32'>());
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  const largest = Math.max(...expected.map(Math.abs));
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) =>
    expect(Math.abs(value - expected[i])).toBeLessThan(1e-5 * Math.max(1, largest)),
  );
}

/** Batch norms and biases that are not what layers begin with. */
function changeWeights(model: tf.LayersModel): void {
  tf.tidy(() =>
    model.setWeights(
      model
        .getWeights()
        .map((weight, i) => (weight.rank > 1 ? weight : weight.add(seeded(weight.shape, i).abs()))),
    ),
  );
}

/** Sessions are closed behind what was asked of them. */
async function expectClosed(times: number): Promise<void> {
  await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(times));
}

beforeAll(async () => {
  await ready();
});

afterEach(() => {
  vi.clearAllMocks();
});

describe('a compiled forward pass', () => {
  it.each([
    ['LeNet-5', () => lenet5({ seed: 1 }), 5],
    ['residual blocks', residual, 2],
    ['a DenseNet', () => denseNet({ dimensions: 2, inputShape: [32, 32, 3], ...few }), 2],
    ['a DenseNet for volumes', () => denseNet({ dimensions: 3, inputShape: [16, 16, 16, 1], ...few }), 2],
  ] as const)(
    'of %s gives what the model gives eagerly, also for a smaller last batch',
    async (_, build, batchSize) => {
      const model = build();
      changeWeights(model);
      const x = seeded([2 * batchSize + 1, ...(model.inputs[0].shape.slice(1) as number[])], 3);
      const before = tf.memory().numTensors;
      const actual = await predicted(model, x, { batchSize, compile: true });
      expect(open).toHaveBeenCalledTimes(1);
      expectClose(actual, eagerly(model, x));
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      model.dispose();
      await expectClosed(1);
    },
  );

  it('compiles with the third batch of one shape, in one call or in several', async () => {
    const model = small();
    const x = seeded([70, 6, 6, 2], 1);
    await predicted(model, x);
    expect(open).not.toHaveBeenCalled();
    await predicted(model, x);
    await predicted(model, x);
    expect(open).toHaveBeenCalledTimes(1);
    await predicted(model, x, { batchSize: 20 });
    expect(open).toHaveBeenCalledTimes(2);
    await expectClosed(1);
    x.dispose();
    model.dispose();
  });

  it('never uses weights that were replaced', async () => {
    const model = small();
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
    const x = seeded([2, 6, 6, 2], 1);
    const y = tf.oneHot([0, 1], 4);
    const changes: (() => unknown)[] = [
      () => changeWeights(model),
      () => model.trainOnBatch(x, y),
      () => model.layers[0].setWeights([tf.ones([3, 3, 2, 3]), tf.zeros([3])]),
      () => model.weights[0].write(tf.zeros([3, 3, 2, 3])),
    ];
    for (const change of changes) {
      const before = await predicted(model, x, { compile: true });
      await change();
      const after = await predicted(model, x, { compile: true });
      expectClose(after, eagerly(model, x));
      expect(after).not.toEqual(before);
    }
    tf.dispose([x, y]);
    model.dispose();
  });
});

describe('compiling', () => {
  it('can do without compiling', async () => {
    const model = small();
    const x = seeded([10, 6, 6, 2], 1);
    await predicted(model, x, { batchSize: 2, compile: false });
    expect(open).not.toHaveBeenCalled();
    x.dispose();
    model.dispose();
  });

  it('answers calls that do not wait for each other, each for its own shape', async () => {
    const model = small();
    const pictures = [2, 2, 3, 2, 3].map((examples, i) => seeded([examples, 6, 6, 2], i));
    const answers = await Promise.all(pictures.map((x) => predicted(model, x, { compile: true })));
    pictures.forEach((x, i) => expectClose(answers[i], eagerly(model, x)));
    tf.dispose(pictures);
    model.dispose();
  });

  it('holds one graph for a model, whatever is asked for', async () => {
    const model = small();
    for (const examples of [1, 2, 3, 1]) {
      const x = seeded([examples, 6, 6, 2], examples);
      await predicted(model, x, { compile: true });
      x.dispose();
    }
    expect(open).toHaveBeenCalledTimes(4);
    await expectClosed(3);
    model.dispose();
    await expectClosed(4);
  });

  it('predicts eagerly where memory would do for that alone', async () => {
    const model = lenet5();
    const x = seeded([4, 28, 28, 1], 1);
    const eager = 51e6;
    await predicted(model, x, { batchSize: 1, available: eager });
    expect(open).not.toHaveBeenCalled();
    await expect(predicted(model, x, { available: eager, compile: true })).rejects.toThrow(
      'and to be compiled), but only',
    );
    x.dispose();
    model.dispose();
  });

  it('predicts eagerly what cannot be compiled, and says why, once', async () => {
    class Reads extends tf.layers.Layer {
      static readonly className = 'Reads';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const x = Array.isArray(inputs) ? inputs[0] : inputs;
        return x.mul(x.max().dataSync()[0]);
      }
    }
    const model = tf.sequential({ name: 'odd', layers: [new Reads({ inputShape: [3] })] });
    const x = tf.tensor2d([[1, 2, 3]]);
    const lines: string[] = [];
    const options = { compile: true, log: (line: string) => lines.push(line) };
    expect([...(await predicted(model, x, options))]).toEqual([3, 6, 9]);
    await predicted(model, x, options);
    expect(
      lines.filter((line) => line.startsWith('odd is predicted eagerly: The traced function reads')),
    ).toHaveLength(1);
    for (let i = 0; i < 3; i++) await predicted(model, x);
    expect(open).not.toHaveBeenCalled();
    x.dispose();
    model.dispose();
  });
});

describe('predict', () => {
  it('says what it needs, then gives what the model gives', async () => {
    const model = network();
    const x = seeded([5, 4, 4, 1], 1);
    const before = tf.memory().numTensors;
    const lines: string[] = [];
    const running = predict(model, x, { batchSize: 2, log: (line) => lines.push(line) });
    expect(lines).toEqual([memoryNeeded(model, 2).toString()]);
    expect(lines[0]).toMatch(
      /^small on \[2, 4, 4, 1\] needs about 51 MB \(1 MB of values at both; weights 1 MB, loaded\)$/,
    );
    const [actual, expected] = [await running, model.predict(x) as tf.Tensor];
    expect(actual.dataSync()).toEqual(expected.dataSync());
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([x, actual, expected]);
    model.dispose();
  });

  it('does not start where memory is short', async () => {
    const model = network();
    const x = seeded([1, 4, 4, 1], 1);
    const lines: string[] = [];
    const before = tf.memory().numTensors;
    const options = { available: 40e6, log: (line: string) => lines.push(line) };
    const error = await predict(model, x, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MemoryError);
    expect((error as MemoryError).message).toBe(
      'small on [1, 4, 4, 1] needs about 51 MB (1 MB of values at both; weights 1 MB, loaded), but only 40 MB are ' +
        'free. Take a smaller input, a smaller batch or a smaller model, or end what else holds memory.',
    );
    expect(lines).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
    model.dispose();
  });

  it.each([NaN, Infinity])('says that what comes of an input of %d is no number', async (value) => {
    const model = network();
    const x = tf.stack([tf.fill([4, 4, 1], value), tf.ones([4, 4, 1])]);
    const lines: string[] = [];
    const y = await predict(model, x, { log: (line) => lines.push(line) });
    expect(lines[1]).toMatch(/^1 of 2 predictions of small are no finite numbers: see whether x and/);
    tf.dispose([x, y]);
    model.dispose();
  });

  it('says which shape it takes', async () => {
    const model = network();
    for (const shape of [
      [1, 4, 5, 1],
      [4, 4, 1],
      [0, 4, 4, 1],
    ]) {
      const x = tf.zeros(shape);
      await expect(predict(model, x)).rejects.toThrow(
        `models.predict: expected x of shape [examples, 4, 4, 1] for small, at least one, got [${shape.join(', ')}].`,
      );
      x.dispose();
    }
    model.dispose();
  });
});
