import { InputError } from '../basics/errors';
import { THEME } from './theme';
import type { Above, Axis, Corner, Layout, LegendPlace, Scene } from './traces';

const FONT = { family: THEME.font, color: THEME.text };

const AXIS_STYLE = {
  gridcolor: THEME.grid,
  linecolor: THEME.axis,
  zeroline: false,
  ticks: 'outside',
  tickcolor: THEME.axis,
} as const;

const STYLE = {
  font: { ...FONT, size: THEME.fontSize },
  paper_bgcolor: THEME.paper,
  plot_bgcolor: THEME.paper,
  margin: { l: 72, r: 24, t: 60, b: 68 },
} as const;

function titled(text: string): Layout['title'] {
  return { text, ...{ font: { ...FONT, size: THEME.titleSize }, x: 0.5, xanchor: 'center' } };
}

/** A title at the upper edge, out of the way of a legend that needs several lines. */
function pinned(text: string): Layout['title'] {
  return { ...titled(text), ...{ y: 1, yref: 'container', yanchor: 'top', pad: { t: 12 } } };
}

const LEGEND_STYLE = { bgcolor: 'rgba(255,255,255,0.85)', bordercolor: THEME.grid, borderwidth: 1 };

export function isAbove(legend: LegendPlace): legend is Above {
  return 'orientation' in legend;
}

/** An axis with its title. */
export function axis(label: string, range?: readonly [number, number], type?: Axis['type']): Axis {
  return {
    title: { text: label },
    ...(range && { range: [shorten(range[0]), shorten(range[1])] as const }),
    ...(type && { type }),
  };
}

/** The layout of a figure with two axes; with a legend where a place is given. */
export function flatLayout(title: string, xaxis: Axis, yaxis: Axis, legend?: LegendPlace): Layout {
  return {
    ...STYLE,
    title: titled(title),
    height: THEME.height,
    xaxis: { ...AXIS_STYLE, ...xaxis },
    yaxis: { ...AXIS_STYLE, ...yaxis },
    showlegend: legend !== undefined,
    ...(legend && { legend: isAbove(legend) ? legend : { ...LEGEND_STYLE, ...legend } }),
    ...(legend && isAbove(legend) && { title: pinned(title), margin: { ...STYLE.margin, t: 92 } }),
  };
}

/** A legend in a line between the title and the axes, where it hides nothing. */
export const ABOVE: Above = { orientation: 'h', x: 0.5, xanchor: 'center', y: 1.02, yanchor: 'bottom' };

/** The share of the width between two pairs of axes, for the numbers and the title of the second. */
const BETWEEN = 0.1;

/** The layout of a figure with pairs of axes side by side, and one legend above them. */
export function panelLayout(title: string, panels: readonly { x: Axis; y: Axis }[]): Layout {
  const width = (1 - BETWEEN * (panels.length - 1)) / panels.length;
  const [first, ...others] = panels.map(({ x, y }, i) => {
    const start = i * (width + BETWEEN);
    return { x: { ...x, domain: [shorten(start), shorten(start + width)] as const }, y };
  });
  const more = others.map(({ x, y }, i) => ({
    [`xaxis${i + 2}`]: { ...AXIS_STYLE, ...x, anchor: `y${i + 2}` },
    [`yaxis${i + 2}`]: { ...AXIS_STYLE, ...y, anchor: `x${i + 2}` },
  }));
  const layout = flatLayout(title, first.x, first.y, ABOVE);
  return Object.assign(layout, ...more) as Layout;
}

const CORNERS: readonly Corner[] = [
  { x: 0.98, xanchor: 'right', y: 0.98, yanchor: 'top' },
  { x: 0.02, xanchor: 'left', y: 0.98, yanchor: 'top' },
  { x: 0.98, xanchor: 'right', y: 0.02, yanchor: 'bottom' },
  { x: 0.02, xanchor: 'left', y: 0.02, yanchor: 'bottom' },
];

/**
 * The corner that hides the fewest points.
 *
 * @param points as shares of the axes, 0 at the left and at the bottom
 */
export function freeCorner(points: readonly (readonly [number, number])[]): Corner {
  const hidden = CORNERS.map((corner) => {
    return points.filter(([x, y]) => Math.abs(x - corner.x) < 0.48 && Math.abs(y - corner.y) < 0.3).length;
  });
  return CORNERS[hidden.indexOf(Math.min(...hidden))];
}

/** The layout of a figure with three axes. */
export function solidLayout(title: string, scene: Scene): Layout {
  return {
    ...STYLE,
    margin: { l: 0, r: 0, t: 60, b: 0 },
    title: titled(title),
    height: 520,
    scene,
    showlegend: false,
  };
}

/** Five digits are more than a screen can show, and keep notebooks small. */
export function shorten(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : value;
}

/** The smallest and the largest finite value, and a share of their distance on either side. */
export function paddedRange(where: string, values: readonly number[], padding = 0.05): [number, number] {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) {
    throw new InputError(where, 'at least one finite number to draw', `${values.length} values, none finite`);
  }
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  const pad = high > low ? (high - low) * padding : Math.abs(high) * padding || 1;
  return [low - pad, high + pad];
}

/** Refuse series whose lengths differ. */
export function sameLength(where: string, x: readonly unknown[], y: readonly unknown[]): void {
  if (x.length === y.length) return;
  throw new InputError(where, 'as many x as y', `${x.length} x and ${y.length} y`);
}
