import { tf } from '../../engine/index';
import { WeightsError } from '../errors';
import { isDescribed, isObject, omit, type Described, type Json, type JsonObject } from './json';
import { fromKeras1 } from './keras1';
import { checkGraph, shiftNodes } from './nodes';
import { toTfjsLayer } from './layer-rules';

/** Where a model's description comes from, for messages. */
export interface Origin {
  /** The file, as the caller named it. */
  file: string;
  /** The version of Keras that wrote it, such as `2.15.0`; files of Keras 1 may not tell. */
  kerasVersion: string;
}

const MODELS: Readonly<Record<string, 'Model' | 'Sequential'>> = {
  Functional: 'Model',
  Model: 'Model',
  Sequential: 'Sequential',
};

/**
 * A model as Keras 1, 2 or 3 describes it, in the form that tfjs takes, which is that of Keras 2.
 *
 * @throws WeightsError for what is no model, for layers that tfjs lacks, and for arguments that it would ignore
 */
export function fromKeras(description: unknown, origin: Origin): Described {
  const model = plain(description as Json, origin);
  if (!isDescribed(model) && isObject(model) && Array.isArray(model.config)) {
    return fromKeras({ ...model, config: { layers: model.config } }, origin); // a Sequential before Keras 2.2.3
  }
  if (!isDescribed(model) || !Object.hasOwn(MODELS, model.class_name)) {
    const hint = 'A subclassed model has no architecture in its file: build it here and load its weights.';
    const found = isDescribed(model) ? model.class_name : 'none';
    throw new WeightsError(origin.file, 'model', 'a Sequential or a Functional model', found, hint);
  }
  const layers = Array.isArray(model.config.layers) ? model.config.layers : [];
  if (layers.length === 0) throw new WeightsError(origin.file, 'model', 'at least one layer', 'none');
  const converted = layers.map((layer) => convertLayer(layer, origin));
  if (MODELS[model.class_name] === 'Sequential') return sequential(model.config, converted);
  const numbered = origin.kerasVersion.startsWith('3') ? shiftNodes(converted, 1) : converted;
  checkGraph(numbered, origin.file);
  return functional(model.config, numbered);
}

/** What Keras 3 writes around a class and its configuration. */
const WRAPPING = ['registered_name', 'module', 'build_config', 'shared_object_id'];

/** Users' classes are registered as `package>name`. */
function isCustom(name: Json): name is string {
  return typeof name === 'string' && name.includes('>');
}

/** Keras 3 wraps what it can register; tfjs wants class and configuration alone, and policies by their name. */
function plain(value: Json, origin: Origin): Json {
  if (Array.isArray(value)) return value.map((item) => plain(item, origin));
  if (!isObject(value)) return value;
  if (value.class_name === 'DTypePolicy' && isObject(value.config)) return value.config.name;
  if (value.class_name === 'function' || value.class_name === '__lambda__') {
    const hint = 'Python code cannot run here: build that part here and load its weights.';
    throw new WeightsError(origin.file, 'model', 'layers of data alone', 'a Python function', hint);
  }
  const entries = Object.entries(omit(value, isCustom(value.registered_name) ? WRAPPING.slice(1) : WRAPPING));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner, origin)]));
}

function convertLayer(value: Json, origin: Origin): Described {
  const keras2 = isDescribed(value) && origin.kerasVersion.startsWith('1') ? fromKeras1(value) : value;
  if (isObject(keras2) && typeof keras2.class_name === 'string' && Object.hasOwn(MODELS, keras2.class_name)) {
    return named(fromKeras(keras2, origin), keras2);
  }
  if (!isDescribed(keras2)) {
    const found = JSON.stringify(value).slice(0, 200);
    throw new WeightsError(origin.file, 'model', 'layers with a class and a configuration', found);
  }
  checkKnown(keras2, origin);
  return named(toTfjsLayer(keras2, origin.file), keras2);
}

/** A layer or a model under the name by which the calls of others know it, with its own calls. */
function named({ class_name, config }: Described, original: JsonObject): Described {
  const name = original.name ?? config.name ?? null;
  return { name, class_name, config: { ...config, name }, inbound_nodes: nodes(original.inbound_nodes) };
}

function checkKnown({ class_name, config, registered_name }: Described, { file }: Origin): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  if (Object.hasOwn(known, class_name)) return;
  const where = `layer ${JSON.stringify(config.name ?? null)}`;
  const custom = isCustom(registered_name) ? ` (custom, ${registered_name})` : '';
  const hint =
    `tfjs has no ${class_name}. Write one as a subclass of tf.layers.Layer with the static className ` +
    `'${class_name}', register it with tf.serialization.registerClass, and load again.`;
  throw new WeightsError(
    file,
    where,
    'a layer of a class that is known here',
    `${class_name}${custom}`,
    hint,
  );
}

function sequential(config: JsonObject, layers: Described[]): Described {
  const [first] = layers;
  const rest = layers.filter(({ class_name }) => class_name !== 'InputLayer');
  const shape = first.class_name === 'InputLayer' ? first.config.batch_input_shape : config.build_input_shape;
  // tfjs gives the shape to the first layer; a model as the first layer brings its own.
  if (Array.isArray(shape) && rest.length > 0 && !Object.hasOwn(MODELS, rest[0].class_name)) {
    rest[0].config.batch_input_shape ??= shape;
  }
  return { class_name: 'Sequential', config: { name: config.name ?? null, layers: rest } };
}

function functional(config: JsonObject, layers: Described[]): Described {
  const input_layers = ends(config.input_layers);
  const output_layers = ends(config.output_layers);
  return { class_name: 'Model', config: { name: config.name ?? null, layers, input_layers, output_layers } };
}

/** A model's inputs or outputs: Keras 3 writes a single one without the list around it. */
function ends(value: Json): Json {
  if (!Array.isArray(value)) return isObject(value) ? Object.values(value) : [];
  return typeof value[0] === 'string' ? [value] : value;
}

/** The calls of a layer: Keras 3 writes tensors among a call's arguments where Keras 2 has [name, node, tensor]. */
function nodes(value: Json): Json {
  if (!Array.isArray(value)) return [];
  return value.map((node) => {
    if (!isObject(node)) return withoutArguments(node);
    return histories([node.args, ...Object.values(isObject(node.kwargs) ? node.kwargs : {})]);
  });
}

function histories(value: Json): Json[] {
  if (Array.isArray(value)) return value.flatMap(histories);
  if (!isDescribed(value) || value.class_name !== '__keras_tensor__') return [];
  return [value.config.keras_history];
}

/** Without the fourth part, a call's other arguments: `training` and `mask`, which tfjs sets itself. */
function withoutArguments(node: Json): Json {
  return Array.isArray(node)
    ? node.map((tensor) => (Array.isArray(tensor) ? tensor.slice(0, 3) : tensor))
    : node;
}
