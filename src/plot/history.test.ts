import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { history } from './history';
import type { ScatterTrace } from './traces';

const course = (epochs: number) => {
  const falling = Array.from({ length: epochs }, (_, i) => 2 / (i + 1));
  const rising = falling.map((value) => 1 - value / 4);
  return { metrics: { accuracy: rising, valAccuracy: rising, valLoss: falling, loss: falling } };
};

/** Where the numbers below the axes stand, and what they are. */
function epochLabels(svg: string): { x: number; text: string }[] {
  return [...svg.matchAll(/<text x="([\d.]+)" y="395"[^>]*>(\d+)<\/text>/g)].map(([, x, text]) => {
    return { x: Number(x), text };
  });
}

describe('plot.history', () => {
  it('has loss and accuracy side by side, training and validation in the same colours, named once', () => {
    const { data, layout } = history(course(3));
    const traces = data as ScatterTrace[];
    expect(traces.map(({ name, xaxis, yaxis, showlegend }) => [name, xaxis, yaxis, showlegend])).toEqual([
      ['training', undefined, undefined, true],
      ['validation', undefined, undefined, true],
      ['training', 'x2', 'y2', false],
      ['validation', 'x2', 'y2', false],
    ]);
    expect(traces[0].x).toEqual([1, 2, 3]);
    expect(traces[0].line).toEqual(traces[2].line);
    expect([layout.yaxis!.title.text, layout.yaxis2!.title.text]).toEqual(['loss', 'accuracy']);
    expect([layout.xaxis!.domain, layout.xaxis2!.domain]).toEqual([
      [0, 0.45],
      [0.55, 1],
    ]);
  });

  it.each<[number, string[]]>([
    [1, ['1']],
    [3, ['1', '2', '3']],
    [20, ['2', '4', '6', '8', '10', '12', '14', '16', '18', '20']],
    [100, ['10', '20', '30', '40', '50', '60', '70', '80', '90', '100']],
  ])('counts %s epochs in whole numbers from 1, twice', (epochs, expected) => {
    const figure = history(course(epochs));
    const labels = epochLabels(figure.toSvg());
    expect(labels.map(({ text }) => text)).toEqual([...expected, ...expected]);
    expect(labels.every(({ x }, i) => i === 0 || x > labels[i - 1].x)).toBe(true);
    expect(figure.layout.xaxis!.range![0]).toBeGreaterThan(0);
  });

  it('shows one epoch as dots', () => {
    const svg = history(course(1)).toSvg();
    expect([...svg.matchAll(/<circle/g)]).toHaveLength(2 + 4);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('draws the second panel’s points inside it', () => {
    const svg = history(course(5)).toSvg();
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
    const belowLegend = dots.filter((match) => Number(match[2]) > 88);
    const circles = belowLegend.map((match) => Number(match[1]));
    const frames = [...svg.matchAll(/<rect x="([\d.]+)"[^>]* width="([\d.]+)"[^>]*fill="none"/g)];
    const [left, right] = frames.map((match) => [Number(match[1]), Number(match[1]) + Number(match[2])]);
    const inside = (x: number, [start, end]: number[]) => x > start && x < end;
    expect(circles.filter((x) => inside(x, left))).toHaveLength(10);
    expect(circles.filter((x) => inside(x, right))).toHaveLength(10);
    expect(left[1]).toBeLessThan(right[0]);
  });

  it('takes what there is: no validation set, other metrics, values that are not finite', () => {
    const single = history({ metrics: { loss: [3, NaN, 1], valLoss: [] } });
    expect(single.data).toMatchObject([{ name: 'training', x: [1, 3], y: [3, 1] }]);
    expect(single.layout.xaxis2).toBeUndefined();
    const more = history({ metrics: { learningRate: [0.1, 0.01], loss: [NaN, NaN] } });
    expect(more.layout.yaxis!.title.text).toBe('loss (never finite)');
    expect(more.layout.yaxis2!.title.text).toBe('learning rate');
    expect(more.toSvg()).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('refuses a training without an epoch', () => {
    const act = () => history({ metrics: { loss: [], accuracy: [] } });
    expect(act).toThrow(InputError);
    expect(act).toThrow('plot.history: expected at least one finished epoch, got none.');
  });
});
