import { describe, expect, it } from 'vitest';
import { InputError } from '../basics/errors';
import { regression } from '../basics/index';
import { bars, probabilities } from './bars';
import { line, scatter } from './charts';
import { confusionMatrix } from './confusion-matrix';
import { $display, type Displayable } from './display';
import type { Figure } from './figure';
import { history } from './history';
import { imageGrid } from './image-grid';
import { isosurface } from './isosurface';
import { contour, surface, type Landscape } from './landscape';
import { maps } from './maps';

const text = { title: 'A title', xLabel: 'time (s)', yLabel: 'way (m)' };
const bowl: Landscape = {
  x: [-1, 0, 1],
  y: [-1, 0, 1, 2],
  z: [-1, 0, 1, 2].map((y) => [-1, 0, 1].map((x) => 1 + x * x + y * y)),
  title: 'A bowl',
  xLabel: 'w',
  yLabel: 'b',
  zLabel: 'J',
  path: { x: [-1, -0.5, 0], y: [-1, -0.5, 0], z: [3, 1.5, 1] },
};

/** One voxel in the middle. */
const VOXELS = Float32Array.from({ length: 27 }, (_, i) => (i === 13 ? 1 : 0));

/** Every kind of figure there is. */
function figures(title: string): [string, Figure][] {
  const labels = { ...text, title, xLabel: title, yLabel: title };
  return [
    [
      'line',
      line({
        series: [
          { name: title, y: [3, 2, 1] },
          { name: 'b', y: [1, 2] },
        ],
        ...labels,
      }),
    ],
    ['log line', line({ series: [{ name: title, y: [100, 1, 0.01] }], yScale: 'log', ...labels })],
    ['scatter', scatter({ x: [1, 2], y: [3, 4], lines: [{ name: title, w: 1, b: 2 }], ...labels })],
    ['bars', bars({ labels: [title, 'b'], values: [1, 2.5], ...labels })],
    [
      'grouped bars',
      bars({
        labels: [title, 'b', 'c'],
        series: [
          { name: title, values: [1, 2, 3] },
          { name: 'second', values: Float32Array.of(3, 2, 1) },
        ],
        ...labels,
      }),
    ],
    ['probabilities', probabilities({ labels: [title, 'b'], values: [0.25, 0.75], title, xLabel: title })],
    ['confusion matrix', confusionMatrix({ actual: [0, 1], predicted: [1, 1], labels: [title, 'b'], title })],
    ['history', history({ metrics: { loss: [3, 2], valLoss: [4, 3], accuracy: [0.5, 0.75] } }, title)],
    ['contour', contour({ ...bowl, title, xLabel: title, zLabel: title })],
    ['log contour', contour({ ...bowl, zScale: 'log', title })],
    ['surface', surface({ ...bowl, title, zLabel: title })],
    ['isosurface', isosurface({ shape: [3, 3, 3], data: VOXELS }, { title })],
  ];
}

/** Kinds of pictures that Plotly shows as well. */
function pixelFigures(title: string): [string, Displayable][] {
  const picture = { width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 255, 255, 0) } as const;
  const grid = [
    [1, 2],
    [3, 4],
  ];
  return [
    ['picture grid', imageGrid([picture], { titles: [title] })],
    ['map', maps([grid], { titles: [title] })],
  ];
}

