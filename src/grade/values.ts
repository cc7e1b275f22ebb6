import type { tf } from '../engine/index';

/** What expected outputs are made of: numbers, lists of them to any depth, or named numbers. */
export type Value = number | readonly Value[] | Readonly<Record<string, number>>;

/** A value as a row of numbers with its shape; `names` stand in the shape's place for named numbers. */
export interface Flat {
  readonly shape: readonly number[];
  readonly names?: readonly string[];
  readonly data: readonly number[];
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Numbers, lists, typed arrays, tensors, grey pictures and records of numbers as a row of numbers; undefined for
 * anything else, such as lists of different lengths in one another.
 *
 * @param names which members of a record count; default all
 */
export function flatten(value: unknown, names?: readonly string[]): Flat | undefined {
  if (typeof value === 'number') return { shape: [], data: [value] };
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return flattenList(value);
  if (ArrayBuffer.isView(value)) return flattenList([...(value as Float32Array)]);
  if ('dataSync' in value) {
    const tensor = value as tf.Tensor;
    return { shape: tensor.shape, data: [...tensor.dataSync()] };
  }
  if ('width' in value && 'height' in value) {
    const { width, height, data } = value as Picture;
    return { shape: [height, width], data: [...data] };
  }
  const record = value as Record<string, unknown>;
  const keys = names ?? Object.keys(record);
  const data = keys.map((key) => record[key]);
  if (!data.every((item) => typeof item === 'number')) return undefined;
  return { shape: [keys.length], names: keys, data };
}

function flattenList(list: readonly unknown[]): Flat | undefined {
  const parts = list.map((item) => flatten(item));
  const shape = parts[0]?.shape ?? [];
  if (!parts.every((part) => part?.shape.join() === shape.join())) return undefined;
  return { shape: [list.length, ...shape], data: parts.flatMap((part) => part!.data) };
}

/** How the n-th number is reached, such as `[0][2]` or `.dw`. */
export function place({ shape, names }: Flat, n: number): string {
  if (names) return `.${names[n]}`;
  let path = '';
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    path = `[${n % shape[axis]}]${path}`;
    n = Math.floor(n / shape[axis]);
  }
  return path;
}

/** The value with its axes in another order. */
export function permute({ shape, data }: Flat, order: readonly number[]): Flat {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const to = order.map((axis) => shape[axis]);
  const permuted = data.map((_, n) => {
    let from = 0;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += (n % to[axis]) * strides[order[axis]];
      n = Math.floor(n / to[axis]);
    }
    return data[from];
  });
  return { shape: to, data: permuted };
}

/** All orders of n axes but the first, unchanged one. */
export function orders(n: number): number[][] {
  const all = (left: number[]): number[][] =>
    left.length === 0
      ? [[]]
      : left.flatMap((axis) => all(left.filter((each) => each !== axis)).map((rest) => [axis, ...rest]));
  return all(Array.from({ length: n }, (_, axis) => axis)).slice(1);
}

/** A number in seven digits, or in as many as tell it from `other`. */
export function told(value: number, other = NaN): string {
  for (let digits = 7; digits < 17; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (text !== String(Number(other.toPrecision(digits)))) return text;
  }
  return String(value);
}
