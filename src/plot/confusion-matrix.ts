import { InputError } from '../basics/errors';
import { Figure } from './figure';
import { axis, flatLayout, shorten } from './layout';
import { COLOURS, type ColourScale } from './theme';
import type { HeatmapTrace } from './traces';

const WHERE = 'plot.confusionMatrix';

export interface ConfusionMatrixOptions {
  /** The class number of each example. */
  actual: ArrayLike<number>;
  /** The class number that the network gave to each. */
  predicted: ArrayLike<number>;
  /** Names of the classes. */
  labels: readonly string[];
  /** Default `Confusion matrix`. */
  title?: string;
}

/** Light to dark, so that everyone can tell the shades apart, and print them. */
const SCALE: ColourScale = [
  [0, '#ffffff'],
  [1, COLOURS.blue],
];

const HOVER = '%{y} taken for %{x}: %{text} (%{z:.1%} of its row)<extra></extra>';

function counted(actual: readonly number[], predicted: readonly number[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  actual.forEach((row, i) => counts[row][predicted[i]]++);
  return counts;
}

function checked(values: ArrayLike<number>, classes: number): number[] {
  const list = Array.from(values);
  const bad = list.find((value) => !Number.isInteger(value) || value < 0 || value >= classes);
  if (bad === undefined) return list;
  const hint = 'tf.argMax(-1) makes class numbers of probabilities.';
  throw new InputError(WHERE, `class numbers from 0 to ${classes - 1}`, String(bad), hint);
}

/**
 * How many examples of each class (rows) were taken for which (columns), as scikit-learn's `confusion_matrix`; what is
 * right stands on the diagonal. A cell's colour is its share of its row, so that rare classes are seen as well.
 *
 * @throws InputError for no examples, more or fewer predictions than examples, or a number that is no class
 */
export function confusionMatrix({
  labels,
  title = 'Confusion matrix',
  ...given
}: ConfusionMatrixOptions): Figure {
  const [actual, predicted] = [given.actual, given.predicted].map((values) => checked(values, labels.length));
  if (actual.length !== predicted.length || actual.length === 0) {
    const found = `${actual.length} and ${predicted.length}`;
    throw new InputError(WHERE, 'as many predictions as examples, at least one', found);
  }
  const counts = counted(actual, predicted, labels.length);
  const share = (row: readonly number[]) => {
    const sum = Math.max(
      1,
      row.reduce((a, b) => a + b),
    );
    return row.map((count) => shorten(count / sum));
  };
  const trace: HeatmapTrace = {
    ...{ type: 'heatmap', name: title, x: labels, y: labels, z: counts.map(share) },
    ...{ text: counts.map((row) => row.map(String)), texttemplate: '%{text}', hovertemplate: HOVER },
    ...{ colorscale: SCALE, zmin: 0, zmax: 1, showscale: false, xgap: 2, ygap: 2 },
  };
  const down = { ...axis('actual', undefined, 'category'), autorange: 'reversed', automargin: true } as const;
  const layout = flatLayout(title, axis('predicted', undefined, 'category'), down);
  return new Figure([trace], layout);
}
