import { WeightsError } from './errors';
import type { Hdf5Reader } from './hdf5/reader';
import { fromKeras1Kernel } from './keras1-kernels';
import { Ranks } from './model-layers';

/** A weight as it lies in a file. */
export interface SavedWeight {
  /** Its path in the file. */
  path: string;
  shape: number[];
  read: () => Float32Array;
  /** The same weight with its axes in another order, for a layer that wants them so. */
  inOtherOrder?: SavedWeight;
}

/** The weights of one layer in a file, in Keras' order. */
export interface SavedLayer {
  /** The layer's name; files of Keras before 3.5 that group by class do not tell. */
  name: string | undefined;
  /** Its place among the layers: `#3`, or `conv2d#1` where they are grouped by class. */
  key: string;
  weights: SavedWeight[];
}

/** What a file holds. */
export interface SavedModel {
  /** Keras 1 and 2 list layers by name; Keras 3 groups them by class. */
  layout: 'named' | 'grouped';
  /** Those with weights, in the file's order. */
  layers: SavedLayer[];
  /** The version of Keras that wrote it; `1` where an old file does not tell. */
  kerasVersion: string;
  /** The architecture as JSON, where the file has one. */
  config: string | undefined;
}

/** Where layers are grouped by class: Keras 3, and tf.keras from 2.12 to 2.15. */
const GROUPED_ROOTS = ['layers', '_layer_checkpoint_dependencies'];

/**
 * What an HDF5 file of Keras holds: a whole model (its weights are in the group `model_weights`), weights alone, or
 * the weights of Keras 3 (`layers/conv2d/vars/0`).
 * @throws WeightsError for other HDF5 files
 */
export function readLayout(reader: Hdf5Reader, file: string): SavedModel {
  const root = reader.hasGroup('model_weights') ? 'model_weights' : '';
  const names = reader.texts(root, 'layer_names');
  if (names) return namedLayout(reader, root, names);
  const grouped = groupedRoot(reader, '');
  if (grouped === undefined) {
    const hint = 'Keras writes such files with model.save or model.save_weights.';
    const children = reader.children(root).slice(0, 5).join(', ');
    const found = children ? `an HDF5 file with ${children}` : 'an empty HDF5 file';
    throw new WeightsError(file, '', 'the layers of a Keras model', found, hint);
  }
  const layers = groupedLayers(reader, grouped);
  return { layout: 'grouped', layers, kerasVersion: '3', config: undefined };
}

function namedLayout(reader: Hdf5Reader, root: string, names: string[]): SavedModel {
  const kerasVersion = reader.text(root, 'keras_version') ?? '1';
  const theano = reader.text(root, 'backend') === 'theano';
  const first = kerasVersion.startsWith('1');
  const layers = names.flatMap((name): Omit<SavedLayer, 'key'>[] => {
    const group = root ? `${root}/${name}` : name;
    const paths = reader.texts(group, 'weight_names') ?? [];
    const weights = paths.map((path) => savedWeight(reader, `${group}/${path}`));
    if (weights.length === 0) return [];
    return [{ name, weights: first ? weights.map((weight) => fromKeras1Kernel(weight, theano)) : weights }];
  });
  return {
    layout: 'named',
    layers: layers.map((layer, i) => ({ ...layer, key: `#${i}` })),
    kerasVersion,
    config: reader.text('', 'model_config'),
  };
}

function savedWeight(reader: Hdf5Reader, path: string): SavedWeight {
  return { path, ...reader.dataset(path) };
}

function groupedRoot(reader: Hdf5Reader, within: string): string | undefined {
  return GROUPED_ROOTS.map((name) => `${within}${name}`).find((path) => reader.hasGroup(path));
}

/** The layers below a group, those of nested models among them. */
function groupedLayers(reader: Hdf5Reader, root: string, names = '', within = ''): SavedLayer[] {
  const ranks = new Ranks();
  return inOrder(reader.children(root)).flatMap(({ child, kind }): SavedLayer[] => {
    const group = `${root}/${child}`;
    const weights = variables(reader, group);
    if (weights.length === 0) return [];
    const own = reader.text(`${group}/vars`, 'name');
    const name = own === undefined ? undefined : `${names}${own}`;
    const key = `${within}${kind}#${ranks.next(kind)}`;
    const inner = groupedRoot(reader, `${group}/`);
    return inner === undefined
      ? [{ name, key, weights }]
      : groupedLayers(reader, inner, name && `${name}/`, `${key}/`);
  });
}

/** Groups as they were made: dense, dense_1 … dense_10. */
function inOrder(children: string[]): { child: string; kind: string; count: number }[] {
  const parsed = children.map((child) => {
    const count = /_(\d+)$/.exec(child);
    return { child, kind: child.slice(0, count?.index), count: Number(count?.[1] ?? 0) };
  });
  return parsed.sort((a, b) => a.count - b.count);
}

/** A layer's own variables, then those of what it consists of, such as a recurrent layer's cell. */
function variables(reader: Hdf5Reader, group: string): SavedWeight[] {
  const own = reader.children(`${group}/vars`).sort((a, b) => Number(a) - Number(b));
  const parts = reader.children(group).filter((part) => part !== 'vars' && part !== 'seed_generator');
  return [
    ...own.map((index) => savedWeight(reader, `${group}/vars/${index}`)),
    ...parts.flatMap((part) => variables(reader, `${group}/${part}`)),
  ];
}
