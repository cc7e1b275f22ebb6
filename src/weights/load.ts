import { existsSync } from 'node:fs';
import { tf } from '../engine/index';
import '../layers/index'; // a file may have layers that tfjs lacks and we do not
import { build } from './config/build';
import { fromKeras } from './config/from-keras';
import { WeightsError } from './errors';
import { Hdf5Reader } from './hdf5/reader';
import { withKerasZip } from './keras-zip';
import { readLayout, type SavedModel } from './layouts';
import { assignWeights, type LoadReport } from './match';

export interface LoadWeightsOptions {
  /**
   * Find each layer's weights by its name (the default). With `false`, in order, as Keras does: for files whose layers
   * have other names.
   */
  byName?: boolean;
  /** Load what fits and leave out the rest, such as a head for other classes; default false. */
  skipMismatch?: boolean;
}

/**
 * Read a model that Keras 1, 2 or 3 saved, its architecture and its weights: Sequential or Functional, models within
 * models too. The optimizer is not read: compile the model to train it.
 *
 * @param file a whole model, `.h5`, `.hdf5` or `.keras`
 * @returns a model whose layers are named as in the file; its tensors are its own, `model.dispose()` frees them
 * @throws WeightsError when the file is damaged or holds weights alone, or has a layer that tfjs lacks: register that
 *   class with `tf.serialization.registerClass` first
 */
export async function loadKeras(file: string): Promise<tf.LayersModel> {
  return withSavedModel(file, (saved) => {
    if (saved.config === undefined) {
      const hint = 'Build the model here, then weights.loadKerasWeights(model, file).';
      throw new WeightsError(file, '', 'a model with its architecture', 'weights alone', hint);
    }
    const before = new Set(variables());
    try {
      const model = buildFrom(saved.config, saved.kerasVersion, file);
      const byName = saved.layers.every(({ name }) => name !== undefined);
      assignWeights(model, saved, file, { byName, skipMismatch: false });
      return model;
    } catch (error) {
      tf.dispose(variables().filter((variable) => !before.has(variable))); // a half-built model cannot dispose itself
      throw error;
    }
  });
}

/**
 * Read weights that Keras saved into a model of ours. Every layer is compared before the first weight changes.
 *
 * @param file weights or a whole model: `.h5`, `.hdf5`, `.weights.h5` or `.keras`
 * @returns the layers that have new weights, and what was left out
 * @throws WeightsError when the file is damaged, or with all that does not fit: layers missing here or there, other
 *   numbers of weights, other shapes. The model then keeps the weights it had.
 */
export async function loadKerasWeights(
  model: tf.LayersModel,
  file: string,
  { byName = true, skipMismatch = false }: LoadWeightsOptions = {},
): Promise<LoadReport> {
  return withSavedModel(file, (saved) => assignWeights(model, saved, file, { byName, skipMismatch }));
}

/** Act on what a file holds while it is open. */
async function withSavedModel<T>(file: string, action: (saved: SavedModel) => T): Promise<T> {
  if (!file.endsWith('.keras')) return withHdf5(file, file, action);
  if (!existsSync(file)) throw new WeightsError(file, '', 'a readable file', 'no such file');
  return withKerasZip(file, file, ({ config, kerasVersion, weightsPath }) => {
    return withHdf5(weightsPath, file, (saved) => action({ ...saved, config, kerasVersion }));
  });
}

async function withHdf5<T>(path: string, file: string, action: (saved: SavedModel) => T): Promise<T> {
  const reader = await Hdf5Reader.open(path, file);
  try {
    return action(readLayout(reader, file));
  } catch (cause) {
    if (cause instanceof WeightsError || !isHdf5Failure(cause)) throw cause;
    const hint = 'The file is damaged: copy or download it again.';
    throw new WeightsError(file, '', 'a sound HDF5 file', 'a damaged one', hint, { cause });
  } finally {
    reader.close();
  }
}

/** What the C library in WebAssembly throws when a file leads it astray. */
function isHdf5Failure(error: unknown): error is Error {
  return (
    error instanceof Error && (error.name === 'RuntimeError' || error.message.includes('name not defined'))
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function buildFrom(config: string, kerasVersion: string, file: string): tf.LayersModel {
  let description: unknown;
  try {
    description = JSON.parse(config);
  } catch (cause) {
    throw new WeightsError(file, 'model', 'an architecture as JSON', 'something else', '', { cause });
  }
  const topology = fromKeras(description, { file, kerasVersion });
  let model!: tf.LayersModel;
  try {
    tf.tidy(() => void (model = build(topology))); // what is no variable goes, even where a layer cannot be built
    ownLayers(model);
    return model;
  } catch (cause) {
    // where tfjs stumbles over a value of an odd kind, JavaScript's words tell nothing
    const stumbled = cause instanceof TypeError || cause instanceof RangeError;
    const found = stumbled ? 'a value of a kind that it does not expect' : `“${messageOf(cause)}”`;
    const hint = 'tfjs cannot build it: change the model in Keras, or build it here and load its weights.';
    throw new WeightsError(file, 'model', 'layers that tfjs can build', found, hint, { cause });
  }
}

/**
 * tfjs counts each call of a layer as an owner, so that `model.dispose()` would leave the weights of a layer that is
 * called twice. These layers belong to this model alone.
 */
function ownLayers(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    if (layer instanceof tf.LayersModel) ownLayers(layer);
    else (layer as unknown as { _refCount: number })._refCount = 1;
  }
}

function variables(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}
