import type { Builder } from '../builder';
import { intList, sizeOf, type Value } from '../ir';
import { scalar } from './lowering';
import type { Window } from './window';

/** With fewer channels the pieces that a patch is put together of are too short to be copied fast. */
const FEWEST_CHANNELS = 16;

/** From this many filters for each pixel of a picture on, reading them costs more than putting patches together. */
const FILTERS_PER_PIXEL = 16;

/**
 * Whether to compute a convolution and its gradients as products of the matrix of all patches, [n · …output,
 * …window · in]. onnxruntime's convolution makes a product for each example, which is slow where the pictures are small
 * and the filters many, as they are deep in a network: a product for the whole batch reads the filters once.
 */
export function isProduct({ output }: Window, channels: number, filters: number): boolean {
  return channels >= FEWEST_CHANNELS && filters >= FILTERS_PER_PIXEL * sizeOf(output);
}

/** Where a window's elements lie, row by row. */
export function places({ size }: Window): number[][] {
  return size.reduce<number[][]>(
    (outer, length) => outer.flatMap((place) => Array.from({ length }, (_, i) => [...place, i])),
    [[]],
  );
}

/** Every patch of `x` [n, …spatial, in] as a row: [n · …output, …window · in]. */
export function patches(b: Builder, x: Value, window: Window): Value {
  const { size, strides, dilations, begin, end, output } = window;
  const padding = [0, ...begin, 0, 0, ...end, 0];
  const padded = padding.some((amount) => amount > 0)
    ? b.op('Pad', [x, intList(padding), scalar(0)], { mode: 'constant' })
    : x;
  const pieces = places(window).map((place) => {
    const axes = output.map((_, i) => i + 1);
    const from = place.map((at, i) => at * dilations[i]);
    const to = from.map((at, i) => at + (output[i] - 1) * strides[i] + 1);
    const isAll = output.every((length, i) => from[i] === 0 && length === padded.shape[i + 1]);
    return isAll ? padded : b.slice(padded, axes, from, to, strides);
  });
  const rank = x.shape.length;
  const rows = pieces.length === 1 ? pieces[0] : b.op('Concat', pieces, { axis: rank - 1 });
  return b.reshape(rows, [x.shape[0] * sizeOf(output), sizeOf(size) * x.shape[rank - 1]]);
}

/** A filter […spatial, in, out] as a matrix [… · in, out]. */
function matrix(b: Builder, filter: Value): Value {
  const out = filter.shape.at(-1)!;
  return b.reshape(filter, [sizeOf(filter.shape) / out, out]);
}

/** `dy` [n, …output, out] as a matrix. */
function rowsOf(b: Builder, dy: Value): Value {
  const out = dy.shape.at(-1)!;
  return b.reshape(dy, [sizeOf(dy.shape) / out, out]);
}

export function convolutionProduct(b: Builder, x: Value, filter: Value, window: Window): Value {
  const product = b.op('Gemm', [patches(b, x, window), matrix(b, filter)], { transA: 0, transB: 0 });
  return b.reshape(product, [x.shape[0], ...window.output, filter.shape.at(-1)!]);
}

export function filterGradientProduct(b: Builder, x: Value, dy: Value, window: Window): Value {
  const product = b.op('Gemm', [patches(b, x, window), rowsOf(b, dy)], { transA: 1, transB: 0 });
  return b.reshape(product, [...window.size, x.shape.at(-1)!, dy.shape.at(-1)!]);
}

/** The gradients of all patches, each added to the pixels that the patch was made of. */
export function inputGradientProduct(b: Builder, dy: Value, filter: Value, window: Window): Value {
  const { size, output } = window;
  const [batch, channels] = [dy.shape[0], filter.shape.at(-2)!];
  const rows = b.op('Gemm', [rowsOf(b, dy), matrix(b, filter)], { transA: 0, transB: 1 });
  const wide = b.reshape(rows, [batch, ...output, sizeOf(size) * channels]);
  const all = places(window);
  const sizes = intList(all.map(() => channels));
  const pieces = all.length === 1 ? [wide] : b.all('Split', [wide, sizes], { axis: output.length + 1 });
  const placed = pieces.map((piece, i) => place(b, spread(b, piece, window), all[i], window));
  return placed.length === 1 ? placed[0] : b.op('Sum', placed);
}

/** The rows and columns of `piece` [n, …output, c] as far apart as the stride, with zeros between and after them. */
function spread(b: Builder, piece: Value, { strides }: Window): Value {
  if (strides.every((stride) => stride === 1)) return piece;
  const [batch, ...rest] = piece.shape;
  const spatial = rest.slice(0, -1);
  const apart = b.reshape(piece, [batch, ...spatial.flatMap((length) => [length, 1]), rest.at(-1)!]);
  const zeros = [0, ...strides.flatMap((stride) => [0, stride - 1]), 0];
  const padded = b.op('Pad', [apart, intList([...zeros.map(() => 0), ...zeros]), scalar(0)], {
    mode: 'constant',
  });
  return b.reshape(padded, [batch, ...spatial.map((length, i) => length * strides[i]), rest.at(-1)!]);
}

/** `piece` at its place in the input, cut where it stands out. */
function place(b: Builder, piece: Value, at: readonly number[], { dilations, begin, input }: Window): Value {
  const before = at.map((index, i) => index * dilations[i] - begin[i]);
  const after = input.map((length, i) => length - before[i] - piece.shape[i + 1]);
  const amounts = [0, ...before, 0, 0, ...after, 0];
  if (amounts.every((amount) => amount === 0)) return piece;
  return b.op('Pad', [piece, intList(amounts), scalar(0)], { mode: 'constant' });
}
