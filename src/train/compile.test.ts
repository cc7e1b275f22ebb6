import { beforeAll, describe, expect, it } from 'vitest';
import { relativeError } from '../engine/testing/backends';
import { networks, type Network } from '../engine/testing/networks';
import { seeded } from '../engine/testing/random';
import { tf } from '../engine/index';
import { tracingEngines, useEngine } from '../graph/testing/engines';
import type { Callback } from './callbacks';
import { checkpoint } from './checkpoint';
import { compile } from './compile';
import { fit } from './fit';
import { reduceLearningRate } from './learning-rate';
import { line, Numbered, tensorsLeftBy } from './testing/examples';
import { examples, QUIET, twoLayers, weightsOf } from './testing/two-layers';

const STEPS = 20;

/** A network with fixed weights, times a factor, compiled, and its batches; every fourth one is smaller. */
function prepare(
  network: Network,
  factor = 1,
): { model: tf.LayersModel; batches: { x: tf.Tensor; y: tf.Tensor }[] } {
  const model = network.build();
  model.compile({ optimizer: network.optimizer(), loss: network.loss, metrics: ['accuracy'] });
  tf.tidy(() => {
    const weights = model.getWeights();
    model.setWeights(
      weights.map(({ shape }, i) => seeded(shape, i, 0.05, 0.3).mul(i % 2 ? factor : factor / 2)),
    );
  });
  const [count] = network.x;
  const batches = Array.from({ length: STEPS }, (_, i) => {
    const x = seeded(network.x, 99 + i);
    const size = i % 4 === 3 ? count - 1 : count;
    return tf.tidy(() => ({ x: x.slice(0, size), y: network.y().slice(0, size) }));
  });
  return { model, batches };
}

interface Trained {
  logs: number[][];
  weights: number[][];
}

async function eagerly(network: Network, factor: number): Promise<Trained> {
  const { model, batches } = prepare(network, factor);
  const logs: number[][] = [];
  for (const { x, y } of batches) logs.push((await model.trainOnBatch(x, y)) as number[]);
  return { logs, weights: weightsOf(model) };
}

/** The largest difference of losses and weights, each relative to the largest of its kind. */
function apart(actual: Trained, expected: Trained): number {
  const losses = [actual, expected].map(({ logs }) => logs.map(([loss]) => loss));
  const errors = expected.weights.map((weight, i) => relativeError(actual.weights[i], weight));
  return Math.max(relativeError(losses[0], losses[1]), ...errors);
}

/** Train the same model eagerly and compiled; the largest difference of their weights and losses. */
async function difference(
  build: () => tf.LayersModel,
  options: (model: tf.LayersModel) => object = () => ({}),
): Promise<number> {
  const data = examples();
  const [eager, compiled] = [build(), build()];
  const logs: number[][] = [];
  for (const [model, compile] of [
    [eager, false],
    [compiled, true],
  ] as const) {
    const history = await fit(model, data, { ...QUIET, batchSize: 4, epochs: 4, ...options(model), compile });
    logs.push(Object.values(history.metrics).flat());
  }
  const weights = [eager, compiled].map((model) => weightsOf(model).flat());
  return Math.max(relativeError(weights[1], weights[0]), relativeError(logs[1], logs[0]));
}

describe.each(tracingEngines)('training in onnxruntime, traced on %s', (engine) => {
  beforeAll(() => useEngine(engine));

  // Where a ReLU's input is zero to the rounding of floats, a rounding decides which way training takes. So is it for
  // eager training: what weights that differ by 1e-5 make of it is the measure.
  it.each(networks)(`agrees with eager training after ${STEPS} steps: $name`, async (network) => {
    const expected = await eagerly(network, 1);
    const near = [await eagerly(network, 1 + 1e-5), await eagerly(network, 1 - 1e-5)];
    const { model, batches } = prepare(network);
    const training = compile(model);
    const logs: number[][] = [];
    for (const { x, y } of batches) logs.push(Object.values(await training.trainOnBatch(x, y)));
    expect(training.reason).toBeUndefined();
    await training.dispose();
    const unstable = Math.max(...near.map((other) => apart(other, expected)));
    expect(apart({ logs, weights: weightsOf(model) }, expected)).toBeLessThan(Math.max(1e-4, 2 * unstable));
    expect(relativeError(logs[0], expected.logs[0])).toBeLessThan(1e-5);
  });

  it('leaves no tensors, whatever ends it', async () => {
    const data = examples();
    const options = { ...QUIET, batchSize: 4, compile: true };
    const fail = (): never => {
      throw new RangeError('broken');
    };
    const left = await tensorsLeftBy(async () => {
      const model = twoLayers();
      await fit(model, data, options);
      await expect(fit(model, data, { ...options, callbacks: [{ onBatchEnd: fail }] })).rejects.toThrow(
        RangeError,
      );
      model.dispose();
      model.optimizer.dispose();
    });
    expect(left).toBe(0);
  });
});

