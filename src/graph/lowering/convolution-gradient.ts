import { sizeOf, type Value } from '../ir';
import type { Builder } from '../builder';
import { cut } from './arrangement';
import { blockFilterGradient, blockInputGradient, isBlockConvolution } from './block-convolution';
import { isOfBlocks } from './blocks';
import { filterGradientProduct, inputGradientProduct, isProduct } from './convolution-product';
import { depthwiseFilterFirst, filterFirst } from './convolution';
import { filterGradientByPlaces, patchedFilterGradient, turnedWindow } from './filter-gradient';
import { withAttrs, type Call, type Lowerings } from './lowering';
import { reduce } from './reduction';
import {
  attributes,
  channelsBeforeBatch,
  channelsFirst,
  channelsLast,
  convolutionWindow,
  type Window,
  type WindowAttrs,
} from './window';

interface InputAttrs extends WindowAttrs {
  inputShape: number[];
}

interface FilterAttrs extends WindowAttrs {
  filterShape: number[];
}

/** The transposed convolution of `dy` [n, out, …spatial] that gives the input's size again. */
function transposed(b: Builder, dy: Value, filter: Value, window: Window, group = 1): Value {
  const { size, strides, dilations, begin, input, output } = window;
  const over = input.map((length, i) => {
    const whole = (output[i] - 1) * strides[i] + (size[i] - 1) * dilations[i] + 1;
    return whole - begin[i] - length;
  });
  const pads = [...begin, ...over.map((rows) => Math.max(0, rows))];
  const output_padding = over.map((rows) => Math.max(0, -rows));
  const attrs = { strides, dilations, kernel_shape: size, pads, output_padding, group };
  return b.op('ConvTranspose', [dy, filter], attrs);
}

/** From this many channels on, a convolution is faster than a transposed one that does the same work. */
const MANY_CHANNELS = 16;

/**
 * Gradient of a convolution by its input. At stride 1 it can be had as a convolution of `dy` with the filter turned
 * around. That is the faster form where the input is not larger than the output, and has channels enough for the
 * product of matrices that it comes down to.
 */
function inputGradient(b: Builder, call: Call<InputAttrs>): Value {
  const { dy, filter } = call.inputs;
  const { inputShape } = call.attrs;
  const window = convolutionWindow(call, inputShape, filter.shape);
  if (b.trains && isProduct(window, inputShape.at(-1)!, filter.shape.at(-1)!)) {
    return inputGradientProduct(b, dy, filter, window);
  }
  if (isOfBlocks(dy) && isBlockConvolution(inputShape, window))
    return blockInputGradient(b, dy, filter, window);
  const first = channelsFirst(b, dy);
  const worthwhile = sizeOf(window.input) <= sizeOf(window.output) && inputShape.at(-1)! >= MANY_CHANNELS;
  const dense = window.strides.every((stride) => stride === 1);
  const turned = dense && worthwhile ? turnedWindow(window) : undefined;
  if (turned === undefined) return channelsLast(b, transposed(b, first, filterFirst(b, filter), window));
  const spatial = window.size.map((_, axis) => axis);
  const wide = spatial.filter((axis) => window.size[axis] > 1);
  const backwards = wide.length === 0 ? filter : b.reverse(filter, wide);
  const kernel = b.transpose(backwards, [spatial.length, spatial.length + 1, ...spatial]);
  const attrs = {
    ...attributes({ ...window, ...turned }),
    dilations: window.dilations,
    kernel_shape: window.size,
  };
  return channelsLast(b, b.op('Conv', [first, kernel], { ...attrs, group: 1 }));
}

/** The pixels that a filter of size 1 sees. */
function picked(b: Builder, x: Value, { strides, input }: Window, firstAxis: number): Value {
  const axes = [...strides.keys()].filter((i) => strides[i] > 1);
  if (axes.length === 0) return x;
  return b.slice(
    x,
    axes.map((i) => i + firstAxis),
    axes.map(() => 0),
    axes.map((i) => input[i]),
    axes.map((i) => strides[i]),
  );
}

/** For filters of size 1 without padding: one matrix product over all pixels, [out, in]. */
function pointwiseFilterGradient(b: Builder, x: Value, dy: Value, window: Window): Value {
  const [seen, gradient] = [picked(b, x, window, 2), dy].map((each) =>
    b.reshape(each, [each.shape[0], sizeOf(each.shape.slice(1))]),
  );
  return b.op('Gemm', [gradient, seen], { transA: 0, transB: 1 });
}

