import type { tf } from '../engine/index';

/** Element types that a graph knows. `int64` is ONNX's type for shapes and indices; tfjs has no such tensors. */
export type DType = 'float32' | 'int32' | 'int64' | 'bool';

export type Data = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** Attributes of a node: numbers, lists of integers or text. Whether a number is a float, ONNX's schema says. */
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/**
 * A tensor of the graph: an input, a constant, or what a node makes. Values are compared by identity.
 */
export interface Value {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The name that an input, a weight or a state must keep; other values are named when the graph is written. */
  readonly name?: string;
  /** A constant's elements. */
  readonly data?: Data;
  /** The node that makes the value; absent for inputs and constants. */
  readonly from?: Node;
}

/** One ONNX operator (of `OPSET`) applied to values. */
export interface Node {
  readonly op: string;
  /** An omitted optional input is `undefined`. */
  readonly inputs: readonly (Value | undefined)[];
  readonly attrs: Attributes;
  readonly outputs: readonly Value[];
  /** Where the node comes from: a layer's name, with what was computed for it; '' where it is not known. */
  readonly layer: string;
}

export interface Output {
  readonly name: string;
  readonly value: Value;
}

/** A variable that the graph reads and computes something for: a weight, a moving average, a moment. */
export interface State {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly input: Value;
  /** Its next value, or its gradient; the input itself where the graph only reads the variable. */
  readonly output: Value;
  readonly gives: 'next' | 'gradient';
  /** The graph keeps the variable with its axes in this order. */
  readonly perm: readonly number[];
}

/** Whether the graph computes something for a variable, and does not only read it. */
export function isComputed({ input, output }: State): boolean {
  return input !== output;
}

/** Nodes in an order in which they can run, between inputs and outputs. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Output[];
  readonly states: readonly State[];
  readonly nodes: readonly Node[];
}

/** ONNX's operator set that every node is written in. */
export const OPSET = 18;

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

/** A zeroed array for elements of a type. */
export function newData(dtype: DType, length: number): Data {
  return new arrays[dtype](length);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** A constant, its shape and type checked against its data. */
export function constant(data: Data, shape: readonly number[], dtype: DType, name?: string): Value {
  if (!(data instanceof arrays[dtype]) || data.length !== sizeOf(shape))
    throw new TypeError(`A constant ${dtype} [${shape.join(', ')}] cannot hold ${data.length} elements.`);
  return name === undefined ? { shape, dtype, data } : { shape, dtype, data, name };
}

export function floatScalar(value: number): Value {
  return constant(Float32Array.of(value), [], 'float32');
}

/** A list of integers as ONNX takes shapes, axes and indices. */
export function intList(values: readonly number[]): Value {
  return constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
}

/** The integers of a constant made by `intList`. */
export function intsOf(value: Value | undefined): number[] {
  if (value?.data === undefined) throw new TypeError('Expected a constant list of integers.');
  return Array.from(value.data as ArrayLike<number | bigint>, Number);
}

/** `float32 [64, 10]` */
export function describe({ dtype, shape }: Value): string {
  return `${dtype} [${shape.join(', ')}]`;
}
