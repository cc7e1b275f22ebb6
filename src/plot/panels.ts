import { CONFIG, escapeMarkup } from './figure';
import { THEME } from './theme';

/** One part of a grid: a Plotly trace of rows and columns of pixels or numbers. */
export interface Panel {
  width: number;
  height: number;
  title: string;
  trace: Readonly<Record<string, unknown>>;
}

/** Plotly's name of the n-th axis: x, x2, x3 … */
function axisName(letter: 'x' | 'y', index: number): string {
  return index === 0 ? letter : `${letter}${index + 1}`;
}

/** Where the i-th of `count` parts lies, as shares of the whole. */
function part(i: number, count: number, gap: number): [number, number] {
  return [(i + gap / 2) / count, (i + 1 - gap / 2) / count];
}

function title(text: string, domainX: [number, number], domainY: [number, number]): unknown {
  const place = {
    x: domainX[0],
    y: domainY[1],
    xref: 'paper',
    yref: 'paper',
    xanchor: 'left',
    yanchor: 'bottom',
  };
  return { ...place, text, showarrow: false, font: { size: THEME.fontSize, color: THEME.text } };
}

/** Panels in a grid as Plotly's JSON: each its own pair of axes, square pixels, row 0 at the top. */
export function panelFigure(panels: readonly Panel[], columns: number): unknown {
  const rows = Math.ceil(panels.length / columns);
  const axes: Record<string, unknown> = {};
  const annotations: unknown[] = [];
  const data = panels.map(({ width, height, title: text, trace }, i) => {
    const [x, y] = [axisName('x', i), axisName('y', i)];
    const domainX = part(i % columns, columns, 0.06);
    const domainY = part(rows - 1 - Math.floor(i / columns), rows, 0.16);
    const hidden = { visible: false, constrain: 'domain' };
    axes[x.replace('x', 'xaxis')] = { ...hidden, domain: domainX, range: [-0.5, width - 0.5] };
    const locked = { anchor: x, scaleanchor: x, range: [height - 0.5, -0.5] };
    axes[y.replace('y', 'yaxis')] = { ...hidden, ...locked, domain: domainY };
    if (text) annotations.push(title(text, domainX, domainY));
    return { ...trace, xaxis: x, yaxis: y, name: text };
  });
  const height = 90 + rows * Math.min(400, Math.floor(1000 / columns));
  return escapeMarkup({ data, layout: { ...axes, annotations, ...STYLE, height }, config: CONFIG });
}

const STYLE = {
  font: { family: THEME.font },
  paper_bgcolor: THEME.paper,
  plot_bgcolor: THEME.paper,
  margin: { l: 12, r: 12, t: 40, b: 12 },
};
