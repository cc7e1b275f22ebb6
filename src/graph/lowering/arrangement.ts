import { tf } from '../../engine/index';
import type { Builder } from '../builder';
import { intList, sizeOf, type Value } from '../ir';
import type { TensorType } from '../operators/rule';
import { scalar, unsupported, withAttrs, type Lowering, type Lowerings } from './lowering';

const { backend_util: util, slice_util: slices } = tf;

/** One number in every element. */
export function filled(b: Builder, value: number, { shape, dtype }: TensorType): Value {
  return b.expand(scalar(value, dtype), shape);
}

/** Cut `size` elements from `begin` out of the axes where that is not all. */
export function cut(b: Builder, x: Value, begin: readonly number[], size: readonly number[]): Value {
  const axes = x.shape.flatMap((length, axis) => (size[axis] === length ? [] : [axis]));
  if (axes.length === 0) return x;
  const starts = axes.map((axis) => begin[axis]);
  return b.slice(
    x,
    axes,
    starts,
    axes.map((axis) => begin[axis] + size[axis]),
  );
}

/** Put `value` around `x`, so many times `[before, after]` on each axis. */
export function pad(b: Builder, x: Value, paddings: readonly (readonly number[])[], value: number): Value {
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  if (pads.every((amount) => amount === 0)) return x;
  return b.op('Pad', [x, intList(pads), scalar(value, x.dtype)], { mode: 'constant' });
}

/** The attributes' axis, counted from the start. */
function axisOf(axis: number, { shape }: Value): number {
  return axis < 0 ? axis + shape.length : axis;
}

const concat = withAttrs<tf.ConcatAttrs>((b, { inputs, attrs }) => {
  const parts = Object.values(inputs).filter(({ shape }) => sizeOf(shape) > 0);
  return parts.length === 1 ? parts[0] : b.op('Concat', parts, { axis: axisOf(attrs.axis, parts[0]) });
});

/** Pictures or volumes [n, c, …spatial] with a row for each pixel, [pixels, n·c]: of matrices a transposition is fast. */
export function pixelRows(b: Builder, x: Value): Value {
  const maps = x.shape[0] * x.shape[1];
  return b.transpose(b.reshape(x, [maps, sizeOf(x.shape) / maps]), [1, 0]);
}

const pack = withAttrs<tf.PackAttrs>((b, { inputs, attrs, outputs: [{ shape }] }) => {
  const axis = attrs.axis < 0 ? attrs.axis + shape.length : attrs.axis;
  const slabs = Object.values(inputs).map((x) => b.reshape(x, shape.with(axis, 1)));
  return slabs.length === 1 ? slabs[0] : b.op('Concat', slabs, { axis });
});

function split(b: Builder, x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  return sizes.length === 1 ? [x] : b.all('Split', [x, intList(sizes)], { axis });
}

const stridedSlice = withAttrs<tf.StridedSliceAttrs>((b, { inputs: { x }, attrs, outputs: [{ shape }] }) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
  const info = slices.sliceInfo([...x.shape], begin, end, strides, ...masks);
  const axes = x.shape.map((_, axis) => axis);
  // Backwards to the first element: its end lies before 0, which counts from the end in ONNX.
  const ends = info.end.map((at, axis) => (at < 0 ? at - x.shape[axis] : at));
  return b.reshape(b.slice(x, axes, info.begin, ends, info.strides), shape);
});

const spaceToBatch = withAttrs<tf.SpaceToBatchNDAttrs>(
  (b, { inputs: { x }, attrs, outputs: [{ shape }] }) => {
    const { blockShape } = attrs;
    const none = x.shape.slice(blockShape.length + 1).map(() => [0, 0]);
    const padded = pad(b, x, [[0, 0], ...attrs.paddings, ...none], 0);
    const product = sizeOf(blockShape);
    const blocks = b.reshape(padded, util.getReshaped([...padded.shape], blockShape, product, false));
    const perm = util.getPermuted(blocks.shape.length, blockShape.length, false);
    return b.reshape(b.transpose(blocks, perm), shape);
  },
);

