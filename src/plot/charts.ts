import { Figure } from './figure';
import { axis, flatLayout, freeCorner, paddedRange, sameLength, shorten } from './layout';
import { COLOURS, SERIES } from './theme';
import type { ScatterTrace } from './traces';

/** What every chart says about itself. Give units in the axis labels. */
export interface ChartText {
  title: string;
  xLabel: string;
  yLabel: string;
}

/** One line of a chart. */
export interface Series {
  name: string;
  y: readonly number[];
  /** Default 0, 1, 2 … */
  x?: readonly number[];
}

export interface LineOptions extends ChartText {
  series: readonly Series[];
  /** A log axis leaves out values of 0 and below. */
  yScale?: 'linear' | 'log';
}

type Ends = readonly [number, number];

/** Keep the points that can be drawn, at most about 400 of them: more than the pixels can show. */
export function drawable(
  x: readonly number[],
  y: readonly number[],
  log = false,
): { x: number[]; y: number[] } {
  const stride = Math.max(1, Math.ceil(x.length / 400));
  const kept = x
    .map((_, i) => i)
    .filter((i) => i % stride === 0 || i === x.length - 1)
    .filter((i) => Number.isFinite(y[i]) && (!log || y[i] > 0));
  return { x: kept.map((i) => shorten(x[i])), y: kept.map((i) => shorten(y[i])) };
}

/**
 * Lines over a common axis, such as the cost over the iterations.
 *
 * @throws InputError when a series has no finite value, or as many x as y are not given
 */
export function line({ series, title, xLabel, yLabel, yScale = 'linear' }: LineOptions): Figure {
  const log = yScale === 'log';
  const traces = series.map(({ name, y, x = y.map((_, i) => i) }, i): ScatterTrace => {
    sameLength('plot.line', x, y);
    const style = { color: SERIES[i % SERIES.length], width: 2.5 };
    return { type: 'scatter', mode: 'lines', name, ...drawable(x, y, log), line: style };
  });
  const x = traces.flatMap((trace) => trace.x);
  const y = traces.flatMap((trace) => trace.y.map((value) => (log ? Math.log10(value) : value)));
  const [xRange, yRange] = [paddedRange('plot.line', x, 0.02), paddedRange('plot.line', y)];
  const legend = traces.length > 1 ? freeCorner(shares(x, y, xRange, yRange)) : undefined;
  const yAxis = axis(yLabel, yRange, log ? 'log' : undefined);
  return new Figure(traces, flatLayout(title, axis(xLabel, xRange), yAxis, legend));
}

/** Points as shares of the axes. */
function shares(x: readonly number[], y: readonly number[], xRange: Ends, yRange: Ends): [number, number][] {
  const share = (value: number, [low, high]: Ends) => (value - low) / (high - low);
  return x.map((value, i) => [share(value, xRange), share(y[i], yRange)]);
}

export interface ScatterOptions extends ChartText {
  /** The points. */
  x: readonly number[];
  y: readonly number[];
  /** What the points are, for the legend. */
  name?: string;
  /** Straight lines f(x) = w·x + b to lay over them. */
  lines?: readonly { name: string; w: number; b: number }[];
}

/**
 * Points, and straight lines over them: data with a fitted line.
 *
 * @throws InputError when x and y differ in length or hold nothing to draw
 */
export function scatter({ x, y, name = 'data', lines = [], ...text }: ScatterOptions): Figure {
  sameLength('plot.scatter', x, y);
  const xRange = paddedRange('plot.scatter', x);
  const points: ScatterTrace = {
    type: 'scatter',
    mode: 'markers',
    name,
    x: x.map(shorten),
    y: y.map(shorten),
    marker: { color: COLOURS.blue, size: 8, opacity: 0.75 },
  };
  const straight = lines.map(({ name: label, w, b }, i): ScatterTrace => {
    const style = { color: SERIES[(i + 1) % SERIES.length], width: 3 };
    const ends = xRange.map((end) => shorten(w * end + b));
    return { type: 'scatter', mode: 'lines', name: label, x: xRange.map(shorten), y: ends, line: style };
  });
  const yRange = paddedRange('plot.scatter', y, 0.08);
  const legend = lines.length > 0 ? freeCorner(shares(x, y, xRange, yRange)) : undefined;
  return new Figure(
    [points, ...straight],
    flatLayout(text.title, axis(text.xLabel, xRange), axis(text.yLabel, yRange), legend),
  );
}
