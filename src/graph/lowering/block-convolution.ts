import type { Builder } from '../builder';
import { constant, intList, sizeOf, type Value } from '../ir';
import { fromBlocks, splitEvenly, toBlocks } from './blocks';
import { scalar } from './lowering';
import type { Window } from './window';

/** With more channels onnxruntime's own convolution is as fast. */
const MOST_CHANNELS = 8;

/** The most elements that all patches of a batch may have. */
const MOST_ELEMENTS = 2 ** 22;

/** Where in a block of 2×2 pixels its quarters lie. */
const PLACES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

/**
 * Whether a convolution whose result is pooled by blocks of 2×2 pixels is computed block by block: as a product of the
 * matrix of all patches that are one pixel larger than the filter, [in · patch, p · q · n], and of four filters for
 * each, one for each place in the block. The patches are a third of those of single pixels, and one product for the
 * whole batch keeps threads busy, where onnxruntime's convolution makes small ones for each example.
 */
export function isBlockConvolution([batch, , , channels]: readonly number[], window: Window): boolean {
  const { size, strides, dilations, output } = window;
  const isDense = [...strides, ...dilations].every((length) => length === 1);
  const isEven = size.length === 2 && output.every((length) => length % 2 === 0);
  const elements = sizeOf(patchOf(window)) * channels * batch * (sizeOf(output) / 4);
  return isDense && isEven && channels <= MOST_CHANNELS && elements <= MOST_ELEMENTS;
}

/** `x` [n, …input, in] convolved by a filter […size, in, out]. */
export function blockConvolution(b: Builder, x: Value, filter: Value, window: Window): Value {
  const [p, q] = window.output.map((length) => length / 2);
  const filters = blockFilters(b, filter, window);
  const product = b.op('Gemm', [filters, patches(b, x, window)], { transA: 0, transB: 0 });
  return fromBlocks(b, b.reshape(product, [2, 2, filter.shape[3], p, q, x.shape[0]]));
}

/** The filter's gradient […size, in, out]: those of the four filters, each cut out of its patch. */
export function blockFilterGradient(b: Builder, x: Value, dy: Value, window: Window): Value {
  const [channels, filters] = [x.shape[3], dy.shape[3]];
  const product = b.op('Gemm', [matrix(b, dy), patches(b, x, window)], { transA: 0, transB: 1 });
  const all = b.reshape(product, [4 * filters, channels, ...patchOf(window)]);
  const cut = splitEvenly(b, all, 4).map((one, i) => {
    const end = PLACES[i].map((at, axis) => at + window.size[axis]);
    return b.slice(one, [2, 3], PLACES[i], end);
  });
  return b.transpose(b.op('Sum', cut), [2, 3, 1, 0]);
}

/** The input's gradient [n, …input, in]: those of all patches that a pixel is in, gathered and added up. */
export function blockInputGradient(b: Builder, dy: Value, filter: Value, window: Window): Value {
  const [channels, [height, width]] = [filter.shape[2], window.input];
  // A row of zeros at the end, for pixels that fewer patches cover.
  const filters = b.op('Pad', [blockFilters(b, filter, window), intList([0, 0, 0, 1]), scalar(0)], {
    mode: 'constant',
  });
  const product = b.op('Gemm', [filters, matrix(b, dy)], { transA: 1, transB: 0 });
  const batch = dy.shape[0];
  const rows = b.reshape(product, [sizeOf(product.shape) / batch, batch]);
  const covering = b.shared(`covering ${key(channels, window)}`, () => coveringRows(channels, window));
  const [most] = covering.shape;
  const gathered = b.reshape(b.op('Gather', [rows, covering], { axis: 0 }), [
    most,
    batch * channels * height * width,
  ]);
  // The product with ones is a sum, and faster than ReduceSum.
  const ones = constant(new Float32Array(most).fill(1), [1, most], 'float32');
  const sum = b.op('MatMul', [ones, gathered]);
  return b.transpose(b.reshape(sum, [channels, height, width, batch]), [3, 1, 2, 0]);
}

