import { existsSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tf } from '../engine/index';
import { partialName, removeOrphans } from '../files/partial';
import { toKeras } from './config/to-keras';
import { WeightsError } from './errors';
import { Hdf5Reader } from './hdf5/reader';
import { Hdf5Writer } from './hdf5/writer';
import { KERAS_VERSION, writeKerasZip } from './keras-zip';
import { groupedLayers, kerasLayers } from './model-layers';

/** Values as they are written: a path in the HDF5 file, and the weight that stands there. */
interface Placed {
  path: string;
  weight: tf.LayerVariable;
}

/** The layers of recurrent networks, whose weights Keras 3 keeps in a cell within them. */
const WITH_CELL = new Set(['LSTM', 'GRU', 'SimpleRNN']);

/** Layers around layers, whose weights Keras 3 keeps in their parts. */
const WRAPPERS = new Set(['Bidirectional', 'TimeDistributed', 'RNN', 'StackedRNNCells', 'ConvLSTM2D']);

/**
 * Save a model for Keras: `.keras` is Keras 3's own form, `.h5` (or `.hdf5`) that of Keras 2, which Keras 3 reads too,
 * and `.weights.h5` holds weights alone, for Keras 3's `load_weights`. The optimizer is not saved.
 *
 * The file is written beside its place under another name, read back and compared, and then takes its place, so that
 * an older file of that name is never lost to a failure.
 *
 * @throws WeightsError for another suffix, names of layers that Keras refuses, a folder that is not there, a layer that `.keras` cannot hold, or a disk
 *   that is full
 */