/** Every text in a value, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Numbers that went wrong on the way to a picture. */
const BROKEN = /NaN|Infinity|undefined|\[object/;

describe.each(figures('plain'))('%s', (_, figure) => {
  it('has a bundle of an interactive figure, a picture and a line of text', () => {
    const bundle = figure[$display]();
    expect(Object.keys(bundle)).toEqual(['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain']);
    expect(bundle['text/plain']).toMatch(/^Figure “.+” \([a-z0-9, ]+\)$/);
  });

  it('is drawn with its labels and without a broken number', () => {
    const svg = figure.toSvg();
    expect(svg).not.toMatch(BROKEN);
    expect(JSON.stringify(figure.toPlotly())).not.toMatch(/null|NaN/);
    expect(svg).toContain(figure.layout.title.text);
    const { xaxis, scene } = figure.layout;
    expect(svg).toContain(`>${(xaxis ?? scene!.xaxis).title.text || '</svg'}`);
  });

  it('has as many opening as closing tags', () => {
    const svg = figure.toSvg();
    const opened = [...svg.matchAll(/<([a-zA-Z]+)(?:\s[^>]*[^/])?>/g)].map((match) => match[1]).sort();
    const closed = [...svg.matchAll(/<\/([a-zA-Z]+)>/g)].map((match) => match[1]).sort();
    expect(opened).toEqual(closed);
  });
});

describe('text from outside', () => {
  const evil = '</text><script>alert("1")</script>&\u0000';

  it.each(figures(evil))('is escaped in a %s', (_, figure) => {
    expect(figure.toSvg()).not.toMatch(/<script|\u0000|&(?!amp;|lt;|gt;|quot;)/);
  });

  const link = '<a href="https://example.org/">a & b</a>';

  it.each<[string, Displayable]>([...figures(link), ...pixelFigures(link)])(
    'is escaped in a %s where Plotly reads HTML',
    async (_, figure) => {
      const { 'application/vnd.plotly.v1+json': plotly } = await figure[$display]();
      const texts = textsOf(plotly);
      // what the figure was not given is its own, such as `<br>` in what it says under the mouse
      expect(texts.filter((text) => /<(?!br>|extra>|\/extra>)/.test(text))).toEqual([]);
      expect(
        texts.filter((text) => text.includes('&lt;a href="https://example.org/">a &amp; b&lt;/a>')),
      ).not.toEqual([]);
    },
  );
});

describe('plot.line', () => {
  it('thins long series but keeps their ends', () => {
    const y = Array.from({ length: 5000 }, (_, i) => 5000 - i);
    const [trace] = line({ series: [{ name: 'J', y }], ...text }).data;
    const { x } = trace as { x: readonly number[] };
    expect(x.length).toBeLessThan(500);
    expect([x[0], x.at(-1)]).toEqual([0, 4999]);
  });

  it('leaves out what cannot be drawn', () => {
    const [trace] = line({
      series: [{ name: 'J', y: [1, Infinity, 0, NaN, 10] }],
      yScale: 'log',
      ...text,
    }).data;
    expect(trace).toMatchObject({ x: [0, 4], y: [1, 10] });
  });

  it('puts a log axis’s range in powers of ten', () => {
    const { yaxis } = line({ series: [{ name: 'J', y: [1, 1000] }], yScale: 'log', ...text }).layout;
    expect(yaxis).toMatchObject({ type: 'log', range: [-0.15, 3.15] });
  });

  it('puts the legend where it hides nothing', () => {
    const rising = { ...text, x: [0, 1, 2, 3], y: [0, 1, 2, 3] };
    const { legend } = scatter({ ...rising, lines: [{ name: 'fit', w: 1, b: 0 }] }).layout;
    expect(legend).toMatchObject({ xanchor: 'left', yanchor: 'top' });
  });
});

describe('a landscape', () => {
  it('of a descent stays small and keeps the path’s ends', () => {
    const { x, y } = regression.houses();
    const run = regression.descend(x, y, { alpha: 0.1, iterations: 3000 });
    const grid = regression.costGrid(x, y, { w: [-0.5, 4], b: [-1.5, 3.5], steps: 51 });
    const path = { x: run.history.map((step) => step.w), y: run.history.map((step) => step.b) };
    const figure = contour({ ...bowl, x: grid.w, y: grid.b, z: grid.cost, path, zScale: 'log' });
    expect(JSON.stringify(figure[$display]()).length).toBeLessThan(200_000);
    const steps = figure.data[1] as { x: readonly number[] };
    expect(steps.x.length).toBeLessThan(200);
    expect(steps.x[0]).toBe(0);
    expect(steps.x.at(-1)).toBeCloseTo(run.w, 4);
  });

  it('leaves out of a surface what lies beside it', () => {
    const path = { x: [-5, 0.5, 0], y: [0, 0.5, 0], z: [26, 1.5, 1] };
    expect(surface({ ...bowl, path }).data[1]).toMatchObject({ x: [0.5, 0] });
  });
});

describe('bad input', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['lengths', () => scatter({ ...text, x: [1], y: [1, 2] }), /1 x and 2 y/],
    ['nothing to draw', () => line({ ...text, series: [{ name: 'a', y: [NaN] }] }), /0 values, none finite/],
    ['bars without value', () => bars({ ...text, labels: ['a'], values: [NaN] }), /finite values, got NaN/],
    [
      'a ragged grid',
      () => contour({ ...bowl, z: [[1, 2], [1]] }),
      /4 rows \(y\) of 3 heights .* got 2 rows of 2 or 1/,
    ],
    [
      'an infinite height',
      () => contour({ ...bowl, z: bowl.z.map(() => [1, 2, Infinity]) }),
      /finite heights/,
    ],
    [
      'a log of 0',
      () => contour({ ...bowl, z: bowl.z.map(() => [0, 1, 2]), zScale: 'log' }),
      /heights above 0/,
    ],
    ['a path without heights', () => surface({ ...bowl, path: { x: [0], y: [0] } }), /a path with heights/],
  ])('%s is refused', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});
