/** The lessons' networks beside Keras: the same answers, the same gradients, the same moving averages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ready, tf } from '../engine/index';
import { hasNative, relativeError, startBackend } from '../engine/testing/backends';
import { convolutionalBlock, denseNet121, identityBlock, lenet5, resnet50 } from '../models/index';
import { loadKerasWeights, saveKeras } from './index';
import { hasKeras, KerasOracle } from './testing/oracle';
import { predict, ramp } from './testing/predict';

// Keras alone starts for seconds, and for many more on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const engines = (['native', 'wasm'] as const).filter((engine) => engine === 'wasm' || hasNative());

describe.runIf(hasKeras)('with Keras as the other side', () => {
  let keras: KerasOracle;
  let folder: string;
  let tensors: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'convlab-networks-'));
    keras = new KerasOracle();
    await ready();
  });
  beforeEach(() => (tensors = tf.memory().numTensors));
  afterEach(() => expect(tf.memory().numTensors).toBe(tensors));
  afterAll(async () => {
    await keras.close();
    rmSync(folder, { recursive: true });
  });

  const kernelInitializer = tf.initializers.zeros(); // Keras fills them
  it.each<[string, () => tf.LayersModel]>([
    ['LeNet-5', () => lenet5()],
    ['ResNet50', () => resnet50({ kernelInitializer })],
    ['DenseNet-121', () => denseNet121({ dimensions: 2, inputShape: [64, 64, 3], classes: 10 })],
  ])('%s answers as Keras, with weights and inputs that Keras made', async (name, build) => {
    const model = build();
    const [ours, theirs] = ['.h5', '.keras'].map((suffix) => join(folder, `${name}${suffix}`));
    await saveKeras(model, ours);
    const { inputs, outputs } = await keras.ask({ do: 'fill', file: ours, target: theirs });
    await loadKerasWeights(model, theirs);
    expect(relativeError(predict(model, inputs)[0], outputs[0])).toBeLessThan(1e-4);
    model.dispose();
  });

  describe.each(engines)('on the %s engine', (engine) => {
    beforeAll(async () => {
      const name = engine === 'native' ? 'tensorflow' : engine;
      await tf.setBackend(name in tf.engine().registry ? name : await startBackend(engine));
    });

    it('a residual network has Keras’ gradients and moving averages', async () => {
      const model = residual();
      const [file, filled] = ['residual.h5', 'filled.h5'].map((name) => join(folder, name));
      await saveKeras(model, file);
      await keras.ask({ do: 'fill', file, target: filled });
      await loadKerasWeights(model, filled);
      const expected = await keras.ask({ do: 'learn', file: filled });
      const actual = learn(model);
      model.dispose();
      expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(1e-5 * expected.loss);
      expectClose(actual.averages, expected.averages);
      expectClose(actual.gradients, expected.gradients);
    });
  });
});

/** A bias before a batch norm moves nothing: its gradient is 0 but for rounding. */
const IDLE = /^res.*\/bias$/;

function expectClose(actual: Record<string, number[]>, expected: Record<string, number[]>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, values] of Object.entries(expected)) {
    if (!IDLE.test(name)) expect(relativeError(actual[name], values), name).toBeLessThan(1e-4);
    else for (const value of [...actual[name], ...values]) expect(Math.abs(value), name).toBeLessThan(1e-6);
  }
}

/** Both blocks of a residual network, and a dense layer. */
function residual(): tf.LayersModel {
  const input = tf.input({ name: 'input', shape: [8, 8, 3] });
  const first = convolutionalBlock(input, 3, [3, 4, 6], 2, 'a');
  const second = identityBlock(first, 3, [3, 4, 6], 2, 'b');
  const flat = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(second);
  const outputs = tf.layers.dense({ name: 'out', units: 5 }).apply(flat) as tf.SymbolicTensor;
  return tf.model({ name: 'residual', inputs: input, outputs });
}

/** One step's loss, gradients and moving averages, as keras_oracle.py's `learn`. */
function learn(model: tf.LayersModel) {
  const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
  return tf.tidy(() => {
    const [x, goal] = [
      [4, 8, 8, 3],
      [4, 5],
    ].map(ramp);
    const { value, grads } = tf.variableGrads(() => {
      return (model.apply(x, { training: true }) as tf.Tensor).sub(goal).square().mean();
    });
    const named = (weights: tf.LayerVariable[], of: (weight: tf.LayerVariable) => tf.Tensor) =>
      Object.fromEntries(weights.map((weight) => [weight.originalName, values(of(weight))]));
    return {
      loss: value.dataSync()[0],
      gradients: named(model.trainableWeights, ({ name }) => grads[name]),
      averages: named(model.nonTrainableWeights, (weight) => weight.read()),
    };
  });
}
