/** A JSON value, or nothing where a key may be absent. */
export type Json = undefined | null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** A layer, an initializer or another object as Keras writes it. */
export interface Described extends JsonObject {
  class_name: string;
  config: JsonObject;
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isDescribed(value: Json): value is Described {
  return isObject(value) && typeof value.class_name === 'string' && isObject(value.config);
}

/** An object without some of its keys. */
export function omit(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
