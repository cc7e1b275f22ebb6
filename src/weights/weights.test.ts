import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ready, tf } from '../engine/index';
import { relativeError } from '../engine/testing/backends';
import { loadKeras, loadKerasWeights, saveKeras, WeightsError } from './index';
import goldens from './testing/goldens.json';
import { predict } from './testing/predict';
import { INPUT, small } from './testing/small';

const TESTING = join(__dirname, 'testing');

let folder: string;
let tensors: number;
beforeAll(async () => {
  await ready();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convlab-weights-'));
  tensors = tf.memory().numTensors;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  expect(tf.memory().numTensors).toBe(tensors);
});

describe('files of Keras 1 and 2', () => {
  it.each(['keras1.h5', 'keras1-merge.h5', 'keras2.h5'] as const)(
    '%s computes what Keras computes',
    async (file) => {
      const model = await loadKeras(join(TESTING, file));
      const { inputs, output } = goldens[file];
      expect(relativeError(predict(model, inputs).flat(), output)).toBeLessThan(1e-5);
      const weights = model.weights.map((weight) => weight.read());
      model.dispose();
      tf.dispose(weights.filter(({ isDisposed }) => !isDisposed)); // of layers that are called twice
    },
  );

  it('turns Theano’s kernels around', async () => {
    const model = await loadKeras(join(TESTING, 'keras1.h5'));
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight))));
    await loadKerasWeights(model, join(TESTING, 'keras1-theano.h5'));
    const { inputs, output } = goldens['keras1-theano.h5'];
    expect(relativeError(predict(model, inputs).flat(), output)).toBeLessThan(1e-5);
    model.dispose();
  });
});

describe('loadKerasWeights', () => {
  it('loads by name, and tells every mismatch and changes nothing', async () => {
    const [saved, other] = [small({ value: 2 }), small({ units: 5, names: ['one', 'head'] })];
    const file = join(folder, 'a.h5');
    await saveKeras(saved, file);
    const before = predict(other, INPUT);
    const error: unknown = await loadKerasWeights(other, file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WeightsError);
    expect((error as WeightsError).message).toBe(
      `${file}: expected the weights of small, found 2 that do not fit:\n  head: not in the file\n` +
        '  two: not in the model. To load the rest, pass { skipMismatch: true }. The model keeps its weights.',
    );
    expect(predict(other, INPUT)).toEqual(before);
    const report = await loadKerasWeights(other, file, { skipMismatch: true });
    expect(report).toEqual({
      loaded: ['one', 'norm'],
      skipped: ['head: not in the file', 'two: not in the model'],
    });
    expect(Array.from(other.getLayer('one').getWeights()[0].dataSync())).toEqual(Array(6).fill(2));
    saved.dispose();
    other.dispose();
  });

  it.each(['a.h5', 'a.keras', 'a.weights.h5'])('loads in order from %s where names differ', async (name) => {
    const [saved, other] = [small({ value: 2 }), small({ names: ['x', 'y'] })];
    const file = join(folder, name);
    await saveKeras(saved, file);
    const refused = loadKerasWeights(other, file);
    await expect(refused).rejects.toThrow(/x: not in the file.*y: not in the file.*one: not in the model/s);
    const { loaded } = await loadKerasWeights(other, file, { byName: false });
    expect(loaded).toEqual(['x', 'norm', 'y']);
    expect(predict(other, INPUT)).toEqual(predict(saved, INPUT));
    saved.dispose();
    other.dispose();
  });

  it('compares shapes', async () => {
    const [saved, other] = [small(), small({ units: 5 })];
    const file = join(folder, 'a.keras');
    await saveKeras(saved, file);
    const load = loadKerasWeights(other, file);
    await expect(load).rejects.toThrow(
      /two, kernel: expected \[3, 5\], found \[3, 2\]\n {2}two, bias: expected \[5\]/,
    );
    saved.dispose();
    other.dispose();
  });
});

describe('saveKeras', () => {
  it.each(['a.h5', 'a.hdf5', 'a.keras'])('writes %s, which is read back as the same model', async (name) => {
    const model = small();
    await saveKeras(model, join(folder, name));
    const again = await loadKeras(join(folder, name));
    expect(predict(again, INPUT)).toEqual(predict(model, INPUT));
    expect([again.name, again.layers.map((item) => item.name)]).toEqual(['small', ['one', 'norm', 'two']]);
    expect(readdirSync(folder)).toEqual([name]);
    model.dispose();
    again.dispose();
  });

  it.each(['a.h5', 'a.keras'])(
    'keeps layers apart that have one name in two models within, in %s',
    async (name) => {
      const dense = (value: number) => {
        const kernelInitializer = tf.initializers.constant({ value });
        const layer = tf.layers.dense({ name: 'd', units: 2, inputShape: [2], kernelInitializer });
        return tf.sequential({ name: `part${value}`, layers: [layer] });
      };
      const model = tf.sequential({
        layers: [tf.sequential({ name: 'parts', layers: [dense(2), dense(3)] })],
      });
      await saveKeras(model, join(folder, name));
      const again = await loadKeras(join(folder, name));
      expect(predict(again, INPUT)).toEqual(predict(model, INPUT));
      for (const made of [model, again]) tf.dispose(made.weights.map((weight) => weight.read()));
    },
  );

  it('keeps an older file when it cannot write a new one', async () => {
    const [model, unfit] = [small(), tf.sequential()];
    const inner = tf.layers.dense({ units: 1 });
    unfit.add(tf.layers.timeDistributed({ name: 'each', layer: inner, inputShape: [2, 2] }));
    const file = join(folder, 'a.keras');
    await saveKeras(model, file);
    const before = readFileSync(file);
    await expect(saveKeras(unfit, file)).rejects.toThrow(/layer “each”.*found TimeDistributed. Save as .h5/);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['a.keras']);
    model.dispose();
    unfit.dispose();
  });

  it('says why a folder cannot be written to', async () => {
    const model = small();
    await saveKeras(model, join(folder, 'a.h5'));
    await expect(saveKeras(model, join(folder, 'a.h5', 'b.keras'))).rejects.toThrow(
      /a folder that can be written to, found otherwise \(ENOTDIR: /,
    );
    model.dispose();
  });

  it('refuses what Keras would not read', async () => {
    const model = small({ names: ['block/one', 'two'] });
    const save = (file: string) => saveKeras(model, file);
    await expect(save(join(folder, 'a.keras'))).rejects.toThrow(
      /names of layers without \/, found “block\/one”/,
    );
    await expect(save(join(folder, 'a.onnx'))).rejects.toThrow(
      /a name that ends in .keras, .h5 or .weights.h5/,
    );
    await expect(save(join(folder, 'no', 'a.weights.h5'))).rejects.toThrow(
      /a folder that is there, found no /,
    );
    await expect(save(`${folder}/.weights.h5`)).resolves.toBeUndefined();
    expect(readdirSync(folder)).toEqual(['.weights.h5']);
    model.dispose();
  });
});
