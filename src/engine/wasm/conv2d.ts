import { UnsupportedOnWasmError } from '../errors';
import { tf } from '../tf';
import {
  allocate,
  compose,
  floats,
  wasmKernel,
  type BackendWasm,
  type Call,
  type TensorInfo,
} from './backend';

export type Conv2DInfo = tf.backend_util.Conv2DInfo;
type Padding = [[number, number], [number, number], [number, number], [number, number]];

/** Explicit NHWC padding, as the Conv2D kernel takes it. */
function padding(top: number, bottom: number, left: number, right: number): Padding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function convolve(
  call: Call,
  x: TensorInfo,
  filter: TensorInfo,
  pad: Padding,
  dilations = [1, 1],
): TensorInfo {
  return call('Conv2D', { x, filter }, { strides: [1, 1], pad, dilations, dataFormat: 'NHWC' });
}

function hasNoPadding({ padInfo }: Conv2DInfo): boolean {
  return padInfo.top === 0 && padInfo.bottom === 0 && padInfo.left === 0 && padInfo.right === 0;
}

/** Put zeros between the pixels of `x` [n, h, w, c]: pixel (i, j) goes to (i·strideHeight, j·strideWidth). */
export function spread(
  backend: BackendWasm,
  x: TensorInfo,
  [strideHeight, strideWidth]: [number, number],
  [outHeight, outWidth]: [number, number],
): TensorInfo {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const out = allocate(backend, [batch, outHeight, outWidth, channels]);
  const from = floats(backend, x);
  const to = floats(backend, out).fill(0);
  let source = 0;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < height; i++) {
      let target = (n * outHeight + i * strideHeight) * outWidth * channels;
      for (let j = 0; j < width; j++) {
        for (let c = 0; c < channels; c++) to[target + c] = from[source++]!;
        target += strideWidth * channels;
      }
    }
  }
  return out;
}

function isPointwise(info: Conv2DInfo): boolean {
  return info.filterHeight === 1 && info.filterWidth === 1 && hasNoPadding(info);
}

/** The inverse of `spread`: keep the pixels at multiples of the stride, [n, outHeight, outWidth, c]. */
function pick(backend: BackendWasm, x: TensorInfo, info: Conv2DInfo): TensorInfo {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels } = info;
  const out = allocate(backend, [batchSize, outHeight, outWidth, inChannels]);
  const from = floats(backend, x);
  const to = floats(backend, out);
  let target = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let i = 0; i < outHeight; i++) {
      let source = (n * inHeight + i * info.strideHeight) * inWidth * inChannels;
      for (let j = 0; j < outWidth; j++, source += info.strideWidth * inChannels) {
        for (let c = 0; c < inChannels; c++) to[target++] = from[source + c];
      }
    }
  }
  return out;
}

/** For 1×1 filters without padding: one matrix product over all pixels, four times as fast. */
function pointwiseFilterGradient(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  info: Conv2DInfo,
): TensorInfo {
  const { inChannels, outChannels, strideHeight, strideWidth } = info;
  const dense = strideHeight === 1 && strideWidth === 1;
  const picked = dense ? x : pick(backend, x, info);
  const result = compose(backend, (call) => {
    const a = call('Reshape', { x: picked }, { shape: [-1, inChannels] });
    const b = call('Reshape', { x: dy }, { shape: [-1, outChannels] });
    const product = call('BatchMatMul', { a, b }, { transposeA: true, transposeB: false });
    return call('Reshape', { x: product }, { shape: [1, 1, inChannels, outChannels] });
  });
  if (!dense) backend.disposeData(picked.dataId);
  return result;
}

/**
 * Gradient of a convolution by its filter [fh, fw, in, out], from `x` [n, h, w, in] and `dy` [n, oh, ow, out].
 * It is itself a convolution: batch and channels swapped, `dy` as the filter, dilated by the stride.
 */
