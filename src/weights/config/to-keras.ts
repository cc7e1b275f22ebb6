import type { tf } from '../../engine/index';
import { shiftNodes } from './nodes';
import { isDescribed, omit, type Described, type Json, type JsonObject } from './json';

/**
 * The form of a description: in `.h5` the one of Keras 2, which Keras 3 reads, too, and in `.keras` that of Keras 3.
 * Keras 2 cannot read a Sequential within a Functional model from either.
 */
export type KerasForm = 2 | 3;

/** Arguments that Keras 3 names otherwise. */
const RENAMED: Readonly<Partial<Record<string, Readonly<Partial<Record<string, string>>>>>> = {
  InputLayer: { batch_input_shape: 'batch_shape' },
  LeakyReLU: { alpha: 'negative_slope' },
};

const CLASSES: Readonly<Record<string, string>> = {
  Model: 'Functional',
  LeCunNormal: 'LecunNormal',
  LeCunUniform: 'LecunUniform',
};

/** Where Keras 3 finds a class; all others are `keras.layers`. */
const MODULES: Readonly<Record<string, string>> = {
  Functional: 'keras.src.models.functional',
  Sequential: 'keras',
};

/** A model as Keras describes it. */
export function toKeras(model: tf.LayersModel, form: KerasForm): Described {
  return describe(model.toJSON(null, false) as unknown as Described, form);
}

function describe(object: Described, form: KerasForm): Described {
  const { class_name, config } = object;
  const rest = omit(object, ['keras_version', 'backend']); // tfjs's own
  const name = CLASSES[class_name] ?? class_name;
  const described = { ...rest, class_name: name, config: configuration(name, config, form) };
  if (form === 2) return described;
  const registered_name = name === 'Functional' ? name : null;
  return { module: MODULES[name] ?? 'keras.layers', ...described, registered_name };
}

function configuration(name: string, config: JsonObject, form: KerasForm): JsonObject {
  if (name === 'Functional') return functional(config, form);
  if (name === 'Sequential') return sequential(config, form);
  const entries = Object.entries(config).map(([key, value]): [string, Json] => {
    const renamed = form === 3 ? RENAMED[name]?.[key] : undefined;
    return [renamed ?? key, translate(value)];
  });
  return Object.fromEntries(entries);
}

/** tfjs's normal distribution is cut off at two standard deviations, which Keras calls truncated. */
function translate(value: Json): Json {
  if (!isDescribed(value)) return value;
  const { distribution } = value.config;
  const config =
    distribution === 'normal' ? { ...value.config, distribution: 'truncated_normal' } : value.config;
  return { class_name: CLASSES[value.class_name] ?? value.class_name, config };
}

function functional(config: JsonObject, form: KerasForm): JsonObject {
  const layers = (config.layers as Described[]).map((layer) => describe(layer, form));
  // Without the list around it, or Keras 3 takes model.output for a list.
  const single = (ends: Json) => (Array.isArray(ends) && ends.length === 1 ? ends[0] : ends);
  return {
    ...config,
    layers: shiftNodes(layers, -1),
    input_layers: single(config.input_layers),
    output_layers: single(config.output_layers),
  };
}

/** tfjs keeps the shape of the input with the first layer; Keras 3 wants a layer for it. */
function sequential(config: JsonObject, form: KerasForm): JsonObject {
  const layers = (config.layers as Described[]).map((layer) => describe(layer, form));
  const { batch_input_shape, dtype, ...first } = layers[0].config;
  if (batch_input_shape === undefined || layers[0].class_name === 'InputLayer') return { ...config, layers };
  const input = { class_name: 'InputLayer', config: { batch_input_shape, dtype, name: 'input_layer' } };
  return { ...config, layers: [describe(input, form), { ...layers[0], config: first }, ...layers.slice(1)] };
}
