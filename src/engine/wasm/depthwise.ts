import { tf } from '../tf';
import { allocate, floats, wasmKernel, type BackendWasm, type TensorInfo } from './backend';

type Shape4D = [number, number, number, number];
type DepthwiseAttrs = Pick<
  tf.DepthwiseConv2dNativeBackpropFilterAttrs,
  'strides' | 'dilations' | 'pad' | 'dimRoundingMode'
>;
type Info = tf.backend_util.Conv2DInfo;

function depthwiseInfo(xShape: number[], filterShape: number[], attrs: DepthwiseAttrs): Info {
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  const x = xShape as Shape4D;
  const filter = filterShape as Shape4D;
  return tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode, true);
}

/**
 * Visit every pair of an input pixel and a filter tap that meet in an output pixel.
 * The three numbers are the offsets of the first channel in x, dy and the filter.
 */
function eachTap(
  info: Info,
  multiplier: number,
  visit: (x: number, dy: number, filter: number) => void,
): void {
  const { inChannels, filterHeight, filterWidth, inHeight, inWidth, padInfo } = info;
  const filterStep = inChannels * multiplier;
  for (let n = 0, dy = 0; n < info.batchSize; n++) {
    for (let oy = 0; oy < info.outHeight; oy++) {
      for (let ox = 0; ox < info.outWidth; ox++, dy += filterStep) {
        for (let ky = 0; ky < filterHeight; ky++) {
          const y = oy * info.strideHeight - padInfo.top + ky * info.dilationHeight;
          if (y < 0 || y >= inHeight) continue;
          for (let kx = 0; kx < filterWidth; kx++) {
            const x = ox * info.strideWidth - padInfo.left + kx * info.dilationWidth;
            if (x < 0 || x >= inWidth) continue;
            const at = ((n * inHeight + y) * inWidth + x) * inChannels;
            visit(at, dy, (ky * filterWidth + kx) * filterStep);
          }
        }
      }
    }
  }
}

function filterGradient(backend: BackendWasm, x: TensorInfo, dy: TensorInfo, info: Info): TensorInfo {
  const { inChannels, outChannels, filterHeight, filterWidth } = info;
  const multiplier = outChannels / inChannels;
  const out = allocate(backend, [filterHeight, filterWidth, inChannels, multiplier]);
  const xs = floats(backend, x);
  const dys = floats(backend, dy);
  const result = floats(backend, out).fill(0);
  eachTap(info, multiplier, (xAt, dyAt, filterAt) => {
    for (let c = 0, m = 0; c < inChannels; c++) {
      const value = xs[xAt + c];
      for (const end = m + multiplier; m < end; m++) result[filterAt + m] += value * dys[dyAt + m];
    }
  });
  return out;
}

function inputGradient(backend: BackendWasm, dy: TensorInfo, filter: TensorInfo, info: Info): TensorInfo {
  const { inChannels } = info;
  const multiplier = info.outChannels / inChannels;
  const out = allocate(backend, info.inShape);
  const weights = floats(backend, filter);
  const dys = floats(backend, dy);
  const result = floats(backend, out).fill(0);
  eachTap(info, multiplier, (xAt, dyAt, filterAt) => {
    for (let c = 0, m = 0; c < inChannels; c++) {
      let sum = 0;
      for (const end = m + multiplier; m < end; m++) sum += dys[dyAt + m] * weights[filterAt + m];
      result[xAt + c] += sum;
    }
  });
  return out;
}

const backpropFilter = wasmKernel<'x' | 'dy', tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
  'DepthwiseConv2dNativeBackpropFilter',
  ({ x, dy }, { filterShape, ...attrs }, backend) =>
    filterGradient(backend, x, dy, depthwiseInfo(x.shape, filterShape, attrs)),
);

const backpropInput = wasmKernel<'dy' | 'filter', tf.DepthwiseConv2dNativeBackpropInputAttrs>(
  'DepthwiseConv2dNativeBackpropInput',
  ({ dy, filter }, { inputShape, ...attrs }, backend) =>
    inputGradient(backend, dy, filter, depthwiseInfo(inputShape, filter.shape, attrs)),
);

export const depthwiseKernels = [backpropFilter, backpropInput];