describe('train.fit in onnxruntime', () => {
  beforeAll(() => useEngine());

  it.each<[string, () => tf.Optimizer]>([
    ['SGD', () => tf.train.sgd(0.1)],
    ['momentum', () => tf.train.momentum(0.05, 0.9)],
    ['Nesterov’s momentum', () => tf.train.momentum(0.05, 0.9, true)],
    ['RMSprop', () => tf.train.rmsprop(0.01)],
    ['RMSprop with momentum', () => tf.train.rmsprop(0.01, 0.8, 0.5)],
    ['centered RMSprop', () => tf.train.rmsprop(0.001, 0.9, 0, 0, true)],
    ['Adam', () => tf.train.adam(0.05)],
    ['Adam with other constants', () => tf.train.adam(0.05, 0.8, 0.95, 1e-3)],
    ['Adagrad, in the graph', () => tf.train.adagrad(0.1)],
    ['Adamax, in the graph', () => tf.train.adamax(0.1)],
  ])('trains as eagerly with %s', async (_, optimizer) => {
    expect(await difference(() => twoLayers(optimizer()))).toBeLessThan(1e-5);
  });

  it.each<[string, () => tf.Optimizer]>([
    ['Adam', () => tf.train.adam(0.05)],
    ['SGD', () => tf.train.sgd(0.05)],
    ['Adagrad', () => tf.train.adagrad(0.1)],
  ])('takes a changed learning rate of %s at the next step', async (_, optimizer) => {
    const slower: Callback = { onBatchEnd: (step, _logs, run) => void (run.learningRate = 0.1 / step) };
    const plateau = reduceLearningRate({ monitor: 'loss', patience: 0, factor: 0.5 });
    const build = () => twoLayers(optimizer());
    expect(await difference(build, () => ({ callbacks: [slower, plateau] }))).toBeLessThan(1e-5);
    expect(await difference(build)).not.toBe(await difference(build, () => ({ callbacks: [slower] })));
  });

  it('takes layers that are frozen half-way', async () => {
    const kernels: number[][] = [];
    const freeze = (model: tf.LayersModel): Callback => ({
      onEpochEnd(epoch) {
        kernels.push([...model.layers[0].getWeights()[0].dataSync()]);
        if (epoch !== 1) return;
        model.layers[0].trainable = false;
        model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
      },
    });
    expect(await difference(twoLayers, (model) => ({ callbacks: [freeze(model)] }))).toBeLessThan(1e-5);
    const compiled = kernels.slice(4);
    expect(compiled[0]).not.toEqual(compiled[1]);
    expect(compiled[2]).toEqual(compiled[1]);
    expect(compiled[3]).toEqual(compiled[1]);
  });

  it('takes layers whose `trainable` changes, as eagerly', async () => {
    const freeze = (model: tf.LayersModel): Callback => ({
      onBatchEnd: (step) => void (model.layers[1].trainable = step % 3 !== 0),
    });
    const build = (): tf.LayersModel => twoLayers(tf.train.sgd(0.1));
    const frozen = await difference(build, (model) => ({ callbacks: [freeze(model)] }));
    expect(frozen).toBeLessThan(1e-5);
  });

  it('takes another loss with the same optimizer', async () => {
    const change = (model: tf.LayersModel): Callback => ({
      onEpochEnd: () => model.compile({ optimizer: model.optimizer, loss: 'meanAbsoluteError' }),
    });
    expect(await difference(twoLayers, (model) => ({ callbacks: [change(model)] }))).toBeLessThan(1e-5);
  });

  it('shows callbacks and the validation the weights of the last step, and takes those they set', async () => {
    const seen: number[][] = [];
    const look = (model: tf.LayersModel): Callback => ({
      onBatchEnd: () => void seen.push(weightsOf(model).flat()),
      onEpochBegin(epoch) {
        if (epoch === 2) tf.tidy(() => model.setWeights(model.getWeights().map((weight) => weight.mul(0.5))));
      },
    });
    const options = (model: tf.LayersModel) => ({
      callbacks: [look(model), checkpoint({ monitor: 'valLoss' })],
      validation: { x: seeded([3, 2], 5), y: seeded([3, 1], 6) },
    });
    expect(await difference(twoLayers, options)).toBeLessThan(1e-5);
    const [eager, compiled] = [seen.slice(0, 12), seen.slice(12)];
    expect(new Set(compiled.map(String)).size).toBe(12);
    eager.forEach((weights, i) => expect(relativeError(compiled[i], weights)).toBeLessThan(1e-5));
  });

  it('continues where the last training stood, compiled or not', async () => {
    const data = examples();
    const train = async (...kinds: boolean[]): Promise<number[]> => {
      const model = twoLayers();
      for (const compile of kinds) await fit(model, data, { ...QUIET, epochs: 2, compile });
      return weightsOf(model).flat();
    };
    const expected = await train(false, false, false);
    expect(relativeError(await train(true, false, true), expected)).toBeLessThan(1e-5);
  });

  it('gives the same history twice', async () => {
    const data = examples();
    const once = async (): Promise<unknown> =>
      (await fit(twoLayers(), data, { ...QUIET, batchSize: 4, epochs: 3, compile: true })).metrics;
    expect(await once()).toEqual(await once());
  });

  it('gives the history of the same form', async () => {
    const options = { ...QUIET, epochs: 2, validation: new Numbered(5, 2) };
    const [eager, compiled] = await Promise.all(
      [false, true].map((compile) => fit(line(), new Numbered(10, 4), { ...options, compile })),
    );
    expect(Object.keys(compiled.metrics)).toEqual(Object.keys(eager.metrics));
    expect(compiled.params).toEqual(eager.params);
  });

  it('draws a new dropout mask in every step', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dropout({ rate: 0.5, inputShape: [50] }),
        tf.layers.dense({ units: 1, kernelInitializer: 'ones' }),
      ],
    });
    model.compile({ optimizer: tf.train.sgd(1e-12), loss: 'meanAbsoluteError' });
    const losses: number[] = [];
    const callbacks: Callback[] = [{ onBatchEnd: (_, { loss }) => void losses.push(loss) }];
    const data = { x: tf.ones([4, 50]), y: tf.zeros([4, 1]) };
    await fit(model, data, { ...QUIET, epochs: 4, callbacks, compile: true });
    expect(new Set(losses).size).toBeGreaterThan(1);
    for (const loss of losses) expect(Math.abs(loss - 50)).toBeLessThan(25);
  });
});

