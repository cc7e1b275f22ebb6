import type { tf } from '../../engine/index';
import type { Builder } from '../builder';
import { constant, sizeOf, type Value } from '../ir';
import { filled } from './arrangement';
import { cast, scalar, unsupported, withAttrs, type Lowerings } from './lowering';

/** Add `updates` to zeros of `shape` at `indices` [..., depth]; several at one place add up. */
function scatter(b: Builder, indices: Value, updates: Value, shape: readonly number[]): Value {
  const zeros = filled(b, 0, { shape, dtype: updates.dtype });
  return b.op('ScatterND', [zeros, cast(b, indices, 'int64'), updates], { reduction: 'add' });
}

const oneHot = withAttrs<tf.OneHotAttrs>((b, { inputs: { indices }, attrs, outputs: [{ dtype }] }) => {
  const { depth, onValue, offValue } = attrs;
  const classes = constant(Int32Array.from({ length: depth }, (_, i) => i), [depth], 'int32'); // prettier-ignore
  const column = b.reshape(cast(b, indices, 'int32'), [...indices.shape, 1]);
  const hit = b.op('Equal', [column, classes]);
  if (onValue === 1 && offValue === 0) return cast(b, hit, dtype);
  return b.op('Where', [hit, scalar(onValue, dtype), scalar(offValue, dtype)]);
});

const segmentSum = withAttrs<tf.UnsortedSegmentSumAttrs>((b, { inputs: { x, segmentIds }, attrs }) => {
  const { numSegments } = attrs;
  const inner = x.shape.slice(segmentIds.shape.length);
  const count = sizeOf(segmentIds.shape);
  const ids = cast(b, b.reshape(segmentIds, [count, 1]), 'int64');
  // Ids out of range are dropped: they go to a row of their own, which is cut off.
  const [zero, last] = [scalar(0, 'int64'), scalar(numSegments, 'int64')];
  const inside = b.op('And', [b.op('GreaterOrEqual', [ids, zero]), b.op('Less', [ids, last])]);
  const rows = b.op('Where', [inside, ids, last]);
  const sums = scatter(b, rows, b.reshape(x, [count, ...inner]), [numSegments + 1, ...inner]);
  return b.slice(sums, [0], [0], [numSegments]);
});

export const indexingLowerings: Lowerings = {
  GatherNd: (b, { inputs: { params, indices } }) => b.op('GatherND', [params, cast(b, indices, 'int64')]),
  GatherV2: withAttrs<tf.GatherV2Attrs>((b, call) => {
    const { inputs: { x, indices }, attrs: { axis, batchDims } } = call; // prettier-ignore
    if (batchDims !== 0) unsupported(call, `batchDims ${batchDims}`);
    return b.op('Gather', [x, indices], { axis });
  }),
  OneHot: oneHot,
  ScatterNd: withAttrs<tf.ScatterNdAttrs>((b, { inputs: { indices, updates }, attrs: { shape } }) =>
    scatter(b, indices, updates, shape),
  ),
  TensorScatterUpdate: (b, { inputs: { tensor, indices, updates } }) =>
    b.op('ScatterND', [tensor, cast(b, indices, 'int64'), updates], { reduction: 'none' }),
  UnsortedSegmentSum: segmentSum,
};
