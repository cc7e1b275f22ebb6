import type { Builder } from '../builder';
import { sizeOf, type Graph, type Value } from '../ir';
import { rebuild } from './rebuild';

/** As many numbers in a row are copied faster than one by one. */
const ROW = 16;

/**
 * Write transpositions that onnxruntime does element by element as such that it does by blocks or by rows: with as few
 * axes as there are, or as two. In a graph that trains, whose transpositions onnxruntime leaves as they are.
 */
export function splitTransposes(graph: Graph): Graph {
  if (graph.states.length === 0) return graph;
  return rebuild(graph, (b, { op, inputs: [x], attrs, outputs: [y] }) => {
    if (op !== 'Transpose') return undefined;
    const { shape, perm } = merged(x!.shape, attrs.perm as readonly number[]);
    const write = wayFor(shape, perm) ?? (shape.length < x!.shape.length ? plain : undefined);
    return write && [b.reshape(write(b, b.reshape(x!, shape), perm), y.shape)];
  });
}

type Write = (b: Builder, x: Value, perm: readonly number[]) => Value;

/** With the axes that are left; where only axes of length 1 change places, nothing moves. */
const plain: Write = (b, x, perm) => (perm.length > 1 ? b.transpose(x, perm) : x);

/** How to write a transposition as two, where that is faster. */
function wayFor(shape: readonly number[], perm: readonly number[]): Write | undefined {
  const last = perm.length - 1;
  const isSwap = last > 1 && perm.every((axis, i) => axis === (i === 0 ? last : i === last ? 0 : i));
  if (isSwap) return asMatrices;
  if (perm[last] === last) return undefined;
  if (shape[perm[last]] >= ROW && areMixed(perm.slice(0, -1))) return rowsFirst;
  return shape[last] >= ROW && areMixed(perm.filter((axis) => axis !== last)) ? rowsLast : undefined;
}

const areMixed = (axes: readonly number[]): boolean => axes.some((axis, i) => i > 0 && axis < axes[i - 1]);

/** A transposition without axes of length 1, with those that stay neighbours as one. */
function merged(
  shape: readonly number[],
  perm: readonly number[],
): { readonly shape: number[]; readonly perm: number[] } {
  const axes = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  const long = perm.filter((axis) => shape[axis] !== 1).map((axis) => axes.indexOf(axis));
  const firsts = long.filter((axis, i) => i === 0 || axis !== long[i - 1] + 1).sort((i, j) => i - j);
  const lengths = firsts.map((first, i) => sizeOf(axes.slice(first, firsts[i + 1]).map((axis) => shape[axis]))); // prettier-ignore
  const order = long.flatMap((axis) => (firsts.includes(axis) ? [firsts.indexOf(axis)] : []));
  return { shape: lengths, perm: order };
}

/** What swaps the first axis with the last, as two transpositions of matrices. */
function asMatrices(b: Builder, x: Value): Value {
  const [first, middle, last] = [x.shape[0], sizeOf(x.shape.slice(1, -1)), x.shape.at(-1)!];
  const turned = b.transpose(b.reshape(x, [first * middle, last]), [1, 0]);
  return matrices(b, turned, [last, first, middle]);
}

/** What brings another axis to the end and mixes the others: first the one, so that the others move in rows. */
function rowsFirst(b: Builder, x: Value, perm: readonly number[]): Value {
  const last = perm.at(-1)!;
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== last);
  const rows = matrices(b, x, [
    sizeOf(x.shape.slice(0, last)),
    x.shape[last],
    sizeOf(x.shape.slice(last + 1)),
  ]);
  const apart = b.reshape(rows, [...order, last].map((axis) => x.shape[axis])); // prettier-ignore
  return b.transpose(apart, [...perm.slice(0, -1).map((axis) => order.indexOf(axis)), order.length]);
}

/** What brings the last axis inside and mixes the others: first the others, in rows. */
function rowsLast(b: Builder, x: Value, perm: readonly number[]): Value {
  const last = perm.length - 1;
  const place = perm.indexOf(last);
  const rows = b.transpose(x, [...perm.filter((axis) => axis !== last), last]);
  return matrices(b, rows, [
    sizeOf(rows.shape.slice(0, place)),
    sizeOf(rows.shape.slice(place, -1)),
    x.shape[last],
  ]);
}

/** The matrices of a shape [count, rows, columns], each transposed. */
function matrices(b: Builder, x: Value, [count, rows, columns]: readonly number[]): Value {
  // Of one matrix it is several times as fast.
  return count === 1
    ? b.transpose(b.reshape(x, [rows, columns]), [1, 0])
    : b.transpose(b.reshape(x, [count, rows, columns]), [0, 2, 1]);
}

/** Whether one transposition follows another, which onnxruntime would join, though two may cost less. */
export function hasSplitTransposes({ nodes }: Graph): boolean {
  return nodes.some(({ op, inputs: [x] }) => {
    const before = x?.from?.op === 'Reshape' ? x.from.inputs[0] : x;
    return op === 'Transpose' && before?.from?.op === 'Transpose';
  });
}
