import { tf } from '../tf';
import { filterGradient, inputGradient, type Conv2DInfo } from './conv2d';
import {
  allocate,
  compose,
  floats,
  wasmKernel,
  type BackendWasm,
  type Call,
  type TensorInfo,
} from './backend';

/*
 * A convolution in three dimensions is one in two, once each output plane's input planes are laid side by
 * side as channels: x [n, d, h, w, c] becomes [n·od, h, w, fd·c], the filter [fd, fh, fw, c, k] becomes
 * [fh, fw, fd·c, k]. The backend's own 3-D kernels are plain loops.
 */

type Info = tf.backend_util.Conv3DInfo;
type Six = [number, number, number, number, number, number];
type Shape5D = [number, number, number, number, number];
type Conv3DAttrs = Pick<tf.Conv3DAttrs, 'strides' | 'pad'> & { dilations?: tf.Conv3DAttrs['dilations'] };

function conv3dInfo(xShape: number[], filterShape: number[], { strides, pad, dilations }: Conv3DAttrs): Info {
  const x = xShape as Shape5D;
  const info = tf.backend_util.computeConv3DInfo(x, filterShape as Shape5D, strides, dilations ?? 1, pad);
  // tfjs pads by a negative amount where 'same' meets a filter smaller than the stride; TensorFlow by none.
  const { front, back, top, bottom, left, right, type } = info.padInfo;
  const [f, b, t, o, l, r] = [front, back, top, bottom, left, right].map((size) => Math.max(0, size)) as Six;
  return { ...info, padInfo: { front: f, back: b, top: t, bottom: o, left: l, right: r, type } };
}

/** The same convolution seen from one output plane. */
function planeInfo(info: Info): Conv2DInfo {
  const { top, bottom, left, right, type } = info.padInfo;
  return {
    ...info,
    batchSize: info.batchSize * info.outDepth,
    inChannels: info.filterDepth * info.inChannels,
    padInfo: { top, bottom, left, right, type },
    inShape: unfoldedShape(info),
    outShape: planesShape(info),
    filterShape: [info.filterHeight, info.filterWidth, info.filterDepth * info.inChannels, info.outChannels],
  };
}

function unfoldedShape(info: Info): [number, number, number, number] {
  return [info.batchSize * info.outDepth, info.inHeight, info.inWidth, info.filterDepth * info.inChannels];
}

function planesShape(info: Info): [number, number, number, number] {
  return [info.batchSize * info.outDepth, info.outHeight, info.outWidth, info.outChannels];
}

/** Whether each output plane needs exactly the input plane at its own place, so that nothing has to move. */
function isFlat({ filterDepth, strideDepth, padInfo }: Info): boolean {
  return filterDepth === 1 && strideDepth === 1 && padInfo.front === 0 && padInfo.back === 0;
}

/** Visit each pair of input plane and its place among the channels of an unfolded plane; -1 means padding. */
function eachPlane(info: Info, visit: (plane: number, unfolded: number, tap: number) => void): void {
  for (let n = 0, unfolded = 0; n < info.batchSize; n++) {
    for (let od = 0; od < info.outDepth; od++, unfolded++) {
      for (let tap = 0; tap < info.filterDepth; tap++) {
        const d = od * info.strideDepth - info.padInfo.front + tap * info.dilationDepth;
        visit(d < 0 || d >= info.inDepth ? -1 : n * info.inDepth + d, unfolded, tap);
      }
    }
  }
}

/** [n, d, h, w, c] → [n·od, h, w, fd·c]. The caller owns the result. */
function unfold(backend: BackendWasm, x: TensorInfo, info: Info): TensorInfo {
  const channels = info.inChannels;
  const pixels = info.inHeight * info.inWidth;
  const step = info.filterDepth * channels;
  const out = allocate(backend, unfoldedShape(info));
  const from = floats(backend, x);
  const to = floats(backend, out);
  eachPlane(info, (plane, unfolded, tap) => {
    let target = unfolded * pixels * step + tap * channels;
    let source = plane * pixels * channels;
    for (let p = 0; p < pixels; p++, target += step) {
      if (plane < 0) to.fill(0, target, target + channels);
      else for (let c = 0; c < channels; c++) to[target + c] = from[source++]!;
    }
  });
  return out;
}

/** The gradient of `unfold`: [n·od, h, w, fd·c] → [n, d, h, w, c], summing what it copied several times. */
function fold(backend: BackendWasm, unfoldedPlanes: TensorInfo, info: Info): TensorInfo {
  const channels = info.inChannels;
  const pixels = info.inHeight * info.inWidth;
  const step = info.filterDepth * channels;
  const out = allocate(backend, info.inShape);
  const from = floats(backend, unfoldedPlanes);
  const to = floats(backend, out).fill(0);
  eachPlane(info, (plane, unfolded, tap) => {
    if (plane < 0) return;
    let source = unfolded * pixels * step + tap * channels;
    let target = plane * pixels * channels;
    for (let p = 0; p < pixels; p++, source += step) {
      for (let c = 0; c < channels; c++) to[target++] += from[source + c];
    }
  });
  return out;
}

