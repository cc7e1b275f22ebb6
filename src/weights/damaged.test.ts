import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { uniforms } from '../basics/seeded';
import { ready, tf } from '../engine/index';
import { loadHdf5 } from './hdf5/library';
import { loadKeras, loadKerasWeights, saveKeras, WeightsError } from './index';
import { predict } from './testing/predict';
import { small } from './testing/small';

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

/** The first eight bytes, which say that this is HDF5, and noise. */
function garbage(bytes: Buffer): Buffer {
  const uniform = uniforms(3);
  return Buffer.from(bytes.map((byte, i) => (i < 8 ? byte : Math.floor(256 * uniform()))));
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
      'a signature with garbage behind it',
      () => damaged('a.h5', (b) => garbage(b)),
      /a\.h5: expected (an HDF5 file|a sound HDF5 file|.* bytes), found/,
    ],
    [
      'cut off',
      () => damaged('a.h5', (b) => b.subarray(0, -700)),
      /expected \d+ bytes, found \d+. .*cut off/,
    ],
    [
      'a text of no size, which HDF5 would read for ever',
      () =>
        hdf5('a.h5', (file) => {
          file.create_attribute('keras_version', ['3.15.0']);
        }).then((path) => {
          const bytes = readFileSync(path);
          writeFileSync(path, bytes.fill(0, bytes.indexOf('GCOL') + 16, bytes.indexOf('GCOL') + 32));
          return path;
        }),
      /a\.h5, byte \d+: expected texts that come to an end, found one of no size\. .*copy or download/,
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
    ['no model', () => described('{'), /a Sequential or a Functional model, found none/],
  ])('%s', async (_, make, message) => {
    const load = loadKeras(await make());
    await expect(load).rejects.toThrow(WeightsError);
    await expect(load).rejects.toThrow(message);
  });

  it.each(['a.h5', 'a.keras'])('%s, which vanishes while it is read', async (name) => {
    const file = await damaged(name, (bytes) => bytes);
    const model = small({ value: 3 });
    const before = predict(model, [[1, 2]]);
    const load = loadKerasWeights(model, file);
    rmSync(file); // before the library is there that reads it
    await expect(load).rejects.toThrow(WeightsError);
    await expect(load).rejects.toThrow(/expected .+, found /);
    expect(predict(model, [[1, 2]])).toEqual(before);
    model.dispose();
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
      'a call of a layer that is not there',
      {
        class_name: 'Functional',
        config: {
          layers: [
            { ...input, name: 'i', inbound_nodes: [] },
            { ...layer('Flatten', {}), name: 'd', inbound_nodes: [[['j', 0, 0]]] },
          ],
          input_layers: ['i', 0, 0],
          output_layers: ['d', 0, 0],
        },
      },
      /layer "d": expected inputs from layers before it, found an input from \[\["j",0,0\]\]/,
    ],
    [
      'a layer with a name that is no text',
      stack(input, layer('Dense', { units: 3, name: 5 })),
      /that tfjs can build, found a value of a kind that it does not expect\. tfjs cannot/,
    ],
    ['no layers', stack(), /model: expected at least one layer, found none/],
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

it('a layer that is called with nothing is refused, for tfjs would wait for it', async () => {
  const shape = { batch_shape: [null, 2], name: 'in' };
  const dense = { ...layer('Dense', { units: 1 }), name: 'd', inbound_nodes: [{}] };
  const layers = [{ class_name: 'InputLayer', name: 'in', config: shape, inbound_nodes: [] }, dense];
  const config = { name: 'm', layers, input_layers: ['in', 0, 0], output_layers: ['d', 0, 0] };
  const load = loadKeras(await described({ class_name: 'Functional', config }));
  await expect(load).rejects.toThrow(
    /layer "d": expected inputs from layers before it, found an input from \[\]/,
  );
});

describe('nothing is left in memory', () => {
  it('when a layer has a name that is no text', async () => {
    const norm = layer('BatchNormalization', { name: {}, batch_input_shape: [null, 2] });
    await expect(loadKeras(await described(stack(norm)))).rejects.toThrow(WeightsError);
  });

  it('of a model that calls a layer twice, when it is disposed', async () => {
    const model = await loadKeras(join(TESTING, 'keras1-merge.h5'));
    expect(tf.memory().numTensors).toBeGreaterThan(tensors);
    model.dispose();
  });
});

describe('files with bytes changed at random', () => {
  it('are refused in words, or read', async () => {
    const uniform = uniforms(5);
    const whole = readFileSync(join(TESTING, 'keras2.h5'));
    const file = join(folder, 'changed.h5');
    let refused = 0;
    for (let trial = 0; trial < 40; trial++) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i < 3; i++) bytes[Math.floor(uniform() * bytes.length)] = 256 * uniform();
      writeFileSync(file, bytes);
      const outcome: unknown = await loadKeras(file).catch((error: unknown) => error);
      if (outcome instanceof tf.LayersModel) outcome.dispose();
      else {
        expect(outcome).toBeInstanceOf(WeightsError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(40);
  });
});