describe('what cannot be traced', () => {
  beforeAll(() => useEngine());

  class Products extends tf.layers.Layer {
    static readonly className = 'CompileProducts';
    override computeOutputShape(): tf.Shape {
      return [null, 1];
    }
    override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.prod([x].flat()[0], 1, true);
    }
  }

  const untraceable = (): tf.LayersModel => {
    const layers = [
      tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer: 'ones' }),
      new Products({ name: 'products' }),
    ];
    const model = tf.sequential({ layers });
    model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
    return model;
  };

  it('is trained eagerly, with the reason in one line', async () => {
    const [model, expected] = [untraceable(), untraceable()];
    const { x, y } = examples(4);
    const training = compile(model);
    const { loss } = await training.trainOnBatch(x, y);
    expect(loss).toBe(await expected.trainOnBatch(x, y));
    expect(training.reason).toBe(
      'The kernel Cumprod, called by layer "products/gradient", has no lowering to ONNX.',
    );
    await training.dispose();
    expect(weightsOf(model)).toEqual(weightsOf(expected));
  });

  it('is trained eagerly by train.fit', async () => {
    expect(await difference(untraceable)).toBe(0);
  });

  it('is refused where eager training refuses it', async () => {
    const training = compile(twoLayers());
    await expect(training.trainOnBatch(tf.ones([4, 3]), tf.ones([4, 1]))).rejects.toThrow(/shape/);
    await training.dispose();
  });
});
