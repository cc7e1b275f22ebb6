import type { tf } from '../../engine/index';
import type { Builder } from '../builder';
import type { Value } from '../ir';
import { blockConvolution, isBlockConvolution } from './block-convolution';
import { convolutionProduct, isProduct } from './convolution-product';
import { activate, type FusedAttrs } from './elementwise';
import { withAttrs, type Call, type Lowering, type Lowerings } from './lowering';
import {
  attributes,
  channelsFirst,
  channelsLast,
  convolutionWindow,
  type Window,
  type WindowAttrs,
} from './window';

/** A filter […spatial, in, out] as ONNX's [out, in, …spatial]. */
export function filterFirst(b: Builder, filter: Value): Value {
  const axes = filter.shape.length - 2;
  return b.transpose(filter, [axes + 1, axes, ...Array.from({ length: axes }, (_, i) => i)]);
}

/** A depthwise filter [h, w, in, multiplier] as ONNX's [in · multiplier, 1, h, w], one group for each channel. */
export function depthwiseFilterFirst(b: Builder, filter: Value): Value {
  const [height, width, channels, multiplier] = filter.shape;
  return b.reshape(b.transpose(filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

function convolve(b: Builder, x: Value, filter: Value, window: Window, group = 1): Value {
  const attrs = { ...attributes(window), dilations: window.dilations, kernel_shape: window.size, group };
  return channelsLast(b, b.op('Conv', [channelsFirst(b, x), filter], attrs));
}

/** A convolution of `x` [n, …spatial, in] by `filter` […spatial, in, out]. */
function convolution(b: Builder, call: Call<WindowAttrs>): Value {
  const { x, filter } = call.inputs;
  const window = convolutionWindow(call, x.shape, filter.shape);
  if (b.trains && isProduct(window, x.shape.at(-1)!, filter.shape.at(-1)!))
    return convolutionProduct(b, x, filter, window);
  if (call.isPooled && isBlockConvolution(x.shape, window)) return blockConvolution(b, x, filter, window);
  return convolve(b, x, filterFirst(b, filter), window);
}

/** A convolution of every channel of `x` [n, h, w, in] by filters of its own. */
function depthwise(b: Builder, call: Call<WindowAttrs>): Value {
  const { x, filter } = call.inputs;
  const window = convolutionWindow(call, x.shape, filter.shape, true);
  return convolve(b, x, depthwiseFilterFirst(b, filter), window, x.shape[3]);
}

const fused = (convolution: (b: Builder, call: Call<WindowAttrs>) => Value): Lowering =>
  withAttrs<tf.FusedConv2DAttrs & FusedAttrs>((b, call) => {
    const raw = convolution(b, call);
    const bias = call.inputs.bias as Value | undefined;
    return activate(b, bias === undefined ? raw : b.op('Add', [raw, bias]), call);
  });

export const convolutionLowerings: Lowerings = {
  Conv2D: withAttrs(convolution),
  Conv3D: withAttrs(convolution),
  DepthwiseConv2dNative: withAttrs(depthwise),
  FusedConv2D: fused(convolution),
  FusedDepthwiseConv2D: fused(depthwise),
};
