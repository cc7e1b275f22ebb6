import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { confusionMatrix } from './confusion-matrix';
import type { HeatmapTrace } from './traces';

const labels = ['cat', 'dog', 'cow'];
const actual = Uint8Array.of(2, 0, 2, 2, 0, 1);
const predicted = Int32Array.of(0, 0, 2, 2, 0, 2);

interface Cell {
  x: number;
  y: number;
  text: string;
  fill: string;
}

/** The cells of a picture, each with the text in it. */
function cells(svg: string): Cell[] {
  const found = svg.matchAll(/<rect ([^>]*)\/><text x="([\d.]+)" y="([\d.]+)"[^>]*>(\d+)<\/text>/g);
  return [...found].map(([, rect, x, y, text]) => {
    return { x: Number(x), y: Number(y), text, fill: /fill="([^"]+)"/.exec(rect)![1] };
  });
}

describe('plot.confusionMatrix', () => {
  it('counts as scikit-learn does, and colours by the share of a row', () => {
    // sklearn.metrics.confusion_matrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]), from its documentation
    const [trace] = confusionMatrix({ actual, predicted, labels }).data as HeatmapTrace[];
    expect(trace.text).toEqual([
      ['2', '0', '0'],
      ['0', '0', '1'],
      ['1', '0', '2'],
    ]);
    expect(trace.z).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0.33333, 0, 0.66667],
    ]);
    expect([trace.x, trace.y]).toEqual([labels, labels]);
  });

  it('draws the first class at the top left, and white where there is nothing', () => {
    const figure = confusionMatrix({ actual, predicted, labels, title: 'Three animals' });
    expect(figure.layout).toMatchObject({
      title: { text: 'Three animals' },
      xaxis: { title: { text: 'predicted' }, type: 'category' },
      yaxis: { title: { text: 'actual' }, type: 'category', autorange: 'reversed' },
    });
    const drawn = cells(figure.toSvg()).sort((a, b) => a.y - b.y || a.x - b.x);
    expect(drawn.map(({ text }) => text).join(' ')).toBe('2 0 0 0 0 1 1 0 2');
    expect(drawn.map(({ fill }) => fill)).toEqual([
      ...['#0072b2', '#ffffff', '#ffffff'],
      ...['#ffffff', '#ffffff', '#0072b2'],
      ...['#aad0e5', '#ffffff', '#55a1cc'],
    ]);
    const [first, second, third] = labels.map((name) => figure.toSvg().lastIndexOf(`>${name}<`));
    expect(Math.min(first, second, third)).toBeGreaterThan(0);
  });

  it('leaves a class without examples white', () => {
    const [trace] = confusionMatrix({ actual: [0], predicted: [1], labels }).data as HeatmapTrace[];
    expect(trace.z).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it.each<[string, number[], number[], RegExp]>([
    ['probabilities', [0, 1], [0.2, 0.9], /class numbers from 0 to 2, got 0.2. tf.argMax/],
    ['a class that has no label', [0, 3], [0, 1], /from 0 to 2, got 3/],
    ['unequal numbers', [0, 1], [0], /as many predictions as examples.*, got 2 and 1/],
    ['nothing', [], [], /at least one, got 0 and 0/],
  ])('refuses %s', (_, real, guessed, message) => {
    const act = () => confusionMatrix({ actual: real, predicted: guessed, labels });
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });

  it('has room for long names', () => {
    const long = ['a very long name of a class', 'dog', 'cow'];
    const figure = confusionMatrix({ actual, predicted, labels: long });
    expect(figure.layout).toMatchObject({ yaxis: { automargin: true } });
    const svg = figure.toSvg();
    const [, x] = new RegExp(`<text x="([\\d.]+)"[^>]*text-anchor="end"[^>]*>${long[0]}<`).exec(svg)!;
    expect(Number(x)).toBeGreaterThan(8 * long[0].length);
    const [, title] = /<text x="([\d.]+)"[^>]*>actual</.exec(svg)!;
    expect(Number(title)).toBeGreaterThan(12);
    expect(Number(title)).toBeLessThan(Number(x) - 8 * long[0].length + 10);
  });
});
