import { intsOf, type Attributes, type Value } from '../ir';
import { broadcast } from './elementwise';
import { axisOf, type Rule, type TensorType } from './rule';

function without(shape: readonly number[], axes: readonly number[], keep: boolean): number[] {
  const reduced = new Set(axes.map((axis) => axisOf(axis, shape.length)));
  return keep
    ? shape.map((length, axis) => (reduced.has(axis) ? 1 : length))
    : shape.filter((_, axis) => !reduced.has(axis));
}

const reduce: Rule = ([x, axes], attrs) => [
  { shape: without(x.shape, intsOf(axes), attrs.keepdims === 1), dtype: x.dtype },
];

const argument: Rule = ([x], attrs) => [
  { shape: without(x.shape, [attrs.axis as number], attrs.keepdims === 1), dtype: 'int64' },
];

const topK: Rule = ([x, k], attrs) => {
  const shape = x.shape.with(axisOf(attrs.axis as number, x.shape.length), intsOf(k)[0]);
  return [
    { shape, dtype: x.dtype },
    { shape, dtype: 'int64' },
  ];
};

const matMul: Rule = ([a, b]) => {
  const [m, k] = a.shape.slice(-2);
  const [rows, n] = b.shape.slice(-2);
  if (k !== rows || a.shape.length < 2 || b.shape.length < 2) throw new TypeError('the matrices do not fit');
  return [{ shape: [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n], dtype: a.dtype }];
};

const gemm: Rule = ([a, b], attrs) => {
  const [m, k] = attrs.transA === 1 ? a.shape.toReversed() : a.shape;
  const [rows, n] = attrs.transB === 1 ? b.shape.toReversed() : b.shape;
  if (k !== rows || a.shape.length !== 2 || b.shape.length !== 2)
    throw new TypeError('the matrices do not fit');
  return [{ shape: [m, n], dtype: a.dtype }];
};

/** Einstein's summation with the result's axes named, as `ij,jk->ik`. */
function einsum(inputs: readonly Value[], attrs: Attributes): TensorType[] {
  const [left, right] = (attrs.equation as string).replaceAll(' ', '').split('->');
  const lengths = new Map<string, number>();
  left
    .split(',')
    .forEach((term, i) => Array.from(term, (axis, at) => lengths.set(axis, inputs[i].shape[at])));
  return [{ shape: Array.from(right, (axis) => lengths.get(axis)!), dtype: inputs[0].dtype }];
}

const sameAsFirst: Rule = ([{ shape, dtype }]) => [{ shape, dtype }];

/** Operators that mix elements along some axes. */
export const reductionRules: Readonly<Record<string, Rule>> = {
  ReduceSum: reduce,
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ArgMax: argument,
  ArgMin: argument,
  TopK: topK,
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
  Softmax: sameAsFirst,
  LogSoftmax: sameAsFirst,
  CumSum: sameAsFirst,
  LRN: sameAsFirst,
  BatchNormalization: sameAsFirst,
};