const batchToSpace = withAttrs<tf.BatchToSpaceNDAttrs>((b, { inputs: { x }, attrs }) => {
  const { blockShape, crops } = attrs;
  const shape = [...x.shape];
  const product = sizeOf(blockShape);
  const blocks = b.reshape(x, util.getReshaped(shape, blockShape, product));
  const joined = b.transpose(blocks, util.getPermuted(blocks.shape.length, blockShape.length));
  const whole = b.reshape(joined, util.getReshapedPermuted(shape, blockShape, product));
  const begin = util.getSliceBeginCoords(crops, blockShape.length);
  const size = util.getSliceSize([...whole.shape], crops, blockShape.length);
  return cut(b, whole, begin, [...size, ...whole.shape.slice(size.length)]);
});

const depthToSpace = withAttrs<tf.DepthToSpaceAttrs>((b, call) => {
  const { inputs: { x }, attrs: { blockSize, dataFormat }, outputs: [{ shape }] } = call; // prettier-ignore
  if (dataFormat !== 'NHWC') unsupported(call, `dataFormat ${dataFormat}`);
  const [batch, height, width, depth] = x.shape;
  const blocks = b.reshape(x, [batch, height, width, blockSize, blockSize, depth / blockSize ** 2]);
  return b.reshape(b.transpose(blocks, [0, 1, 3, 2, 4, 5]), shape);
});

const tile = withAttrs<tf.TileAttrs>((b, { inputs: { x }, attrs: { reps }, outputs: [{ shape }] }) =>
  x.shape.every((length, axis) => length === 1 || reps[axis] === 1)
    ? b.expand(x, shape)
    : b.op('Tile', [x, intList(reps)]),
);

const reshape: Lowering = (b, { inputs: { x }, outputs: [{ shape }] }) => b.reshape(x, shape);

export const arrangementLowerings: Lowerings = {
  BatchToSpaceND: batchToSpace,
  BroadcastTo: (b, { inputs: { x }, outputs: [{ shape }] }) => b.expand(x, shape),
  Concat: concat,
  DepthToSpace: depthToSpace,
  DropoutUniform: (b, { outputs: [{ shape }] }) => b.op('RandomUniform', [], { low: 0, high: 1, shape }),
  ExpandDims: (b, { inputs: { input }, outputs: [{ shape }] }) => b.reshape(input, shape),
  Fill: withAttrs<{ value: number }>((b, { attrs: { value }, outputs: [type] }) => filled(b, value, type)),
  FlipLeftRight: (b, { inputs: { image } }) => b.reverse(image, [2]),
  MirrorPad: withAttrs<tf.MirrorPadAttrs>((b, call) => {
    const { paddings, mode } = call.attrs;
    if (mode !== 'reflect') unsupported(call, `mode ${mode}`);
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    return b.op('Pad', [call.inputs.x, intList(pads)], { mode });
  }),
  OnesLike: (b, { outputs: [type] }) => filled(b, 1, type),
  Pack: pack,
  PadV2: withAttrs<tf.PadV2Attrs>((b, { inputs: { x }, attrs: { paddings, constantValue } }) =>
    pad(b, x, paddings, constantValue),
  ),
  Reshape: reshape,
  Reverse: withAttrs<tf.ReverseAttrs>((b, { inputs: { x }, attrs: { dims } }) => {
    const axes = tf.util.parseAxisParam(dims, [...x.shape]);
    return axes.length === 0 ? x : b.reverse(x, axes);
  }),
  Slice: withAttrs<tf.SliceAttrs>((b, { inputs: { x }, attrs }) => {
    const [begin, size] = slices.parseSliceParams(x as unknown as tf.TensorInfo, attrs.begin, attrs.size);
    return cut(b, x, begin, size);
  }),
  SpaceToBatchND: spaceToBatch,
  SplitV: withAttrs<tf.SplitVAttrs>((b, { inputs: { x }, attrs, outputs }) => {
    const axis = axisOf(attrs.axis, x);
    return split(b, x, axis, outputs.map(({ shape }) => shape[axis])); // prettier-ignore
  }),
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: withAttrs<tf.TransposeAttrs>((b, { inputs: { x }, attrs: { perm } }) => b.transpose(x, perm)),
  Unpack: withAttrs<tf.UnpackAttrs>((b, { inputs: { value }, attrs, outputs }) => {
    const axis = axisOf(attrs.axis, value);
    const slabs = split(b, value, axis, outputs.map(() => 1)); // prettier-ignore
    return slabs.map((slab) => b.reshape(slab, outputs[0].shape));
  }),
  ZerosLike: (b, { outputs: [type] }) => filled(b, 0, type),
};
