import { newData, sizeOf, type Data, type DType } from './ir';

/** An order of axes, as Transpose takes it: axis `i` of the result is axis `perm[i]` of the input. */
export type Permutation = readonly number[];

export function identity(rank: number): Permutation {
  return Array.from({ length: rank }, (_, axis) => axis);
}

export function isIdentity(perm: Permutation): boolean {
  return perm.every((axis, i) => axis === i);
}

/** First `first`, then `second`. */
export function compose(first: Permutation, second: Permutation): Permutation {
  return second.map((axis) => first[axis]);
}

export function inverse(perm: Permutation): Permutation {
  const back = perm.map(() => 0);
  perm.forEach((axis, i) => (back[axis] = i));
  return back;
}

export function permuted(shape: readonly number[], perm: Permutation): number[] {
  return perm.map((axis) => shape[axis]);
}

/** Whether transposing moves nothing in memory, because only axes of length 1 change places. */
export function keepsOrder(shape: readonly number[], perm: Permutation): boolean {
  const long = perm.filter((axis) => shape[axis] !== 1);
  return long.every((axis, i) => i === 0 || axis > long[i - 1]);
}

/**
 * The order of axes that reshaping gives when it is done after transposing: reshaping `from` to `to` and transposing
 * by the result is the same as transposing by `perm` and reshaping. `undefined` where reshaping joins axes that the
 * transposition takes apart. Axes of length 1, which are anywhere alike, come last.
 */
export function carry(
  from: readonly number[],
  to: readonly number[],
  perm: Permutation,
): Permutation | undefined {
  if (keepsOrder(from, perm)) return identity(to.length);
  const groups = matchAxes(from, to);
  const long = perm.filter((axis) => from[axis] !== 1);
  const result: number[] = [];
  for (let i = 0; i < long.length;) {
    const group = groups.find(([axes]) => axes[0] === long[i]);
    if (group === undefined || group[0].some((axis, k) => axis !== long[i + k])) return undefined;
    result.push(...group[1]);
    i += group[0].length;
  }
  return [...result, ...[...to.keys()].filter((axis) => to[axis] === 1)];
}

/** Axes of one shape with the axes of another that hold the same elements, without those of length 1. */
function matchAxes(from: readonly number[], to: readonly number[]): [number[], number[]][] {
  const [left, right] = [from, to].map((shape) => [...shape.keys()].filter((axis) => shape[axis] !== 1));
  const groups: [number[], number[]][] = [];
  while (left.length > 0 && right.length > 0) {
    const group: [number[], number[]] = [[left.shift()!], [right.shift()!]];
    let [size, other] = [from[group[0][0]], to[group[1][0]]];
    while (size !== other && (size < other ? left : right).length > 0) {
      const axis = (size < other ? left : right).shift()!;
      group[size < other ? 0 : 1].push(axis);
      if (size < other) size *= from[axis];
      else other *= to[axis];
    }
    groups.push(group);
  }
  return groups;
}

/** Transpose elements stored in the order of `shape`. */
export function transposeData<T extends Data>(
  data: T,
  dtype: DType,
  shape: readonly number[],
  perm: Permutation,
): T {
  const result = newData(dtype, data.length) as T;
  const target = permuted(shape, perm);
  const stride = (lengths: readonly number[], axis: number): number => sizeOf(lengths.slice(axis + 1));
  // The innermost loop is the longest: a filter has few rows and columns, but many channels.
  const axes = perm
    .map((axis, i) => ({ length: target[i], from: stride(shape, axis), to: stride(target, i) }))
    .filter(({ length }) => length !== 1)
    .sort((a, b) => a.length - b.length);
  const walk = (depth: number, from: number, to: number): void => {
    if (depth === axes.length) result[to] = data[from];
    else if (depth === axes.length - 1) copyAlong(axes[depth], data, from, result, to);
    else {
      const axis = axes[depth];
      for (let i = 0; i < axis.length; i++) walk(depth + 1, from + i * axis.from, to + i * axis.to);
    }
  };
  walk(0, 0, 0);
  return result;
}

function copyAlong(
  axis: { readonly length: number; readonly from: number; readonly to: number },
  data: Data,
  from: number,
  result: Data,
  to: number,
): void {
  for (let i = 0; i < axis.length; i++) result[to + i * axis.to] = data[from + i * axis.from];
}
