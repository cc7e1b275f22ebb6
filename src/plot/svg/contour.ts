import { colourAt } from '../theme';
import type { ContourTrace } from '../traces';
import type { Scale } from './frame';
import { element, px } from './markup';

type Point = readonly [number, number];

/**
 * The sides of a cell, in the order top, right, bottom, left, that the border of "at or above the level"
 * enters and leaves by, for each of the 16 ways its corners can lie (marching squares, Maple 2003).
 * Bits: 8 top left, 4 top right, 2 bottom right, 1 bottom left; the higher ground is on the left of the way.
 */
const WAYS: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[2, 3]],
  [[1, 2]],
  [[1, 3]],
  [[0, 1]],
  [
    [0, 1],
    [2, 3],
  ],
  [[0, 2]],
  [[0, 3]],
  [[3, 0]],
  [[2, 0]],
  [
    [3, 0],
    [1, 2],
  ],
  [[1, 0]],
  [[3, 1]],
  [[2, 1]],
  [[3, 2]],
  [],
];

/** Heights with one row and column around them that lie below every level, so that every border closes. */
function padded(z: readonly (readonly number[])[]): number[][] {
  const empty = new Array<number>(z[0].length + 2).fill(-Infinity);
  return [empty, ...z.map((row) => [-Infinity, ...row, -Infinity]), empty];
}

/** Where along a step from a to b the level lies; beside the padding it is at the real end. */
function crossing(a: number, b: number, level: number): number {
  if (a === -Infinity) return 1;
  return b === -Infinity ? 0 : (level - a) / (b - a);
}

/**
 * The closed borders of the ground at or above a level, as [column, row] in the grid's own counting.
 *
 * @param z rows of heights, at least 2 × 2
 */
export function rings(z: readonly (readonly number[])[], level: number): Point[][] {
  const grid = padded(z);
  const next = new Map<string, { to: string; point: Point }>();
  for (let row = 0; row + 1 < grid.length; row++) {
    for (let column = 0; column + 1 < grid[0].length; column++) addCell(grid, row, column, level, next);
  }
  return joined(next);
}

function addCell(
  grid: readonly number[][],
  row: number,
  column: number,
  level: number,
  next: Map<string, { to: string; point: Point }>,
): void {
  const corners = [
    grid[row][column],
    grid[row][column + 1],
    grid[row + 1][column + 1],
    grid[row + 1][column],
  ];
  const [a, b, c, d] = corners;
  const kind = corners.reduce((bits, height) => bits * 2 + (height >= level ? 1 : 0), 0);
  const sides: readonly { key: string; point: Point }[] = [
    { key: `h${row},${column}`, point: [column + crossing(a, b, level), row] },
    { key: `v${row},${column + 1}`, point: [column + 1, row + crossing(b, c, level)] },
    { key: `h${row + 1},${column}`, point: [column + crossing(d, c, level), row + 1] },
    { key: `v${row},${column}`, point: [column, row + crossing(a, d, level)] },
  ];
  for (const [from, to] of WAYS[kind]) {
    next.set(sides[from].key, { to: sides[to].key, point: sides[from].point });
  }
}

/** Follow the ways from side to side until each comes back to where it began. */
function joined(next: Map<string, { to: string; point: Point }>): Point[][] {
  const all: Point[][] = [];
  for (const first of [...next.keys()]) {
    const ring: Point[] = [];
    for (let step = next.get(first), key = first; step; key = step.to, step = next.get(key)) {
      next.delete(key);
      ring.push([step.point[0] - 1, step.point[1] - 1]);
    }
    if (ring.length > 2) all.push(ring);
  }
  return all;
}

/** A position between the numbers of a list. */
function between(values: readonly number[], position: number): number {
  const i = Math.min(values.length - 2, Math.max(0, Math.floor(position)));
  const share = Math.min(1, Math.max(0, position - i));
  return values[i] + (values[i + 1] - values[i]) * share;
}

/** The levels of a contour trace, from low to high. */
export function levelsOf({ contours: { start, end, size } }: ContourTrace): number[] {
  const count = Math.max(1, Math.floor((end - start) / size + 1.001));
  return Array.from({ length: count }, (_, i) => start + i * size);
}

/** The colour of band i of `levels.length + 1`; Plotly spreads the scale over the bands' middles in the same way. */
export function bandColour(trace: ContourTrace, band: number): string {
  return colourAt(trace.colorscale, band / levelsOf(trace).length);
}

/** The bands, each painted over the one below. */
export function contourBands(trace: ContourTrace, x: Scale, y: Scale): string {
  const floor = { fill: bandColour(trace, 0) };
  const [left, right] = [x.pixel(trace.x[0]), x.pixel(trace.x[trace.x.length - 1])];
  const [bottom, top] = [y.pixel(trace.y[0]), y.pixel(trace.y[trace.y.length - 1])];
  const ground = element('rect', { x: left, y: top, width: right - left, height: bottom - top, ...floor });
  const bands = levelsOf(trace).map((level, i) => {
    const outlines = rings(trace.z, level).map((ring) => {
      const places = ring.map(([column, row]) => {
        return `${px(x.pixel(between(trace.x, column)))} ${px(y.pixel(between(trace.y, row)))}`;
      });
      return `M${places.join('L')}Z`;
    });
    const style = { fill: bandColour(trace, i + 1), stroke: '#ffffff', 'stroke-opacity': '0.35' };
    return element('path', { d: outlines.join(''), 'fill-rule': 'evenodd', ...style });
  });
  return ground + bands.join('');
}
