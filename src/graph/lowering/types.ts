import { tf } from '../../engine/index';
import { sizeOf, type DType } from '../ir';
import type { TensorType } from '../operators/rule';
import type { Call } from './lowering';

const { slice_util: slices } = tf;

type TypesOf<Attrs> = (call: Omit<Call<Attrs>, 'outputs'>) => readonly TensorType[];

const sameAsX: TypesOf<unknown> = ({ inputs: { x } }) => [x];

const reshape: TypesOf<tf.ReshapeAttrs> = ({ inputs: { x }, attrs }) => [
  { dtype: x.dtype, shape: tf.util.inferFromImplicitShape([...attrs.shape], sizeOf(x.shape)) },
];

const expandDims: TypesOf<tf.ExpandDimsAttrs> = ({ inputs: { input }, attrs: { dim } }) => {
  const { shape, dtype } = input;
  return [{ dtype, shape: shape.toSpliced(dim < 0 ? dim + shape.length + 1 : dim, 0, 1) }];
};

const cast: TypesOf<tf.CastAttrs> = ({ inputs: { x }, attrs }) => [
  { shape: x.shape, dtype: attrs.dtype as DType },
];

const tile: TypesOf<tf.TileAttrs> = ({ inputs: { x }, attrs: { reps } }) => [
  { dtype: x.dtype, shape: x.shape.map((length, axis) => length * reps[axis]) },
];

const pack: TypesOf<tf.PackAttrs> = ({ inputs, attrs: { axis } }) => {
  const slabs = Object.values(inputs);
  const [{ shape, dtype }] = slabs;
  return [{ dtype, shape: shape.toSpliced(axis < 0 ? axis + shape.length + 1 : axis, 0, slabs.length) }];
};

const unpack: TypesOf<tf.UnpackAttrs> = ({ inputs: { value }, attrs }) => {
  const { shape, dtype } = value;
  const axis = attrs.axis < 0 ? attrs.axis + shape.length : attrs.axis;
  return Array.from({ length: shape[axis] }, () => ({ dtype, shape: shape.toSpliced(axis, 1) }));
};

const split: TypesOf<tf.SplitVAttrs> = ({ inputs: { x }, attrs }) => {
  const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]);
  const sizes = tf.backend_util.prepareSplitSize(x as unknown as tf.Tensor, attrs.numOrSizeSplits, axis);
  return sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.with(axis, size) }));
};

const stridedSlice: TypesOf<tf.StridedSliceAttrs> = ({ inputs: { x }, attrs }) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
  return [
    { dtype: x.dtype, shape: slices.sliceInfo([...x.shape], begin, end, strides, ...masks).finalShape },
  ];
};

const oneHot: TypesOf<tf.OneHotAttrs> = ({ inputs: { indices }, attrs: { depth, dtype } }) => [
  { dtype: dtype as DType, shape: [...indices.shape, depth] },
];

const broadcastTo: TypesOf<tf.BroadCastToAttrs> = ({ inputs: { x }, attrs: { shape } }) => [
  { dtype: x.dtype, shape },
];

const depthToSpace: TypesOf<tf.DepthToSpaceAttrs> = ({ inputs: { x }, attrs: { blockSize } }) => {
  const [batch, height, width, depth] = x.shape;
  return [{ dtype: x.dtype, shape: [batch, height * blockSize, width * blockSize, depth / blockSize ** 2] }];
};

const spaceToBatch: TypesOf<tf.SpaceToBatchNDAttrs> = ({
  inputs: { x },
  attrs: { blockShape, paddings },
}) => {
  const [batch, ...others] = x.shape;
  const spatial = blockShape.map((block, i) => (others[i] + paddings[i][0] + paddings[i][1]) / block);
  const rest = others.slice(blockShape.length);
  return [{ dtype: x.dtype, shape: [batch * sizeOf(blockShape), ...spatial, ...rest] }];
};

/** What kernels give whose lowerings have to be told. */
export const givenTypes: Readonly<Record<string, TypesOf<never> | undefined>> = {
  BroadcastTo: broadcastTo,
  Cast: cast,
  DepthToSpace: depthToSpace,
  ExpandDims: expandDims,
  OnesLike: sameAsX,
  OneHot: oneHot,
  Pack: pack,
  Reshape: reshape,
  SpaceToBatchND: spaceToBatch,
  SplitV: split,
  StridedSlice: stridedSlice,
  Tile: tile,
  Unpack: unpack,
  ZerosLike: sameAsX,
};
