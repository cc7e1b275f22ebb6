import { InputError } from '../basics/errors';
import type { ChartText } from './charts';
import { Figure } from './figure';
import { ABOVE, axis, flatLayout, paddedRange, sameLength } from './layout';
import { SERIES } from './theme';
import type { BarTrace } from './traces';

/** The bars of one thing that is compared, such as one network. */
export interface BarSeries {
  name: string;
  values: ArrayLike<number>;
}

/** One value a label, or several series of them side by side. */
export type BarValues = { values: ArrayLike<number> } | { series: readonly BarSeries[] };

export type BarOptions = ChartText & BarValues & { labels: readonly string[] };

/** The series of values, each as long as the labels and finite. */
function checked(where: string, labels: readonly string[], given: BarValues, name: string): BarSeries[] {
  const series = 'series' in given ? given.series : [{ name, values: given.values }];
  if (series.length === 0) throw new InputError(where, 'at least one series', 'none');
  return series.map(({ name: label, values }) => {
    const list = Array.from(values);
    sameLength(where, labels, list);
    if (list.every((value) => Number.isFinite(value))) return { name: label, values: list };
    throw new InputError(where, 'finite values', list.join(', '));
  });
}

type Drawn = Pick<BarTrace, 'x' | 'y' | 'text' | 'name'> & { opacity?: readonly number[] };

function figure(bars: readonly Drawn[], title: string, xLabel: string, yLabel: string, top?: number): Figure {
  const traces = bars.map(({ opacity, ...bar }, i): BarTrace => {
    const marker = { color: SERIES[i % SERIES.length], ...(opacity && { opacity }) };
    return { type: 'bar', ...bar, textposition: 'outside', marker };
  });
  const y = traces.flatMap((trace) => trace.y);
  const [low, high] = paddedRange('plot.bars', [0, ...y], 0.12);
  const yAxis = axis(yLabel, [Math.min(...y) < 0 ? low : 0, top ?? high]);
  const legend = traces.length > 1 ? ABOVE : undefined;
  const layout = flatLayout(title, axis(xLabel, undefined, 'category'), yAxis, legend);
  return new Figure(traces, traces.length > 1 ? { ...layout, barmode: 'group' } : layout);
}

/** With more bars their values would cover each other, or be too small to be read. */
const MOST_VALUES = 24;

/**
 * One bar a label, each with its value above it where these are few; with several series a group of bars a label, and a
 * legend.
 *
 * @throws InputError when labels and values differ in number, or a value is not finite
 */
export function bars({ labels, title, xLabel, yLabel, ...given }: BarOptions): Figure {
  const series = checked('plot.bars', labels, given, yLabel);
  const isRoom = series.length * labels.length <= MOST_VALUES;
  const drawn = series.map(({ name, values }): Drawn => {
    const y = Array.from(values, (value) => Number(value.toPrecision(3)));
    return { name, x: labels, y, text: y.map((value) => (isRoom ? String(value) : '')) };
  });
  return figure(drawn, title, xLabel, yLabel);
}

export type ProbabilityOptions = BarValues & {
  title: string;
  /** Names of the classes; default 0, 1, 2 …, as for digits. */
  labels?: readonly string[];
  /** Default `class`. */
  xLabel?: string;
};

/** Opacity of the bars that are not the largest of their series. */
const FAINT = 0.4;

/**
 * Probabilities of classes as bars between 0 and 1, such as a softmax layer's output: the largest of each
 * series in full colour and with its value, the others faint. Several series (networks) stand side by side.
 *
 * @throws InputError when labels and values differ in number, or a value lies outside 0 … 1
 */
export function probabilities({ title, labels, xLabel = 'class', ...given }: ProbabilityOptions): Figure {
  const where = 'plot.probabilities';
  const count = 'series' in given ? (given.series.at(0)?.values.length ?? 0) : given.values.length;
  const names = labels ?? Array.from({ length: count }, (_, i) => String(i));
  const drawn = checked(where, names, given, 'probability').map(({ name, values }): Drawn => {
    const list = Array.from(values);
    // A sum of rounded shares may pass 1 by a little.
    const bad = list.find((value) => value < 0 || value > 1.0001);
    if (bad !== undefined) {
      throw new InputError(where, 'values from 0 to 1', String(bad), 'tf.softmax makes them of logits.');
    }
    const best = list.indexOf(Math.max(...list));
    const text = list.map((value, i) => (i === best ? shareText(value) : ''));
    const y = list.map((value) => Number(value.toPrecision(3)));
    return { name, x: names, y, text, opacity: list.map((_, i) => (i === best ? 1 : FAINT)) };
  });
  return figure(drawn, title, xLabel, 'probability', 1.1);
}

/** Two digits, but never 1.00 for less than 1. */
function shareText(value: number): string {
  return value < 1 && value >= 0.995 ? '>0.99' : value.toFixed(2);
}
