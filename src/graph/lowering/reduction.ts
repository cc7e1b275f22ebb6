import { tf } from '../../engine/index';
import type { Builder } from '../builder';
import { intList, type Value } from '../ir';
import { cast, scalar, withAttrs, type Lowering, type Lowerings } from './lowering';

type Axis = number | number[] | null | undefined;

interface ReduceAttrs {
  axis?: Axis;
  /** Max's name for it. */
  reductionIndices?: Axis;
  keepDims?: boolean;
}

type Reduction = 'ReduceMax' | 'ReduceMean' | 'ReduceMin' | 'ReduceProd' | 'ReduceSum';

/** Reduce along some axes; an empty list of them leaves `x` as it is, where ONNX would take all. */
export function reduce(
  b: Builder,
  op: Reduction,
  x: Value,
  axes: readonly number[],
  keepDims = false,
): Value {
  return axes.length === 0 ? x : b.op(op, [x, intList(axes)], { keepdims: keepDims ? 1 : 0 });
}

const reduction = (op: Reduction, prepare: (b: Builder, x: Value) => Value = (_b, x) => x): Lowering =>
  withAttrs<ReduceAttrs>((b, { inputs: { x }, attrs }) => {
    const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices)!, [...x.shape]);
    return reduce(b, op, prepare(b, x), axes, attrs.keepDims);
  });

const asFloat = (b: Builder, x: Value): Value => cast(b, x, 'float32');

/** ONNX has no sums, largest or smallest of booleans. */
const asNumber = (b: Builder, x: Value): Value => (x.dtype === 'bool' ? cast(b, x, 'int32') : x);

const argument = (op: 'ArgMax' | 'ArgMin'): Lowering =>
  withAttrs<tf.ArgMaxAttrs>((b, { inputs: { x }, attrs }) => {
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]);
    return b.op(op, [x], { axis, keepdims: 0 });
  });

export const reductionLowerings: Lowerings = {
  All: reduction('ReduceMin', asNumber),
  Any: reduction('ReduceMax', asNumber),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Cumsum: withAttrs<tf.CumsumAttrs>((b, { inputs: { x }, attrs: { axis, exclusive, reverse } }) => {
    const [along] = tf.util.parseAxisParam(axis, [...x.shape]);
    return b.op('CumSum', [x, scalar(along, 'int64')], {
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    });
  }),
  LogSoftmax: withAttrs<tf.LogSoftmaxAttrs>((b, { inputs: { logits }, attrs: { axis } }) =>
    b.op('LogSoftmax', [logits], { axis }),
  ),
  Max: reduction('ReduceMax', asNumber),
  Mean: reduction('ReduceMean', asFloat),
  Min: reduction('ReduceMin', asNumber),
  Prod: reduction('ReduceProd', asNumber),
  Softmax: withAttrs<tf.SoftmaxAttrs>((b, { inputs: { logits }, attrs: { dim } }) =>
    b.op('Softmax', [logits], { axis: dim }),
  ),
  Sum: reduction('ReduceSum', asNumber),
  TopK: withAttrs<tf.TopKAttrs>((b, { inputs: { x }, attrs: { k, sorted } }) =>
    b.all('TopK', [x, intList([k])], { axis: x.shape.length - 1, sorted: Number(sorted) }),
  ),
};