/**
 * The convolution that gives a filter's gradient: `x` with `dy` as the filter and the stride as its dilation, grown
 * at the end so that at least the filter's size comes out; rows that the stride skipped can make it larger.
 */
function correlation(b: Builder, x: Value, dy: Value, window: Window, group: number): Value {
  const { size, strides, dilations, begin, input, output } = window;
  const after = input.map(
    (length, i) => (output[i] - 1) * strides[i] + (size[i] - 1) * dilations[i] + 1 - length,
  );
  const end = after.map((amount, i) => Math.max(0, amount - begin[i]));
  const attrs = {
    strides: dilations,
    dilations: strides,
    pads: [...begin, ...end],
    kernel_shape: output,
    group,
  };
  const raw = b.op('Conv', [x, dy], attrs);
  const exact = [...raw.shape.slice(0, 2), ...size];
  return cut(b, raw, exact.map(() => 0), exact); // prettier-ignore
}

/** Gradient of a convolution by its filter […spatial, in, out]: batch and channels change places. */
function filterGradient(b: Builder, call: Call<FilterAttrs>): Value {
  const { filterShape } = call.attrs;
  const { x, dy } = call.inputs;
  const window = convolutionWindow(call, x.shape, filterShape);
  if (b.trains && isProduct(window, x.shape.at(-1)!, filterShape.at(-1)!))
    return filterGradientProduct(b, x, dy, window);
  if (isOfBlocks(dy) && isBlockConvolution(x.shape, window)) return blockFilterGradient(b, x, dy, window);
  const [seen, gradient] = [x, dy].map((each) => channelsBeforeBatch(b, each));
  const pointwise =
    sizeOf(window.size) === 1 && [...window.begin, ...window.end].every((amount) => amount === 0);
  const rank = filterShape.length;
  if (pointwise) {
    const product = pointwiseFilterGradient(b, seen, gradient, window);
    return b.reshape(b.transpose(product, [1, 0]), filterShape);
  }
  const product =
    b.trains &&
    (filterGradientByPlaces(b, x, dy, window) ?? patchedFilterGradient(b, seen, gradient, window));
  if (product) return product;
  // [in, out, …spatial]
  const raw = correlation(b, seen, gradient, window, 1);
  return b.transpose(raw, [...Array.from({ length: rank - 2 }, (_, i) => i + 2), 0, 1]);
}

function depthwiseInputGradient(b: Builder, call: Call<InputAttrs>): Value {
  const { dy, filter } = call.inputs;
  const { inputShape } = call.attrs;
  const window = convolutionWindow(call, inputShape, filter.shape, true);
  const kernel = depthwiseFilterFirst(b, filter);
  return channelsLast(b, transposed(b, channelsFirst(b, dy), kernel, window, inputShape[3]));
}

/** One group for each channel of each example; the examples' gradients are added up. */
function depthwiseFilterGradient(b: Builder, call: Call<FilterAttrs>): Value {
  const { x, dy } = call.inputs;
  const [height, width, channels, multiplier] = call.attrs.filterShape;
  const window = convolutionWindow(call, x.shape, call.attrs.filterShape, true);
  const [batch] = x.shape;
  const maps = b.reshape(channelsFirst(b, x), [1, batch * channels, ...window.input]);
  const kernels = b.reshape(channelsFirst(b, dy), [batch * channels * multiplier, 1, ...window.output]);
  const all = correlation(b, maps, kernels, window, batch * channels);
  const sum = reduce(b, 'ReduceSum', b.reshape(all, [batch, channels, multiplier, height, width]), [0]);
  return b.transpose(sum, [2, 3, 0, 1]);
}

export const convolutionGradientLowerings: Lowerings = {
  Conv2DBackpropFilter: withAttrs(filterGradient),
  Conv2DBackpropInput: withAttrs(inputGradient),
  Conv3DBackpropFilterV2: withAttrs(filterGradient),
  Conv3DBackpropInputV2: withAttrs(inputGradient),
  DepthwiseConv2dNativeBackpropFilter: withAttrs(depthwiseFilterGradient),
  DepthwiseConv2dNativeBackpropInput: withAttrs(depthwiseInputGradient),
};
