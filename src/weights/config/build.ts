import { tf } from '../../engine/index';
import { isObject, type Described, type Json, type JsonObject } from './json';

/** Values under these keys are names, and stay as they are. */
const NAMES = new Set([
  'name',
  'class_name',
  'inbound_nodes',
  'input_layers',
  'output_layers',
  'registered_name',
]);

function camel(text: string): string {
  return text.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** tfjs writes keys and enumerated values in camel case: `data_format: 'channels_last'` → `dataFormat: 'channelsLast'`. */
function camelCased(value: Json): Json {
  if (typeof value === 'string') return camel(value);
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, inner]): [string, Json] => [camel(key), NAMES.has(key) ? inner : camelCased(inner)]),
  );
}

/**
 * A tfjs model from its description, with weights of zero: they are about to be read, and drawing 23 million random
 * numbers first would take longer than reading them.
 */
export function build({ class_name, config }: Described): tf.LayersModel {
  const settings = camelCased(config) as JsonObject & tf.serialization.ConfigDict;
  const Class: typeof tf.LayersModel = class_name === 'Sequential' ? tf.Sequential : tf.LayersModel;
  return Class.fromConfig<tf.LayersModel>(Class, settings, {}, true);
}
