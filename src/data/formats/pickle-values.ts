/**
 * What a pickle of a uint8 array or of nested lists of whole numbers can hold while it is read.
 * Classes, not plain objects, so that nothing in a file can pose as one of them.
 */

/** Marks where a tuple or a run of list items begins. */
export class Mark {
  readonly kind = 'mark';
}

export class Tuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

export class List {
  readonly items: PickleValue[] = [];
}

/** A name that the pickle refers to; only those of the table below ever get this far. */
export class Global {
  constructor(readonly name: GlobalName) {}
}

/** NumPy's dtype object; only 'u1' exists here. */
export class Dtype {
  constructor(readonly code: string) {}
}

/** An array, empty until BUILD gives it a state. */
export class NumpyArray {
  shape: readonly number[] | undefined;
  /** Row by row, whatever the order in the file. */
  data: Uint8Array = new Uint8Array(0);
}

export type PickleValue =
  null | boolean | number | string | Uint8Array | Tuple | List | Global | Dtype | NumpyArray | Mark;

export type GlobalName = 'reconstruct' | 'ndarray' | 'dtype' | 'encode';

/** Every global that may be named, by `module name`. */
export const GLOBALS: ReadonlyMap<string, GlobalName> = new Map<string, GlobalName>([
  ['numpy.core.multiarray _reconstruct', 'reconstruct'],
  ['numpy._core.multiarray _reconstruct', 'reconstruct'],
  ['numpy ndarray', 'ndarray'],
  ['numpy dtype', 'dtype'],
  ['_codecs encode', 'encode'], // how protocol 2 writes bytes under Python 3
]);

/** A value in a few words, for error messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Tuple) return `a tuple of ${value.items.length}`;
  if (value instanceof List) return `a list of ${value.items.length}`;
  if (value instanceof Global) return `the name ${value.name}`;
  if (value instanceof Dtype) return `the dtype ${value.code}`;
  return value instanceof NumpyArray ? 'an array' : 'a mark';
}
