import type { Described, Json, JsonObject } from './json';
import { isObject } from './json';

/** Keras 1's names of layers, and Keras 2's. */
const CLASSES: Readonly<Record<string, string>> = {
  Convolution1D: 'Conv1D',
  Convolution2D: 'Conv2D',
  Convolution3D: 'Conv3D',
};

/** What a `Merge` layer's mode became. */
const MERGES: Readonly<Record<string, string>> = {
  sum: 'Add',
  mul: 'Multiply',
  ave: 'Average',
  max: 'Maximum',
  concat: 'Concatenate',
};

/** Keras 1's names of arguments, and Keras 2's (keras/legacy/interfaces.py of Keras 2.0). */
const ARGUMENTS: Readonly<Record<string, string>> = {
  output_dim: 'units',
  init: 'kernel_initializer',
  gamma_init: 'gamma_initializer',
  beta_init: 'beta_initializer',
  W_regularizer: 'kernel_regularizer',
  b_regularizer: 'bias_regularizer',
  W_constraint: 'kernel_constraint',
  b_constraint: 'bias_constraint',
  bias: 'use_bias',
  p: 'rate',
  sigma: 'stddev',
  nb_filter: 'filters',
  filter_length: 'kernel_size',
  subsample: 'strides',
  subsample_length: 'strides',
  pool_length: 'pool_size',
  stride: 'strides',
  border_mode: 'padding',
  dim_ordering: 'data_format',
  concat_axis: 'axis',
};

const VALUES: Readonly<Record<string, string>> = {
  tf: 'channels_last',
  th: 'channels_first',
  zero: 'zeros',
  one: 'ones',
  normal: 'random_normal',
  uniform: 'random_uniform',
};

const RENAMED_VALUES = new Set([
  'data_format',
  'kernel_initializer',
  'gamma_initializer',
  'beta_initializer',
]);

/**
 * A layer that Keras 1 wrote, in the words of Keras 2: other names of classes and of arguments, sizes of kernels
 * in one argument, and a class for each way of merging.
 *
 * @returns nothing for what has no counterpart, such as a `Merge` that computes angles
 */
export function fromKeras1({ class_name, config, ...rest }: Described): Described | undefined {
  const renamed: JsonObject = {};
  for (const [key, value] of Object.entries(config)) {
    const name = ARGUMENTS[key] ?? key;
    renamed[name] = RENAMED_VALUES.has(name) && typeof value === 'string' ? (VALUES[value] ?? value) : value;
  }
  if (class_name === 'Merge') {
    const merge = typeof config.mode === 'string' ? MERGES[config.mode] : undefined;
    return merge ? { ...rest, class_name: merge, config: pick(renamed, ['name', 'axis']) } : undefined;
  }
  const sides = ['kernel_dim1', 'kernel_dim2', 'kernel_dim3', 'nb_row', 'nb_col'].filter(
    (key) => key in config,
  );
  if (sides.length > 0) renamed.kernel_size = sides.map((key) => config[key]);
  for (const key of ['kernel_regularizer', 'bias_regularizer']) {
    if (key in renamed) renamed[key] = regularizer(renamed[key]);
  }
  return { ...rest, class_name: CLASSES[class_name] ?? class_name, config: renamed };
}

/** Keras 1 wrote `{ name: 'WeightRegularizer', l1, l2 }`. */
function regularizer(value: Json): Json {
  if (!isObject(value) || 'class_name' in value) return value;
  return { class_name: 'L1L2', config: pick(value, ['l1', 'l2']) };
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => key in object).map((key) => [key, object[key]]));
}