export function filterGradient(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  info: Conv2DInfo,
): TensorInfo {
  const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  if (isPointwise(info)) return pointwiseFilterGradient(backend, x, dy, info);
  // Grown so that at least the filter's size comes out; rows that the stride skipped can make it larger.
  const bottom = Math.max(
    0,
    (info.outHeight - 1) * strideHeight + filterHeight - info.inHeight - padInfo.top,
  );
  const right = Math.max(0, (info.outWidth - 1) * strideWidth + filterWidth - info.inWidth - padInfo.left);
  return compose(backend, (call) => {
    const swapped = call('Transpose', { x }, { perm: [3, 1, 2, 0] });
    const kernel = call('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
    const pad = padding(padInfo.top, bottom, padInfo.left, right);
    const raw = convolve(call, swapped, kernel, pad, [strideHeight, strideWidth]);
    const size = [info.inChannels, filterHeight, filterWidth, info.outChannels];
    const exact = call('Slice', { x: raw }, { begin: [0, 0, 0, 0], size });
    return call('Transpose', { x: exact }, { perm: [1, 2, 0, 3] });
  });
}

/** The filter turned by 180° with its channels swapped: [fh, fw, out, in]. */
function turned(call: Call, filter: TensorInfo): TensorInfo {
  const reversed = call('Reverse', { x: filter }, { dims: [0, 1] });
  return call('Transpose', { x: reversed }, { perm: [0, 1, 3, 2] });
}

/** For 1×1 filters without padding: convolve the small `dy`, then spread the result. */
function pointwiseInputGradient(backend: BackendWasm, dy: TensorInfo, filter: TensorInfo, info: Conv2DInfo) {
  const { strideHeight, strideWidth, inHeight, inWidth } = info;
  const small = compose(backend, (call) => convolve(call, dy, turned(call, filter), padding(0, 0, 0, 0)));
  if (strideHeight === 1 && strideWidth === 1) return small;
  const out = spread(backend, small, [strideHeight, strideWidth], [inHeight, inWidth]);
  backend.disposeData(small.dataId);
  return out;
}

/**
 * Gradient of a convolution by its input, [n, h, w, in]: `dy` with zeros between its pixels (as many as the
 * stride skipped), convolved with the turned filter. `undefined` where the padding is wider than the filter.
 */
export function inputGradient(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  info: Conv2DInfo,
): TensorInfo | undefined {
  const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  if (isPointwise(info)) {
    return pointwiseInputGradient(backend, dy, filter, info);
  }
  const height = (info.outHeight - 1) * strideHeight + 1;
  const width = (info.outWidth - 1) * strideWidth + 1;
  const top = filterHeight - 1 - padInfo.top;
  const left = filterWidth - 1 - padInfo.left;
  const bottom = info.inHeight - height + padInfo.top;
  const right = info.inWidth - width + padInfo.left;
  if (Math.min(top, left, bottom, right) < 0) return undefined;
  const dense = strideHeight === 1 && strideWidth === 1;
  const wide = dense ? dy : spread(backend, dy, [strideHeight, strideWidth], [height, width]);
  try {
    return compose(backend, (call) =>
      convolve(call, wide, turned(call, filter), padding(top, bottom, left, right)),
    );
  } finally {
    if (!dense) backend.disposeData(wide.dataId);
  }
}

type Conv2DAttrs = Pick<tf.Conv2DBackpropFilterAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>;

function conv2dInfo(
  kernelName: string,
  xShape: number[],
  filterShape: number[],
  attrs: Conv2DAttrs,
): Conv2DInfo {
  if (attrs.dataFormat === 'NCHW') throw new UnsupportedOnWasmError(kernelName, "dataFormat 'NCHW'");
  return tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
}

const conv2DBackpropFilter = wasmKernel<'x' | 'dy', tf.Conv2DBackpropFilterAttrs>(
  'Conv2DBackpropFilter',
  ({ x, dy }, { filterShape, ...attrs }, backend) =>
    filterGradient(backend, x, dy, conv2dInfo('Conv2DBackpropFilter', x.shape, filterShape, attrs)),
);

/** Many times faster than the backend's own kernel, which stays for what this form cannot express. */
const conv2DBackpropInput = wasmKernel<'dy' | 'filter', tf.Conv2DBackpropInputAttrs>(
  'Conv2DBackpropInput',
  ({ dy, filter }, { inputShape, ...attrs }, backend, stock) => {
    const info = conv2dInfo('Conv2DBackpropInput', inputShape, filter.shape, attrs);
    return inputGradient(backend, dy, filter, info) ?? stock();
  },
);

export const conv2dKernels = [conv2DBackpropFilter, conv2DBackpropInput];
