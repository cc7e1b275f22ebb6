import { constant, newData, sizeOf, type Data, type Node, type Value } from '../ir';
import { transposeData, type Permutation } from '../permutation';
import { rebuild, type Pass } from './rebuild';

type Compute = (...numbers: number[]) => number;

/** Elementwise operators on float32 constants. */
const computations: Readonly<Record<string, Compute | undefined>> = {
  Add: (a, b) => a + b,
  Div: (a, b) => a / b,
  Mul: (a, b) => a * b,
  Neg: (x) => -x,
  Pow: (a, b) => a ** b,
  Reciprocal: (x) => 1 / x,
  Sqrt: Math.sqrt,
  Sub: (a, b) => a - b,
};

/** A weight in another shape is still that weight, and keeps its name. */
const REARRANGES = new Set(['Reshape', 'Transpose', 'Identity']);

/** Compute now what depends on constants alone. Spread constants stay as they are: one number and a shape. */
export const foldConstants: Pass = (graph) =>
  rebuild(graph, (_b, node) => {
    const inputs = node.inputs.filter((input) => input !== undefined);
    if (inputs.length === 0 || inputs.some((input) => input.data === undefined)) return undefined;
    const data = evaluate(node, inputs);
    const [{ shape, dtype }] = node.outputs;
    return data && [constant(data, shape, dtype, REARRANGES.has(node.op) ? inputs[0].name : undefined)];
  });

function evaluate({ op, attrs, outputs: [y] }: Node, inputs: readonly Value[]): Data | undefined {
  const [{ data, dtype, shape }] = inputs;
  if (op === 'Reshape' || op === 'Identity') return data;
  if (op === 'Transpose') return transposeData(data!, dtype, shape, attrs.perm as Permutation);
  if (op === 'Cast') return converted(data!, y);
  const compute = computations[op];
  return compute && dtype === 'float32' ? combined(compute, inputs, y) : undefined;
}

function converted(data: Data, { dtype }: Value): Data {
  const result = newData(dtype, data.length);
  for (let i = 0; i < data.length; i++) {
    const number = Number(data[i]);
    if (result instanceof BigInt64Array) result[i] = BigInt(Math.trunc(number));
    else result[i] = dtype === 'bool' ? Number(number !== 0) : number;
  }
  return result;
}

function combined(compute: Compute, inputs: readonly Value[], { shape }: Value): Data {
  const readers = inputs.map((input) => reader(input, shape));
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => compute(...readers.map((read) => read(i))));
}

/** Reads a constant as if it were spread over `shape`. */
function reader({ data, shape }: Value, over: readonly number[]): (at: number) => number {
  const numbers = data as Float32Array;
  if (numbers.length === sizeOf(over)) return (at) => numbers[at];
  const axes = over.map((length, axis) => {
    const own = axis - over.length + shape.length;
    const step = own >= 0 && shape[own] !== 1 ? sizeOf(shape.slice(own + 1)) : 0;
    return { length, step, inner: sizeOf(over.slice(axis + 1)) };
  });
  return (at) => {
    const from = axes.reduce(
      (sum, { length, step, inner }) => sum + (Math.floor(at / inner) % length) * step,
      0,
    );
    return numbers[from];
  };
}
