import { intsOf, sizeOf, type DType } from '../ir';
import { broadcast } from './elementwise';
import { axisOf, ints, type Rule } from './rule';

const reshape: Rule = ([x, target]) => {
  const wanted = intsOf(target);
  const known = sizeOf(wanted.filter((length) => length !== -1));
  const shape = wanted.map((length) => (length === -1 ? sizeOf(x.shape) / known : length));
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new TypeError(`not ${sizeOf(x.shape)} elements in [${shape.join(', ')}]`);
  return [{ shape, dtype: x.dtype }];
};

const transpose: Rule = ([x], attrs) => {
  const perm = ints(attrs, 'perm')!;
  if (perm.length !== x.shape.length) throw new TypeError(`perm [${perm.join(', ')}]`);
  return [{ shape: perm.map((axis) => x.shape[axis]), dtype: x.dtype }];
};

const concat: Rule = (inputs, attrs) => {
  const [{ shape, dtype }] = inputs;
  const axis = axisOf(attrs.axis as number, shape.length);
  const total = inputs.reduce((sum, each) => sum + each.shape[axis], 0);
  return [{ shape: shape.with(axis, total), dtype }];
};

const split: Rule = ([x, sizes], attrs) => {
  const axis = axisOf(attrs.axis as number, x.shape.length);
  return intsOf(sizes).map((size) => ({ shape: x.shape.with(axis, size), dtype: x.dtype }));
};

/** How many elements a slice takes of an axis; ends beyond it, on either side, are cut. */
function sliced(length: number, start: number, end: number, step: number): number {
  const clip = (at: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, at < 0 ? at + length : at));
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const from = clip(start, low, high);
  const to = step < 0 && end < -length ? -1 : clip(end, low, high);
  return Math.max(0, Math.ceil((to - from) / step));
}

const slice: Rule = ([x, starts, ends, axes, steps]) => {
  const shape = [...x.shape];
  const [first, last, every] = [intsOf(starts), intsOf(ends), intsOf(steps)];
  intsOf(axes).forEach((axis, i) => (shape[axis] = sliced(x.shape[axis], first[i], last[i], every[i])));
  return [{ shape, dtype: x.dtype }];
};

const pad: Rule = ([x, pads]) => {
  const amounts = intsOf(pads);
  const rank = x.shape.length;
  return [{ shape: x.shape.map((length, i) => length + amounts[i] + amounts[i + rank]), dtype: x.dtype }];
};

const gather: Rule = ([x, indices], attrs) => {
  const axis = axisOf((attrs.axis as number | undefined) ?? 0, x.shape.length);
  return [
    { shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], dtype: x.dtype },
  ];
};

const gatherND: Rule = ([x, indices]) => {
  const depth = indices.shape.at(-1)!;
  return [{ shape: [...indices.shape.slice(0, -1), ...x.shape.slice(depth)], dtype: x.dtype }];
};

/** Operators that move elements, or draw them, and compute nothing. */
export const arrangementRules: Readonly<Record<string, Rule>> = {
  Reshape: reshape,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Gather: gather,
  GatherND: gatherND,
  Expand: ([x, shape]) => [{ shape: broadcast(x.shape, intsOf(shape)), dtype: x.dtype }],
  Tile: ([x, repeats]) => {
    const times = intsOf(repeats);
    return [{ shape: x.shape.map((length, i) => length * times[i]), dtype: x.dtype }];
  },
  ScatterND: ([{ shape, dtype }]) => [{ shape, dtype }],
  ScatterElements: ([{ shape, dtype }]) => [{ shape, dtype }],
  RandomUniform: (_inputs, attrs) => [{ shape: ints(attrs, 'shape')!, dtype: 'float32' satisfies DType }],
};
