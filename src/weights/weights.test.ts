import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { ready, tf } from '../engine/index';
import { relativeError } from '../engine/testing/backends';
import { loadKeras, loadKerasWeights, saveKeras, WeightsError } from './index';
import { loadHdf5 } from './hdf5/library';
import goldens from './testing/goldens.json';
import { predict } from './testing/predict';

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

/** A small model whose weights are all `value`. */
function small({ units = 2, names = ['one', 'two'], value = 0.5 } = {}): tf.Sequential {
  const kernelInitializer = tf.initializers.constant({ value });
  return tf.sequential({
    name: 'small',
    layers: [
      tf.layers.dense({ name: names[0], units: 3, inputShape: [2], kernelInitializer, activation: 'relu' }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.dense({ name: names[1], units, kernelInitializer }),
    ],
  });
}

const INPUT = [[2, 2]];

/** Save a model, change the bytes of the file, and give its path. */
async function damaged(name: string, change: (bytes: Buffer) => Uint8Array): Promise<string> {
  const file = join(folder, name);
  const model = small();
  await saveKeras(model, file);
  model.dispose();
  writeFileSync(file, change(readFileSync(file)));
  return file;
}

/** An HDF5 file made by hand. */
async function hdf5(
  name: string,
  make: (file: InstanceType<Awaited<ReturnType<typeof loadHdf5>>['File']>) => void,
) {
  const { File } = await loadHdf5();
  const path = join(folder, name);
  const file = new File(path, 'w');
  make(file);
  file.close();
  return path;
}

/** A model's description in an HDF5 file without weights. */
function described(config: unknown): Promise<string> {
  return hdf5('model.h5', (file) => {
    file.create_attribute('model_config', JSON.stringify(config), [], 'A');
    const group = file.create_group('model_weights');
    group.create_attribute('keras_version', '3.15.0', [], 'A');
    group.create_attribute('layer_names', ['d'], [1], 'S1');
    file.create_group('model_weights/d').create_attribute('weight_names', new Float64Array(0), [0]);
  });
}

async function zipped(entries: [string, string, number?][]): Promise<string> {
  const file = join(folder, 'made.keras');
  const zip = new ZipFile();
  for (const [name, content, mode] of entries)
    zip.addBuffer(Buffer.from(content), name, { mode: mode ?? 0o100644 });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
  return file;
}

const layer = (class_name: string, config: object) => ({ class_name, config: { name: 'd', ...config } });
const stack = (...layers: unknown[]) => ({ class_name: 'Sequential', config: { name: 's', layers } });

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

describe('a file that is none, or was damaged', () => {
  it.each<[string, () => string | Promise<string>, RegExp]>([
    ['absent', () => join(folder, 'no.h5'), /no.h5: expected a readable file, found no such file/],
    [
      'an absent zip',
      () => join(folder, 'no.keras'),
      /no.keras: expected a readable file, found no such file/,
    ],
    ['empty', () => damaged('a.h5', () => Buffer.alloc(0)), /expected an HDF5 file, found an empty file/],
    [
      'text',
      () => damaged('a.h5', () => Buffer.from('<html>')),
      /expected an HDF5 file, found something else/,
    ],
    [
      'cut off',
      () => damaged('a.h5', (b) => b.subarray(0, -700)),
      /expected \d+ bytes, found \d+. .*cut off/,
    ],
    [
      'no zip',
      () => damaged('a.keras', () => Buffer.from('no')),
      /expected a .keras file, which is a zip archive/,
    ],
    ['a cut zip', () => damaged('a.keras', (b) => b.subarray(0, -9)), /expected a .keras file/],
    ['a changed zip', () => damaged('a.keras', (b) => b.fill(1, 5000, 5009)), /with another checksum/],
    [
      'no weights in a zip',
      () => zipped([['config.json', '{}']]),
      /expected an entry model.weights.h5, found none/,
    ],
    [
      'a link in a zip',
      () =>
        zipped([
          ['config.json', '{}'],
          ['model.weights.h5', '/etc/passwd', 0o120777],
        ]),
      /the link or device "model.weights.h5"/,
    ],
    [
      'a bomb',
      () => zipped([['config.json', ' '.repeat(5_000_000)]]),
      /entries that unpack to at most 100 times their size/,
    ],
    [
      'other HDF5',
      () => hdf5('a.h5', (f) => f.create_group('x')),
      /layers of a Keras model, found an HDF5 file with x/,
    ],
    [
      'a link to another file',
      () =>
        hdf5('a.h5', (file) => {
          file.create_attribute('layer_names', ['d'], [1], 'S1');
          file.create_external_link('/etc/secret.h5', '/', 'd');
        }),
      /a.h5, d: expected values in this file, found a link to another file, "\/etc\/secret.h5"/,
    ],
    [
      'a list of weights that are not there',
      () =>
        hdf5('a.h5', (file) => {
          file.create_attribute('layer_names', ['d'], [1], 'S1');
          file.create_group('d').create_attribute('weight_names', ['w'], [1], 'S1');
        }),
      /a.h5, d\/w: expected a dataset, found nothing/,
    ],
    [
      'weights alone',
      () => hdf5('a.h5', (file) => file.create_attribute('layer_names', ['d'], [1], 'S1')),
      /a model with its architecture, found weights alone. Build the model here/,
    ],
    ['no JSON', () => described('{').then((file) => file), /a Sequential or a Functional model, found none/],
  ])('%s', async (_, make, message) => {
    const load = loadKeras(await make());
    await expect(load).rejects.toThrow(WeightsError);
    await expect(load).rejects.toThrow(message);
  });

  it('with integers for weights', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ name: 'd', units: 1, useBias: false, inputShape: [2] })],
    });
    const file = await hdf5('a.h5', (made) => {
      made.create_attribute('layer_names', ['d'], [1], 'S1');
      made.create_group('d').create_attribute('weight_names', ['w'], [1], 'S1');
      made.create_dataset({ name: 'd/w', data: new Int32Array(2), shape: [2, 1] });
    });
    await expect(loadKerasWeights(model, file)).rejects.toThrow(/d\/w: expected floats of 32 or 64 bits/);
    model.dispose();
  });
});

