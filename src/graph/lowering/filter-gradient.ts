import type { Builder } from '../builder';
import { sizeOf, type Value } from '../ir';
import { pad, pixelRows } from './arrangement';
import { places } from './convolution-product';
import { channelsFirst, type Window } from './window';

/** With fewer channels on both sides, putting the patches together costs more than onnxruntime's convolution does. */
const FEWEST_CHANNELS = 8;

/** With so many channels on both sides, a product for each place of a window takes less than one for all of them. */
const MANY_CHANNELS = 32;

/** The most elements that all patches of a batch may have. */
const MOST_ELEMENTS = 2 ** 25;

/** Paddings of the convolution that turns `dy` back into the gradient of its input, where the stride is 1. */
export function turnedWindow({
  size,
  dilations,
  begin,
  input,
  output,
}: Window): Pick<Window, 'begin' | 'end'> | undefined {
  const reach = size.map((length, i) => (length - 1) * dilations[i]);
  const before = reach.map((length, i) => length - begin[i]);
  const after = input.map((length, i) => length - output[i] - before[i] + reach[i]);
  return [...before, ...after].every((amount) => amount >= 0) ? { begin: before, end: after } : undefined;
}

/**
 * Gradient of a filter […spatial, in, out] as a product over all pixels of all examples, from `x` [in, n, …input] and
 * `dy` [out, n, …output]: that of the two with fewer channels is laid out once for each place of the window, whole
 * rows at a time, where onnxruntime's convolution would gather pixel by pixel. `undefined` where it does not pay.
 */
export function patchedFilterGradient(b: Builder, x: Value, dy: Value, window: Window): Value | undefined {
  const { size, strides, dilations, begin, end, input, output } = window;
  const [[channels, batch], [filters]] = [x.shape, dy.shape];
  const turned = strides.every((stride) => stride === 1) ? turnedWindow(window) : undefined;
  const ofGradient = turned !== undefined && filters < channels;
  const fewest = ofGradient ? filters : channels;
  const pixels = batch * sizeOf(ofGradient ? input : output);
  if (fewest < FEWEST_CHANNELS || fewest * sizeOf(size) * pixels > MOST_ELEMENTS) return undefined;
  const starts = places(window).map((place) => place.map((at, i) => at * dilations[i]));
  if (!ofGradient) {
    const seen = patchesOf(b, bordered(b, x, begin, end), starts, output, strides);
    const product = b.op('Gemm', [seen, matrix(b, dy)], { transA: 0, transB: 1 });
    return b.reshape(product, [...size, channels, filters]);
  }
  const backwards = starts.map((start) => start.map((at, i) => (size[i] - 1) * dilations[i] - at));
  const seen = patchesOf(b, bordered(b, dy, turned.begin, turned.end), backwards, input, strides);
  const product = b.op('Gemm', [seen, matrix(b, x)], { transA: 0, transB: 1 });
  const rank = size.length;
  return b.transpose(b.reshape(product, [...size, filters, channels]), [...size.keys(), rank + 1, rank]);
}

/**
 * Gradient of a filter […spatial, in, out] from `x` [n, …input, in] and `dy` [n, …output, out]: for each place of the
 * window the product of what lies there, with a row for each pixel of an example, so that pixels are copied whole with the
 * channels of all examples. `undefined` where it does not pay.
 */
export function filterGradientByPlaces(b: Builder, x: Value, dy: Value, window: Window): Value | undefined {
  const { size, strides, dilations, begin, end, input, output } = window;
  const [channels, filters] = [x, dy].map(({ shape }) => shape.at(-1)!);
  if (Math.min(channels, filters) < MANY_CHANNELS) return undefined;
  const [rows, gradientRows] = [x, dy].map((each) => pixelRows(b, channelsFirst(b, each)));
  const around = begin.map((before, i) => [before, end[i]]);
  const pixels = pad(b, b.reshape(rows, [...input, rows.shape[1]]), [...around, [0, 0]], 0);
  const count = x.shape[0] * sizeOf(output);
  const gradient = b.reshape(gradientRows, [count, filters]);
  const products = places(window).map((place) => {
    const from = place.map((at, i) => at * dilations[i]);
    const to = from.map((at, i) => at + (output[i] - 1) * strides[i] + 1);
    const seen = b.slice(pixels, [...from.keys()], from, to, strides);
    return b.op('Gemm', [b.reshape(seen, [count, channels]), gradient], { transA: 1, transB: 0 });
  });
  const all = products.length === 1 ? products[0] : b.op('Concat', products, { axis: 0 });
  return b.reshape(all, [...size, channels, filters]);
}

/** [c, n, …spatial] as a matrix of a row for each channel. */
function matrix(b: Builder, x: Value): Value {
  return b.reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]);
}

/** [c, n, …spatial] with zeros around its pixels. */
function bordered(b: Builder, x: Value, begin: readonly number[], end: readonly number[]): Value {
  return pad(b, x, [[0, 0], [0, 0], ...begin.map((before, i) => [before, end[i]])], 0); // prettier-ignore
}

/** What of `x` [c, n, …] lies under a window's places, one after the other: [places · c, n · …lengths]. */
function patchesOf(
  b: Builder,
  x: Value,
  starts: readonly (readonly number[])[],
  lengths: readonly number[],
  strides: readonly number[],
): Value {
  const axes = lengths.map((_, i) => i + 2);
  const pieces = starts.map((from) => {
    const to = from.map((at, i) => at + (lengths[i] - 1) * strides[i] + 1);
    return b.slice(x, axes, from, to, strides);
  });
  return matrix(b, pieces.length === 1 ? pieces[0] : b.op('Concat', pieces, { axis: 0 }));
}
