import { InputError } from '../basics/errors';
import { drawable } from './charts';
import { Figure } from './figure';
import { axis, paddedRange, panelLayout } from './layout';
import { COLOURS } from './theme';
import type { Axis, ScatterTrace } from './traces';

/** What a training gives to show: a number an epoch for each metric; `val…` are the validation set's. */
export interface HistoryLike {
  readonly metrics: Readonly<Record<string, readonly number[]>>;
}

/** One metric of the training and the validation set. */
interface Metric {
  name: string;
  training: readonly number[];
  validation: readonly number[];
}

/** `learningRate` → `learning rate`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** `valLoss` → `loss`; other names stay as they are. */
function baseName(key: string): string {
  const [, capital, rest] = /^val([A-Z])(.*)$/.exec(key) ?? [];
  return capital ? capital.toLowerCase() + rest : key;
}

/** Loss first, accuracy second, then what else there is. */
function metricsOf({ metrics }: HistoryLike): Metric[] {
  const measured = Object.keys(metrics).filter((key) => metrics[key].length > 0);
  const present = new Set(measured.map(baseName));
  const names = new Set(['loss', 'accuracy', ...present]);
  return [...names]
    .filter((name) => present.has(name))
    .map((name) => {
      const validation = `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      return { name, training: metrics[name] ?? [], validation: metrics[validation] ?? [] };
    });
}

/** More epochs than this are drawn without a dot each. */
const DOTS = 40;

function traces({ training, validation }: Metric, panel: number): ScatterTrace[] {
  const lines = [
    { label: 'training', y: training, color: COLOURS.blue },
    { label: 'validation', y: validation, color: COLOURS.vermilion },
  ];
  return lines
    .filter(({ y }) => y.length > 0)
    .map(({ label, y, color }): ScatterTrace => {
      const epochs = y.map((_, i) => i + 1);
      return {
        type: 'scatter',
        mode: y.length > DOTS ? 'lines' : 'lines+markers',
        name: label,
        legendgroup: label,
        ...drawable(epochs, y),
        line: { color, width: 2.5 },
        marker: { color, size: 7 },
        ...(panel > 0 && { xaxis: `x${panel + 1}`, yaxis: `y${panel + 1}` }),
      };
    });
}

/** Whole epochs, ticks at round ones, at most ten of them. */
function epochAxis(epochs: number): Axis {
  const dtick = [1, 2, 5, 10, 20, 50, 100].find((step) => epochs / step <= 10) ?? Math.ceil(epochs / 10);
  const pad = Math.min(0.9, Math.max(0.25, (epochs - 1) * 0.03));
  return { ...axis('epoch', [1 - pad, epochs + pad]), dtick };
}

function valueAxis({ name, training, validation }: Metric): Axis {
  const finite = [...training, ...validation].filter((value) => Number.isFinite(value));
  if (finite.length === 0) return axis(`${inWords(name)} (never finite)`, [0, 1]);
  return axis(inWords(name), paddedRange('plot.history', finite, 0.07));
}

/**
 * The course of a training: loss, accuracy and whatever else was measured, side by side over the epochs,
 * training and validation set as two lines. Epochs count from 1; values that are not finite are left out.
 *
 * @throws InputError when no epoch was finished
 */
export function history(course: HistoryLike, title = 'Training'): Figure {
  const all = metricsOf(course);
  if (all.length === 0) throw new InputError('plot.history', 'at least one finished epoch', 'none');
  const epochs = Math.max(...all.flatMap(({ training, validation }) => [training.length, validation.length]));
  const lines = all.flatMap(traces);
  const first = (name: string) => lines.findIndex((trace) => trace.name === name);
  const named = lines.map((trace, i) => ({ ...trace, showlegend: i === first(trace.name) }));
  const panels = all.map((metric) => ({ x: epochAxis(epochs), y: valueAxis(metric) }));
  return new Figure(named, panelLayout(title, panels));
}
