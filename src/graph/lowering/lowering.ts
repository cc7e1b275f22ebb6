import type { Builder } from '../builder';
import { UnsupportedKernelError } from '../errors';
import { constant, newData, type DType, type Value } from '../ir';
import type { TensorType } from '../operators/rule';

/** A kernel call whose inputs are values of the graph being built. */
export interface Call<Attrs> {
  readonly kernel: string;
  readonly layer: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attrs: Attrs;
  /** What the kernel returned. */
  readonly outputs: readonly TensorType[];
  /** Whether it is a convolution whose result is pooled by blocks of 2×2 pixels, in a graph that trains. */
  readonly isPooled: boolean;
}

/**
 * Writes one tfjs kernel in ONNX operators. The result's shapes must be the kernel's; where only the element type
 * differs (ONNX counts in int64), a Cast is added.
 */
export type Lowering = (b: Builder, call: Call<never>) => Value | readonly Value[];

export type Lowerings = Readonly<Record<string, Lowering>>;

/** Give a lowering its kernel's attributes as a type. */
export function withAttrs<Attrs>(
  lower: (b: Builder, call: Call<Attrs>) => Value | readonly Value[],
): Lowering {
  return lower;
}

/** Refuse what a kernel can do and its lowering cannot. */
export function unsupported({ kernel, layer }: Call<unknown>, what: string): never {
  throw new UnsupportedKernelError(kernel, layer, what);
}

export function scalar(value: number, dtype: DType = 'float32'): Value {
  const data = newData(dtype, 1);
  data[0] = data instanceof BigInt64Array ? BigInt(value) : value;
  return constant(data, [], dtype);
}

export function cast(b: Builder, x: Value, to: DType): Value {
  return x.dtype === to ? x : b.op('Cast', [x], { to });
}
