import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ready, tf } from '../engine/index';
import { relativeError } from '../engine/testing/backends';
import { denseNet } from '../models/densenet';
import { resnet50 } from '../models/resnet';
import { loadKeras, loadKerasWeights, saveKeras } from './index';
import { hasKeras, KerasOracle, type KerasModel } from './testing/oracle';
import { predict } from './testing/predict';

// Keras alone starts for seconds, and for many more on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const SUFFIXES = ['.h5', '.keras'];

/** Expect the same numbers, relative to the largest. */
function expectClose(actual: number[][], expected: number[][], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((values, i) => expect(relativeError(values, expected[i])).toBeLessThan(tolerance));
}

/** The rows of a summary. */
function rows(model: tf.LayersModel): [string, string, number][] {
  return model.layers.map((layer) => {
    const kind = layer.getClassName();
    return [layer.name, kind === 'Model' ? 'Functional' : kind, layer.countParams()];
  });
}

function trainable(model: tf.LayersModel): number {
  return model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}

function expectSame(actual: KerasModel, expected: KerasModel): void {
  expect({ ...actual, outputs: [] }).toEqual({ ...expected, outputs: [] });
  expectClose(actual.outputs, expected.outputs);
}

/** Dispose of a model, and of layers that were called twice, which tfjs's dispose passes over. */
function drop(model: tf.LayersModel): void {
  const weights = model.weights.map((weight) => weight.read());
  model.dispose();
  tf.dispose(weights.filter(({ isDisposed }) => !isDisposed));
}

function zero(model: tf.LayersModel): void {
  tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight))));
}

describe.runIf(hasKeras)('with Keras as the other side', () => {
  let keras: KerasOracle;
  let folder: string;
  let tensors: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'convlab-weights-'));
    keras = new KerasOracle();
    await ready();
    tensors = tf.memory().numTensors;
  });
  afterAll(async () => {
    await keras.close();
    rmSync(folder, { recursive: true });
    expect(tf.memory().numTensors).toBe(tensors);
  });
  const make = (name: string, suffixes: string[]) => keras.ask({ do: 'make', name, folder, suffixes });

  describe.each(['convolutional', 'sequential', 'nested', 'recurrent', 'unbuilt'])(
    'the model “%s”',
    (name) => {
      let made: KerasModel;
      beforeAll(async () => {
        made = await make(name, [...SUFFIXES, '.weights.h5']);
      });

      it.each(SUFFIXES)('is read from %s, and Keras reads what is saved of it', async (suffix) => {
        const model = await loadKeras(join(folder, `${name}${suffix}`));
        expectClose(predict(model, made.inputs), made.outputs);
        expect(rows(model)).toEqual(made.layers);
        expect(trainable(model)).toBe(made.trainable);
        for (const target of SUFFIXES) {
          const file = join(folder, `${name}-ours${target}`);
          await saveKeras(model, file);
          expectSame(await keras.ask({ do: 'open', file }), made);
          const again = await loadKeras(file);
          expect(predict(again, made.inputs)).toEqual(predict(model, made.inputs));
          drop(again);
        }
        drop(model);
      });

      it('exchanges weights alone with Keras', async () => {
        const model = await loadKeras(join(folder, `${name}.keras`));
        zero(model);
        const report = await loadKerasWeights(model, join(folder, `${name}.weights.h5`));
        expect(report.skipped).toEqual([]);
        expectClose(predict(model, made.inputs), made.outputs);
        const file = join(folder, `${name}-ours.weights.h5`);
        await saveKeras(model, file);
        expectClose((await keras.ask({ do: 'openWeights', name, file })).outputs, made.outputs);
        for (const other of [file, join(folder, `${name}.h5`), join(folder, `${name}.keras`)]) {
          zero(model);
          await loadKerasWeights(model, other, { byName: false });
          expectClose(predict(model, made.inputs), made.outputs);
        }
        drop(model);
      });
    },
  );

  it('reads the layout of tf.keras 2.13, which has no names', async () => {
    const made = await make('convolutional', ['.keras']);
    await keras.ask({ do: 'asKeras2.13', name: 'convolutional', folder });
    const model = await loadKeras(join(folder, 'convolutional-2.13.keras'));
    expectClose(predict(model, made.inputs), made.outputs);
    const load = loadKerasWeights(model, join(folder, 'convolutional-2.13.keras'));
    await expect(load).rejects.toThrow(/expected names of layers, found layers without names.*byName: false/);
    drop(model);
  });

  it('cuts lists of names that are too long for one attribute, as Keras does', async () => {
    const layers = [0, 1, 2].map((i) => {
      return tf.layers.dense({ name: `${'long'.repeat(5500)}${i}`, units: 1, inputShape: [1] });
    });
    const model = tf.sequential({ layers });
    const file = join(folder, 'long.h5');
    await saveKeras(model, file);
    const shapes = [[2, 1]];
    expectClose((await keras.ask({ do: 'open', file })).outputs, predict(model, shapes));
    const again = await loadKeras(file);
    expect(predict(again, shapes)).toEqual(predict(model, shapes));
    drop(model);
    drop(again);
  });

  it('runs the ResNet50 of keras.applications', async () => {
    const made = await make('resnet', ['.keras']);
    const model = await loadKeras(join(folder, 'resnet.keras'));
    expectClose(predict(model, made.inputs), made.outputs, 1e-4);
    expect(rows(model)).toEqual(made.layers);
    expect(new Set(made.outputs[0]).size).toBe(12);
    drop(model);
  });

  it.each(SUFFIXES)('hands a DenseNet of volumes to Keras in %s', async (suffix) => {
    const inputShape = [32, 32, 32, 1];
    const model = denseNet({ dimensions: 3, blocks: [1, 2], inputShape, initial: 4, growth: 2, classes: 3 });
    const file = join(folder, `volumes${suffix}`);
    await saveKeras(model, file);
    const opened = await keras.ask({ do: 'open', file });
    expectClose(opened.outputs, predict(model, opened.inputs));
    expect([opened.layers, opened.trainable]).toEqual([rows(model), trainable(model)]);
    const again = await loadKeras(file);
    expect(predict(again, opened.inputs)).toEqual(predict(model, opened.inputs));
    drop(model);
    drop(again);
  });

  it('hands our ResNet50 to Keras', async () => {
    const model = resnet50();
    const file = join(folder, 'ours.h5');
    await saveKeras(model, file);
    const opened = await keras.ask({ do: 'open', file });
    expectClose(opened.outputs, predict(model, opened.inputs));
    expect(opened.layers).toEqual(rows(model));
    expect(opened.trainable).toBe(23_546_886);
    drop(model);
  });
});