function reshape(call: Call, x: TensorInfo, shape: number[]): TensorInfo {
  return call('Reshape', { x }, { shape });
}

/**
 * Swap depth with height and width among a filter's taps: [a, b, c·k] → [b, a, c·k], a and b being depth and the
 * plane's taps or the other way about. Each tap's matrix moves whole, a thousand times as fast as by `Transpose`.
 * The caller owns the result.
 */
function swapTaps(
  backend: BackendWasm,
  filter: TensorInfo,
  a: number,
  b: number,
  shape: number[],
): TensorInfo {
  const out = allocate(backend, shape);
  const from = floats(backend, filter);
  const to = floats(backend, out);
  const matrix = from.length / (a * b);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      const source = (i * b + j) * matrix;
      to.set(from.subarray(source, source + matrix), (j * a + i) * matrix);
    }
  }
  return out;
}

/** Run `use` on the filter as the unfolded input needs it: [fd, fh, fw, c, k] → [fh, fw, fd·c, k]. */
function withPlaneFilter<T>(
  backend: BackendWasm,
  filter: TensorInfo,
  info: Info,
  use: (planeFilter: TensorInfo) => T,
): T {
  const taps = info.filterHeight * info.filterWidth;
  const moved = swapTaps(backend, filter, info.filterDepth, taps, planeInfo(info).filterShape);
  try {
    return use(moved);
  } finally {
    backend.disposeData(moved.dataId);
  }
}

/** Run `use` on the unfolded input, which is only another view of it where nothing has to move. */
function withUnfolded(
  backend: BackendWasm,
  x: TensorInfo,
  info: Info,
  use: (planes: TensorInfo, call: Call) => TensorInfo,
): TensorInfo {
  return compose(backend, (call) => {
    if (isFlat(info)) return use(reshape(call, x, unfoldedShape(info)), call);
    const planes = unfold(backend, x, info);
    try {
      return use(planes, call);
    } finally {
      backend.disposeData(planes.dataId);
    }
  });
}

const conv3d = wasmKernel<'x' | 'filter', tf.Conv3DAttrs>('Conv3D', ({ x, filter }, attrs, backend) => {
  const info = conv3dInfo(x.shape, filter.shape, attrs);
  const { padInfo, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const pad = [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
  return withUnfolded(backend, x, info, (planes, call) => {
    const strides = [strideHeight, strideWidth];
    const dilations = [dilationHeight, dilationWidth];
    const attrs2d = { strides, pad, dilations, dataFormat: 'NHWC' };
    return withPlaneFilter(backend, filter, info, (planeFilter) =>
      reshape(call, call('Conv2D', { x: planes, filter: planeFilter }, attrs2d), info.outShape),
    );
  });
});

const conv3dBackpropFilter = wasmKernel<'x' | 'dy', tf.Conv3DBackpropFilterV2Attrs>(
  'Conv3DBackpropFilterV2',
  ({ x, dy }, { filterShape, ...attrs }, backend) => {
    const info = conv3dInfo(x.shape, filterShape, attrs);
    const { filterDepth, filterHeight, filterWidth, inChannels, outChannels } = info;
    return withUnfolded(backend, x, info, (planes, call) => {
      const flat = filterGradient(backend, planes, reshape(call, dy, planesShape(info)), planeInfo(info));
      const shape = [filterDepth, filterHeight, filterWidth, inChannels, outChannels];
      const result = swapTaps(backend, flat, filterHeight * filterWidth, filterDepth, shape);
      backend.disposeData(flat.dataId);
      return result;
    });
  },
);

const conv3dBackpropInput = wasmKernel<'dy' | 'filter', tf.Conv3DBackpropInputV2Attrs>(
  'Conv3DBackpropInputV2',
  ({ dy, filter }, { inputShape, ...attrs }, backend, stock) => {
    const info = conv3dInfo(inputShape, filter.shape, attrs);
    const planes = withPlaneFilter(backend, filter, info, (planeFilter) =>
      compose(backend, (call) => {
        const planesDy = reshape(call, dy, planesShape(info));
        return inputGradient(backend, planesDy, planeFilter, planeInfo(info)) ?? NONE;
      }),
    );
    if (planes === NONE) return stock();
    const result = isFlat(info)
      ? compose(backend, (call) => reshape(call, planes, info.inShape))
      : fold(backend, planes, info);
    backend.disposeData(planes.dataId);
    return result;
  },
);

/** Stands for no result inside `compose`. */
const NONE: TensorInfo = { dataId: {}, shape: [], dtype: 'float32' };

export const conv3dKernels = [conv3d, conv3dBackpropFilter, conv3dBackpropInput];