function key(channels: number, { size, begin, input, output }: Window): string {
  return [channels, ...size, ...begin, ...input, ...output].join();
}

function patchOf({ size }: Window): number[] {
  return size.map((length) => length + 1);
}

/** Gradients [n, …output, out] by quarter and filter: [4 · out, p · q · n]. */
function matrix(b: Builder, dy: Value): Value {
  const filters = 4 * dy.shape[3];
  return b.reshape(toBlocks(b, dy), [filters, sizeOf(dy.shape) / filters]);
}

/** A filter […size, in, out] at its four places in a patch: [4 · out, in · patch]. */
function blockFilters(b: Builder, filter: Value, window: Window): Value {
  const first = b.transpose(filter, [3, 2, 0, 1]);
  const placed = PLACES.map(([row, column]) =>
    b.op('Pad', [first, intList([0, 0, row, column, 0, 0, 1 - row, 1 - column]), scalar(0)], {
      mode: 'constant',
    }),
  );
  const [, , channels, filters] = filter.shape;
  return b.reshape(b.op('Concat', placed, { axis: 0 }), [4 * filters, channels * sizeOf(patchOf(window))]);
}

/** The patches of all blocks of `x` [n, …input, in]: [in · patch, p · q · n]. */
function patches(b: Builder, x: Value, window: Window): Value {
  const [batch, height, width, channels] = x.shape;
  const pixels = b.reshape(b.transpose(x, [3, 1, 2, 0]), [channels * height * width, batch]);
  const isPadded = [...window.begin, ...window.end].some((amount) => amount > 0);
  const rows = isPadded
    ? b.op('Pad', [pixels, intList([0, 0, 1, 0]), scalar(0)], { mode: 'constant' })
    : pixels;
  const covered = b.shared(`covered ${key(channels, window)}`, () => coveredRows(channels, window));
  const gathered = b.op('Gather', [rows, covered], { axis: 0 });
  const lines = channels * sizeOf(patchOf(window));
  return b.reshape(gathered, [lines, sizeOf(gathered.shape) / lines]);
}

/** Of each place of a patch, then of each block, its row among those of all pixels; the row after them is of zeros. */
function coveredRows(channels: number, window: Window): Value {
  const { begin, input } = window;
  const [height, width] = input;
  const rows: number[] = [];
  forEachPlace(channels, window, (channel, at, block) => {
    const [row, column] = at.map((place, axis) => 2 * block[axis] + place - begin[axis]);
    const isInside = row >= 0 && row < height && column >= 0 && column < width;
    rows.push(isInside ? (channel * height + row) * width + column : channels * height * width);
  });
  return constant(Int32Array.from(rows), [rows.length], 'int32');
}

/** For each pixel the places of patches that it is at, [most, pixels]; where it is at fewer, a row of zeros. */
function coveringRows(channels: number, window: Window): Value {
  const covered = coveredRows(channels, window).data as Int32Array;
  const pixels = channels * sizeOf(window.input);
  const covering = Array.from({ length: pixels }, (): number[] => []);
  covered.forEach((pixel, row) => covering[pixel]?.push(row));
  const most = Math.max(...covering.map(({ length }) => length));
  const zeros = covered.length;
  const rows = Int32Array.from({ length: most * pixels }, (_, i) => {
    return covering[i % pixels][Math.floor(i / pixels)] ?? zeros;
  });
  return constant(rows, [most, pixels], 'int32');
}

function forEachPlace(
  channels: number,
  window: Window,
  visit: (channel: number, at: readonly [number, number], block: readonly [number, number]) => void,
): void {
  const [height, width] = patchOf(window);
  const [p, q] = window.output.map((length) => length / 2);
  for (let channel = 0; channel < channels; channel++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let i = 0; i < p; i++) for (let j = 0; j < q; j++) visit(channel, [row, column], [i, j]);
}
