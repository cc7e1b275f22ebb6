import { InputError } from '../basics/errors';
import { Figure } from './figure';
import { flatLayout, paddedRange, shorten, solidLayout } from './layout';
import { COLOURS } from './theme';
import type { Axis, ContourTrace, Scatter3dTrace, ScatterTrace, SurfaceTrace } from './traces';
import { VIRIDIS } from './viridis';

/** A height over a plane: `z[row][column]` stands at `x[column]`, `y[row]`. */
export interface Landscape {
  x: readonly number[];
  y: readonly number[];
  z: readonly (readonly number[])[];
  title: string;
  xLabel: string;
  yLabel: string;
  zLabel: string;
  /** Points to join, such as the path of a descent; z is needed for a surface only. */
  path?: Path;
  /** `'log'` shows log₁₀ z, which keeps the shape of a deep valley visible. */
  zScale?: 'linear' | 'log';
}

export interface Path {
  x: readonly number[];
  y: readonly number[];
  z?: readonly number[];
  name?: string;
}

/** So many bands between the lowest and the highest level. */
const BANDS = 14;

function checkGrid(where: string, { x, y, z }: Landscape): void {
  const fits = z.length === y.length && z.every((row) => row.length === x.length);
  const shape = `${z.length} rows of ${[...new Set(z.map((row) => row.length))].join(' or ')}`;
  if (!fits || x.length < 2 || y.length < 2) {
    throw new InputError(where, `${y.length} rows (y) of ${x.length} heights (x), at least 2 × 2`, shape);
  }
  if (!z.every((row) => row.every((value) => Number.isFinite(value)))) {
    throw new InputError(where, 'finite heights', 'NaN or an infinity', 'Narrow the ranges.');
  }
}

function heights(where: string, { z, zScale }: Landscape): number[][] {
  if (zScale !== 'log') return z.map((row) => row.map(shorten));
  if (z.some((row) => row.some((value) => value <= 0))) {
    throw new InputError(where, 'heights above 0 for zScale log', 'a height of 0 or below');
  }
  return z.map((row) => row.map((value) => shorten(Math.log10(value))));
}

/** A path of thousands of steps that hardly move is drawn by those that do. */
function thin({ x, y, z }: Path, xRange: number, yRange: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const last = kept.at(-1);
    const moved =
      last === undefined || Math.hypot((x[i] - x[last]) / xRange, (y[i] - y[last]) / yRange) > 0.004;
    if (moved || i === x.length - 1) kept.push(i);
  }
  return kept.filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]) && (!z || Number.isFinite(z[i])));
}

function span(values: readonly number[]): number {
  return values[values.length - 1] - values[0];
}

function contourTrace(where: string, land: Landscape): ContourTrace {
  const z = heights(where, land);
  const [low, high] = paddedRange(where, z.flat(), 0);
  const size = (high - low) / BANDS;
  const label = land.zScale === 'log' ? `log₁₀ of ${land.zLabel}` : land.zLabel;
  return {
    type: 'contour',
    x: land.x.map(shorten),
    y: land.y.map(shorten),
    z,
    name: land.zLabel,
    colorscale: VIRIDIS,
    contours: {
      start: shorten(low + size),
      end: shorten(high - size / 2),
      size: shorten(size),
      coloring: 'fill',
    },
    colorbar: { title: { text: label, side: 'right' } },
  };
}

const PATH_LINE = { color: '#ffffff', width: 1.8 };

function pathTraces(path: Path, land: Landscape): ScatterTrace[] {
  const kept = thin(path, span(land.x), span(land.y));
  const x = kept.map((i) => shorten(path.x[i]));
  const y = kept.map((i) => shorten(path.y[i]));
  const name = path.name ?? 'path';
  const marker = { color: COLOURS.vermilion, size: 7, line: { color: '#ffffff', width: 1 } };
  const steps: ScatterTrace = { type: 'scatter', mode: 'lines+markers', name, x, y, line: PATH_LINE, marker };
  const star = {
    color: COLOURS.orange,
    size: 15,
    symbol: 'star',
    line: { color: '#ffffff', width: 1 },
  } as const;
  const end: ScatterTrace = {
    type: 'scatter',
    mode: 'markers',
    name: 'end',
    x: x.slice(-1),
    y: y.slice(-1),
    marker: star,
  };
  return [steps, end];
}

function axis(label: string, values: readonly number[]): Axis {
  return { title: { text: label }, range: [shorten(values[0]), shorten(values[values.length - 1])] };
}

/**
 * A landscape seen from above: bands of equal height, and a path over them.
 *
 * @throws InputError when z is not y.length rows of x.length finite heights
 */
export function contour(land: Landscape): Figure {
  checkGrid('plot.contour', land);
  const traces = [contourTrace('plot.contour', land), ...(land.path ? pathTraces(land.path, land) : [])];
  return new Figure(traces, flatLayout(land.title, axis(land.xLabel, land.x), axis(land.yLabel, land.y)));
}

/** Where the path lies; the points that the box does not hold are left out. */
function path3d(path: Path, land: Landscape): Scatter3dTrace {
  const z = path.z;
  if (!z) throw new InputError('plot.surface', 'a path with heights z', 'a path without');
  const inside = (value: number, ends: readonly number[]) =>
    value >= ends[0] && value <= ends[ends.length - 1];
  const kept = thin(path, span(land.x), span(land.y)).filter(
    (i) => inside(path.x[i], land.x) && inside(path.y[i], land.y),
  );
  const height = (value: number) => shorten(land.zScale === 'log' ? Math.log10(value) : value);
  return {
    type: 'scatter3d',
    mode: 'lines+markers',
    name: path.name ?? 'path',
    x: kept.map((i) => shorten(path.x[i])),
    y: kept.map((i) => shorten(path.y[i])),
    z: kept.map((i) => height(z[i])),
    line: { color: COLOURS.vermilion, width: 5 },
    marker: { color: COLOURS.vermilion, size: 3.5 },
  };
}

/**
 * A landscape in three dimensions that can be turned, and a path on it.
 *
 * @throws InputError as {@link contour}, or for a path without heights
 */
export function surface(land: Landscape): Figure {
  checkGrid('plot.surface', land);
  const z = heights('plot.surface', land);
  const ground: SurfaceTrace = {
    type: 'surface',
    x: land.x.map(shorten),
    y: land.y.map(shorten),
    z,
    name: land.zLabel,
    colorscale: VIRIDIS,
    showscale: false,
  };
  const label = land.zScale === 'log' ? `log₁₀ of ${land.zLabel}` : land.zLabel;
  const scene = {
    xaxis: axis(land.xLabel, land.x),
    yaxis: axis(land.yLabel, land.y),
    zaxis: { title: { text: label }, range: paddedRange('plot.surface', z.flat(), 0.02) },
    camera: { eye: { x: 1.7, y: -1.85, z: 1.05 } },
    aspectmode: 'cube',
  } as const;
  return new Figure(land.path ? [ground, path3d(land.path, land)] : [ground], solidLayout(land.title, scene));
}