export async function saveKeras(model: tf.LayersModel, file: string): Promise<void> {
  const save = saverFor(file);
  if (save !== saveGrouped) checkNames(model, file);
  if (!existsSync(dirname(file))) {
    throw new WeightsError(file, '', 'a folder that is there', `no ${dirname(file)}`, 'Make it first.');
  }
  if (await isFolder(file)) throw new WeightsError(file, '', 'the name of a file', 'a folder');
  await removeOrphans(file);
  const temporary = partialName(file);
  await claim(temporary, file);
  try {
    await save(model, temporary, file);
    await rename(temporary, file);
  } catch (cause) {
    throw isFullDisk(cause)
      ? new WeightsError(file, '', 'room on the disk', 'too little', 'Make some.', { cause })
      : cause;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether a file could not be written to its end; HDF5's library says it so. */
function isFullDisk(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || message.includes('name not defined');
}

/** Makes the file that is written to; HDF5's library would not say why it cannot. */
async function claim(temporary: string, file: string): Promise<void> {
  await writeFile(temporary, '').catch((cause: unknown) => {
    const { message } = cause as Error;
    throw new WeightsError(file, '', 'a folder that can be written to', `otherwise (${message})`, '', {
      cause,
    });
  });
}

type Saver = (model: tf.LayersModel, path: string, file: string) => Promise<void>;

function saverFor(file: string): Saver {
  if (file.endsWith('.keras')) return saveZip;
  if (file.endsWith('.weights.h5')) return saveGrouped;
  if (file.endsWith('.h5') || file.endsWith('.hdf5')) return saveNamed;
  const hint = '.keras is for Keras 3, .h5 for Keras 2 and 3.';
  throw new WeightsError(file, '', 'a name that ends in .keras, .h5 or .weights.h5', 'another', hint);
}

/** Keras 3 makes no layer of such a name. */
function checkNames(model: tf.LayersModel, file: string): void {
  const bad = groupedLayers(model).find(({ layer }) => layer.name.includes('/'))?.layer;
  if (!bad) return;
  const hint = 'Name the layer otherwise, or save its weights alone as .weights.h5.';
  throw new WeightsError(file, 'model', 'names of layers without /', `“${bad.name}”`, hint);
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
}

async function saveZip(model: tf.LayersModel, path: string, file: string): Promise<void> {
  const weightsPath = `${path}.h5`;
  try {
    await saveGrouped(model, weightsPath, file);
    await writeKerasZip(path, { config: JSON.stringify(toKeras(model, 3)), weightsPath });
  } finally {
    await rm(weightsPath, { force: true });
  }
}

/** Weights in Keras 3's layout: `layers/conv2d/vars/0`, with the layer's name beside them. */
async function saveGrouped(model: tf.LayersModel, path: string, file: string): Promise<void> {
  const layers = groupedLayers(model);
  const wrapper = layers.find(({ layer }) => WRAPPERS.has(layer.getClassName()))?.layer;
  if (wrapper) {
    const found = wrapper.getClassName();
    throw new WeightsError(
      file,
      `layer “${wrapper.name}”`,
      'a layer with weights of its own',
      found,
      'Save as .h5.',
    );
  }
  const placed = layers.flatMap(({ layer, group }) => {
    if (layer instanceof tf.LayersModel) return []; // its layers follow
    const cell = WITH_CELL.has(layer.getClassName()) ? '/cell' : '';
    return layer.weights.map((weight, i): Placed => ({ path: `${group}${cell}/vars/${i}`, weight }));
  });
  await writeHdf5(path, file, placed, (writer) => {
    writer.text('vars', 'name', model.name);
    for (const { layer, group } of layers) writer.text(`${group}/vars`, 'name', layer.name);
  });
}

/** A whole model in Keras 2's layout: `model_weights/conv1/conv1/kernel:0`, and lists of names as attributes. */
async function saveNamed(model: tf.LayersModel, path: string, file: string): Promise<void> {
  const layers = kerasLayers(model).map((layer) => ({ layer, names: weightNames(layer) }));
  const root = 'model_weights';
  const placed = layers.flatMap(({ layer, names }) => {
    return layer.weights.map((weight, i): Placed => ({ path: `${root}/${layer.name}/${names[i]}`, weight }));
  });
  await writeHdf5(path, file, placed, (writer) => {
    writer.text('', 'keras_version', KERAS_VERSION);
    writer.text('', 'backend', 'tensorflow');
    writer.text('', 'model_config', JSON.stringify(toKeras(model, 2)));
    writer.texts(
      root,
      'layer_names',
      layers.map(({ layer }) => layer.name),
    );
    writer.text(root, 'keras_version', KERAS_VERSION);
    writer.text(root, 'backend', 'tensorflow');
    for (const { layer, names } of layers) writer.texts(`${root}/${layer.name}`, 'weight_names', names);
  });
}

/** `conv1/kernel:0`, and for a model within `inner/conv1/kernel:0`; no two are the same. */
function weightNames({ name, weights }: tf.layers.Layer): string[] {
  const used = new Set<string>();
  return weights.map(({ originalName }, i) => {
    const inLayer = originalName.startsWith(`${name}/`) ? originalName.slice(name.length + 1) : originalName;
    const unique = used.has(inLayer) ? `${inLayer}_${i}` : inLayer;
    used.add(unique);
    return `${name}/${unique}:0`;
  });
}

/** Write, close, read back and compare: the C library keeps its errors to itself. */
async function writeHdf5(
  path: string,
  file: string,
  placed: readonly Placed[],
  describe: (writer: Hdf5Writer) => void,
): Promise<void> {
  const writer = await Hdf5Writer.create(path, file);
  try {
    describe(writer);
    for (const { path: place, weight } of placed)
      writer.dataset(place, valuesOf(weight), weight.shape as number[]);
  } finally {
    writer.close();
  }
  const reader = await Hdf5Reader.open(path, file);
  try {
    for (const { path: place, weight } of placed) {
      if (sameBytes(reader.dataset(place).read(), valuesOf(weight))) continue;
      throw new WeightsError(file, place, 'the weights that were written', 'others', 'Is the disk full?');
    }
  } finally {
    reader.close();
  }
}

function valuesOf(weight: tf.LayerVariable): Float32Array {
  return weight.read().dataSync<'float32'>();
}

function sameBytes(a: Float32Array, b: Float32Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  );
}
