import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { bars, probabilities } from './bars';
import type { BarTrace } from './traces';

const text = { title: 'A title', xLabel: '', yLabel: 'time (ms)' };

/** Left, top, width and height of the bars of a picture, and how opaque they are. */
function drawn(svg: string): Record<string, number>[] {
  return [...svg.matchAll(/<rect ([^>]*fill="#(?!ffffff)[0-9a-f]{6}"[^>]*)\/>/g)].map(([, attributes]) => {
    const pairs = [...attributes.matchAll(/(x|y|width|height|fill-opacity)="([-\d.]+)"/g)];
    return Object.fromEntries(pairs.map(([, key, value]) => [key, Number(value)]));
  });
}

describe('plot.bars', () => {
  it('sets series side by side, with a legend above', () => {
    const values = {
      labels: ['a', 'b'],
      series: [
        { name: 'one', values: [1, 2] },
        { name: 'two', values: [3, 4] },
      ],
    };
    const figure = bars({ ...values, ...text });
    expect(figure.layout).toMatchObject({ barmode: 'group', showlegend: true, legend: { orientation: 'h' } });
    const [legendOne, , ...rest] = drawn(figure.toSvg()).sort((p, q) => p.y - q.y || p.x - q.x);
    expect(legendOne.y).toBeLessThan(88);
    const places = rest.sort((p, q) => p.x - q.x);
    expect(places).toHaveLength(4);
    expect(new Set(places.map(({ width }) => width)).size).toBe(1);
    expect(places[1].x).toBeCloseTo(places[0].x + places[0].width, 1);
    expect(places[2].x).toBeGreaterThan(places[1].x + places[1].width);
    expect(places[1].height / places[0].height).toBeCloseTo(3, 2);
  });

  it('writes values above few bars alone', () => {
    const texts = (count: number): string[] => {
      const series = ['one', 'two'].map((name) => ({
        name,
        values: Array.from({ length: count }, () => 0.5),
      }));
      const labels = Array.from({ length: count }, (_, i) => String(i));
      return bars({ labels, series, ...text }).data.flatMap((trace) => (trace as BarTrace).text);
    };
    expect(new Set(texts(12))).toEqual(new Set(['0.5']));
    expect(new Set(texts(13))).toEqual(new Set(['']));
  });

  it('has no legend for one series', () => {
    const { data, layout } = bars({ labels: ['a'], values: [0.12345], ...text });
    expect(layout.showlegend).toBe(false);
    expect(data).toMatchObject([{ y: [0.123], text: ['0.123'], name: 'time (ms)' }]);
  });
});

describe('plot.probabilities', () => {
  const values = Float32Array.of(0.1, 0.7, 0.2);

  it('marks the largest, between 0 and 1, and counts the classes', () => {
    const { data, layout } = probabilities({ values, title: 'A digit' });
    const [trace] = data as BarTrace[];
    expect(trace.x).toEqual(['0', '1', '2']);
    expect(trace.text).toEqual(['', '0.70', '']);
    expect(trace.marker.opacity).toEqual([0.4, 1, 0.4]);
    expect(layout).toMatchObject({ xaxis: { title: { text: 'class' } }, yaxis: { range: [0, 1.1] } });
    const opacities = drawn(probabilities({ values, title: '' }).toSvg()).map((bar) => bar['fill-opacity']);
    expect(opacities).toEqual([0.4, 1, 0.4]);
  });

  it('marks the largest of each network, and never rounds up to 1', () => {
    const series = [
      { name: 'LeNet-5', values: [0.9999, 0.0001] },
      { name: 'own', values: [0.4, 0.6] },
    ];
    const { data } = probabilities({ series, labels: ['cat', 'dog'], title: 'Two' });
    expect((data as BarTrace[]).map((trace) => trace.text)).toEqual([
      ['>0.99', ''],
      ['', '0.60'],
    ]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'logits',
      () => probabilities({ values: [3.4, -13.5], title: '' }),
      /values from 0 to 1, got 3.4. tf.softmax/,
    ],
    ['other lengths', () => probabilities({ values, labels: ['a'], title: '' }), /1 x and 3 y/],
    [
      'unequal series',
      () => bars({ labels: ['a'], series: [{ name: 'n', values: [1, 2] }], ...text }),
      /1 x and 2 y/,
    ],
    ['no series', () => bars({ labels: ['a'], series: [], ...text }), /at least one series, got none/],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
