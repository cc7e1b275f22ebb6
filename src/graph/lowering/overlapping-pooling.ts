import type { Builder } from '../builder';
import { sizeOf, type Value } from '../ir';
import { cut, pad, pixelRows } from './arrangement';
import { splitEvenly } from './blocks';
import { scalar } from './lowering';
import { channelsFirst, channelsLast, type Window } from './window';

/** How pixels are put apart into phases: those that are whole strides away from each other. */
interface Phases {
  readonly strides: readonly number[];
  /** Pixels of a phase on each axis. */
  readonly grid: readonly number[];
}

/** The pixels that lie at one place of all windows. */
interface Place {
  /** The phase that they belong to. */
  readonly phase: number;
  /** How many strides the place lies from the window's begin, on each axis. */
  readonly steps: readonly number[];
}

/**
 * Gradient of max pooling with windows that overlap: of pictures or volumes [n, …spatial, c], by the largest values.
 *
 * At each place of a window lies one phase of the pixels, moved by some of them: where it is equal to the largest value,
 * it takes the gradient that no earlier place took. onnxruntime's pooling with indices takes several times as long.
 */
export function overlappingGradient(b: Builder, dy: Value, x: Value, largest: Value, window: Window): Value {
  const phases = phasesOf(window);
  // Channels come first where pictures enter and leave, as in the convolutions and norms around.
  const first = channelsFirst(b, x);
  const pixels = apart(b, first, window, phases);
  const [most, gradient] = [largest, dy].map((each) => {
    const rows = pixelRows(b, channelsFirst(b, each));
    return b.reshape(rows, [1, ...window.output, rows.shape[1]]);
  });
  const places = placesOf(window);
  const sums = new Map<number, Value>();
  let left = gradient;
  for (const [i, { phase, steps }] of places.entries()) {
    const seen = cut(b, pixels[phase], [0, ...steps, 0], most.shape);
    const isLast = i === places.length - 1;
    const taken = isLast ? left : b.op('Where', [b.op('Equal', [seen, most]), left, scalar(0)]);
    if (!isLast) left = b.op('Sub', [left, taken]);
    const part = moved(b, taken, steps, phases);
    const sum = sums.get(phase);
    sums.set(phase, sum === undefined ? part : b.op('Add', [sum, part]));
  }
  const nothing = b.expand(scalar(0), pixels[0].shape);
  const all = pixels.map((_, phase) => sums.get(phase) ?? nothing);
  const [n, c] = first.shape;
  const whole = together(b, all, phases);
  const maps = b.reshape(whole, [n, c, ...whole.shape.slice(1)]);
  return channelsLast(b, cut(b, maps, [0, 0, ...window.begin], first.shape));
}

/** Phases that reach over all windows, and over all pixels. */
function phasesOf({ size, strides, begin, input, output }: Window): Phases {
  const grid = strides.map((stride, i) => {
    const reach = Math.max((output[i] - 1) * stride + size[i], begin[i] + input[i]);
    return Math.ceil(reach / stride);
  });
  return { strides, grid };
}

/** The places of a window, row by row. */
function placesOf({ size, strides }: Window): Place[] {
  return Array.from({ length: sizeOf(size) }, (_, i) => {
    const at = size.map((length, axis) => Math.floor(i / sizeOf(size.slice(axis + 1))) % length);
    const phase = at.reduce((whole, place, axis) => whole * strides[axis] + (place % strides[axis]), 0);
    return { phase, steps: at.map((place, axis) => Math.floor(place / strides[axis])) };
  });
}

/** The phases of pixels [n, c, …spatial], each [1, …grid, n·c], with what is smaller than any value around them. */
function apart(b: Builder, x: Value, { begin, input }: Window, { strides, grid }: Phases): readonly Value[] {
  const around = grid.map((length, i) => [begin[i], length * strides[i] - begin[i] - input[i]]);
  const rows = pixelRows(b, pad(b, x, [[0, 0], [0, 0], ...around], -Infinity));
  const maps = rows.shape[1];
  const split = b.reshape(rows, [...grid.flatMap((length, i) => [length, strides[i]]), maps]);
  const outer = grid.map((_, i) => 2 * i);
  const phases = b.transpose(split, [...outer.map((axis) => axis + 1), ...outer, 2 * grid.length]);
  return splitEvenly(b, b.reshape(phases, [sizeOf(strides), ...grid, maps]), sizeOf(strides));
}

/** What lies at a place of windows, at its place in the phase. */
function moved(b: Builder, x: Value, steps: readonly number[], { grid }: Phases): Value {
  const around = grid.map((length, i) => [steps[i], length - x.shape[i + 1] - steps[i]]);
  return pad(b, x, [[0, 0], ...around, [0, 0]], 0);
}

/** The reverse of {@link apart}, with what was added around the pixels: [n·c, …spatial]. */
function together(b: Builder, phases: readonly Value[], { strides, grid }: Phases): Value {
  const maps = phases[0].shape.at(-1)!;
  const all = b.reshape(b.op('Concat', phases, { axis: 0 }), [...strides, ...grid, maps]);
  const axes = strides.flatMap((_, i) => [strides.length + i, i]);
  const rows = b.transpose(all, [...axes, 2 * grid.length]);
  const whole = b.transpose(b.reshape(rows, [sizeOf(rows.shape) / maps, maps]), [1, 0]);
  return b.reshape(whole, [maps, ...grid.map((length, i) => length * strides[i])]);
}
