import { WeightsError } from '../errors';
import { isDescribed, isObject, type Described, type Json, type JsonObject } from './json';

/** What tfjs names otherwise. */
const RENAMED: Readonly<Partial<Record<string, Readonly<Partial<Record<string, string>>>>>> = {
  InputLayer: { batch_shape: 'batch_input_shape' },
  LeakyReLU: { negative_slope: 'alpha' },
};

/** Arguments that tfjs does not know and would ignore, with the values that change nothing. */
const IGNORED: Readonly<Record<string, Json>> = {
  groups: 1,
  keepdims: false,
  negative_slope: 0,
  threshold: 0,
  renorm: false,
  ragged: false,
};

/** Activations under other names. */
const ACTIVATIONS: Readonly<Record<string, string>> = { silu: 'swish' };

/** Initializers, regularizers and their values under other names. */
const CLASSES: Readonly<Record<string, string>> = {
  LecunNormal: 'LeCunNormal',
  LecunUniform: 'LeCunUniform',
  L1: 'L1L2',
  L2: 'L1L2',
};
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  truncated_normal: 'normal',
  untruncated_normal: 'normal',
};

/**
 * A layer in the words of tfjs.
 * @throws WeightsError where an argument asks for what tfjs's layer does not do
 */
export function toTfjsLayer({ class_name, config, ...rest }: Described, file: string): Described {
  const renamed: JsonObject = {};
  for (const [key, value] of Object.entries(config)) {
    const name = RENAMED[class_name]?.[key] ?? key;
    if (Object.hasOwn(IGNORED, name))
      checkHarmless(name, value, `layer ${JSON.stringify(config.name)} (${class_name})`, file);
    else renamed[name] = translate(key, value);
  }
  if (class_name !== 'InputLayer') delete renamed.dtype; // a policy; tfjs computes in float32
  const { axis } = renamed;
  if (class_name === 'BatchNormalization' && Array.isArray(axis)) renamed.axis = axis[0];
  return { ...rest, class_name, config: renamed };
}

function checkHarmless(key: string, value: Json, where: string, file: string): void {
  const harmless = IGNORED[key];
  if (value === harmless || value === null || value === undefined) return;
  const expected = `${key} = ${JSON.stringify(harmless)}`;
  throw new WeightsError(file, where, expected, JSON.stringify(value), 'tfjs computes nothing else.');
}

function translate(key: string, value: Json): Json {
  if (key === 'activation' && typeof value === 'string') return ACTIVATIONS[value] ?? value;
  if (isDescribed(value)) {
    const config: JsonObject = { ...value.config };
    const { distribution } = config;
    if (typeof distribution === 'string') config.distribution = DISTRIBUTIONS[distribution] ?? distribution;
    // tfjs takes 0.01 for the half of L1L2 that is not there.
    const halves: JsonObject = value.class_name === 'L1' || value.class_name === 'L2' ? { l1: 0, l2: 0 } : {};
    return { class_name: CLASSES[value.class_name] ?? value.class_name, config: { ...halves, ...config } };
  }
  // tf.keras of 2019 wrote a layer inside a wrapper in full; nothing else is nested.
  return isObject(value) ? { ...value } : value;
}