describe('a model that tfjs cannot build', () => {
  const input = { class_name: 'InputLayer', config: { batch_shape: [null, 4, 4, 2], name: 'i' } };
  it.each<[string, unknown, RegExp]>([
    [
      'a class of the user’s',
      stack(input, { ...layer('Swirl', {}), registered_name: 'my_package>Swirl' }),
      /layer "d": expected a layer of a class that is known here, found Swirl \(custom, my_package>Swirl\)\. .*registerClass/,
    ],
    [
      'a class of Keras',
      stack(input, layer('MultiHeadAttention', {})),
      /found MultiHeadAttention\. tfjs has no/,
    ],
    [
      'Python code',
      stack(input, layer('Lambda', { function: { class_name: '__lambda__', config: {} } })),
      /found a Python function/,
    ],
    [
      'an argument that would be ignored',
      stack(input, layer('Conv2D', { filters: 2, kernel_size: 1, groups: 2 })),
      /layer "d" \(Conv2D\): expected groups = 1, found 2/,
    ],
    [
      'an unknown activation',
      stack(input, layer('Activation', { activation: 'no' })),
      /that tfjs can build, found “.*no/,
    ],
    [
      'a subclassed model',
      { class_name: 'Net', config: {} },
      /a Sequential or a Functional model, found Net/,
    ],
  ])('%s', async (_, config, message) => {
    const load = loadKeras(await described(config));
    await expect(load).rejects.toThrow(WeightsError);
    await expect(load).rejects.toThrow(message);
  });

  it('leaves nothing behind when a later layer fails', async () => {
    const dense = layer('Dense', { units: 3 });
    const load = loadKeras(
      await described(stack(input, dense, layer('Dense', { name: 'e', activation: 'no' }))),
    );
    await expect(load).rejects.toThrow(/found “.*no/);
  });
});
