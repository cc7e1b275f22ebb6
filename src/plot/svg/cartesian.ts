import { THEME } from '../theme';
import type {
  BarTrace,
  ContourTrace,
  FlatTrace,
  Layout,
  LegendPlace,
  MarkerStyle,
  ScatterTrace,
} from '../traces';
import { bandColour, contourBands, levelsOf } from './contour';
import { frame, outline, scaleOf, type Box, type Scale } from './frame';
import { element, label, pathThrough, px, stroke, widthOf } from './markup';
import { formatNumber } from './ticks';

const DASHES = { solid: undefined, dash: '9 6', dot: '2 5' } as const;

/** A five-pointed star around a place. */
function star(x: number, y: number, radius: number): string {
  const points = Array.from({ length: 10 }, (_, i): [number, number] => {
    const r = i % 2 === 0 ? radius : radius * 0.42;
    const angle = (Math.PI * i) / 5 - Math.PI / 2;
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
  return `${pathThrough(points)}Z`;
}

/** One marker as Plotly draws it; `size` is its width. */
export function marker(x: number, y: number, style: MarkerStyle): string {
  const { color: fill, size, symbol = 'circle', opacity = 1, line } = style;
  const paint = { fill, 'fill-opacity': opacity, stroke: line?.color, 'stroke-width': line?.width };
  if (symbol === 'star') return element('path', { d: star(x, y, size * 0.65), ...paint });
  if (symbol === 'circle') return element('circle', { cx: x, cy: y, r: size / 2, ...paint });
  const r = size / 2;
  return stroke(x - r, y - r, x + r, y + r, fill, 2.5) + stroke(x - r, y + r, x + r, y - r, fill, 2.5);
}

/** A line through points, in pixels. */
export function polyline(
  points: readonly [number, number][],
  style: NonNullable<ScatterTrace['line']>,
): string {
  const { color, width, dash = 'solid' } = style;
  const paint = { stroke: color, 'stroke-width': width, 'stroke-dasharray': DASHES[dash] };
  return element('path', { d: pathThrough(points), fill: 'none', 'stroke-linejoin': 'round', ...paint });
}

function scatterMarks({ x, y, mode, line, marker: style }: ScatterTrace, xs: Scale, ys: Scale): string {
  const points = x.map((value, i): [number, number] => [xs.pixel(value), ys.pixel(y[i])]);
  const path = mode !== 'markers' && line ? polyline(points, line) : '';
  if (mode === 'lines' || !style) return path;
  return path + points.map(([px0, py0]) => marker(px0, py0, style)).join('');
}

function barMarks({ x, y, text, marker: { color } }: BarTrace, xs: Scale, ys: Scale): string {
  const width = Math.abs(xs.pixel(1) - xs.pixel(0)) * 0.62;
  const zero = ys.pixel(0);
  return x
    .map((_, i) => {
      const middle = xs.pixel(i);
      const top = ys.pixel(y[i]);
      const size = { y: Math.min(top, zero), width, height: Math.abs(zero - top) };
      const bar = element('rect', { x: middle - width / 2, ...size, fill: color });
      return bar + label(middle, Math.min(top, zero) - 7, text[i], { anchor: 'middle' });
    })
    .join('');
}

function marks(trace: FlatTrace, x: Scale, y: Scale): string {
  if (trace.type === 'contour') return contourBands(trace, x, y);
  return trace.type === 'bar' ? barMarks(trace, x, y) : scatterMarks(trace, x, y);
}

/** The colours of the bands beside the axes, with their numbers. */
function colourBar(trace: ContourTrace, box: Box): string {
  const levels = levelsOf(trace);
  const left = box.left + box.width + 22;
  const step = box.height / (levels.length + 1);
  const bottom = box.top + box.height;
  const swatches = [...levels, 0].map((_, i) => {
    return element('rect', {
      x: left,
      y: bottom - (i + 1) * step,
      width: 20,
      height: step + 0.5,
      fill: bandColour(trace, i),
    });
  });
  const digits = Math.max(0, 1 - Math.floor(Math.log10(trace.contours.size)));
  const numbers = levels
    .map((level, i) => ({ level, y: bottom - (i + 1) * step }))
    .filter((_, i) => i % 2 === 1)
    .map(({ level, y }) => label(left + 27, y + 5, formatNumber(level, digits), { size: 12 }));
  const middle = box.top + box.height / 2;
  const title = label(left + 84, middle, trace.colorbar.title.text, {
    anchor: 'middle',
    turn: -90,
    size: 15,
  });
  return swatches.join('') + numbers.join('') + title;
}

/** Names of the traces in a box in a corner. */
function legend(traces: readonly FlatTrace[], box: Box, place: LegendPlace): string {
  const width = Math.max(...traces.map((trace) => widthOf(trace.name))) + 58;
  const height = traces.length * 23 + 10;
  const left = place.xanchor === 'left' ? box.left + 12 : box.left + box.width - width - 12;
  const top = place.yanchor === 'top' ? box.top + 10 : box.top + box.height - height - 10;
  const paint = { fill: '#ffffff', 'fill-opacity': '0.85', stroke: THEME.grid };
  const rows = traces.map((trace, i) => {
    const y = top + 21 + i * 23;
    const name = label(left + 46, y, trace.name);
    if (trace.type !== 'scatter') return name;
    const line = trace.mode !== 'markers' && trace.line;
    const sample = line
      ? polyline(
          [
            [left + 10, y - 5],
            [left + 36, y - 5],
          ],
          line,
        )
      : '';
    const dot = trace.mode !== 'lines' && trace.marker ? marker(left + 23, y - 5, trace.marker) : '';
    return sample + dot + name;
  });
  return element('rect', { x: left, y: top, width, height, ...paint }) + rows.join('');
}

/** Everything inside a picture with two axes. */
export function cartesian(traces: readonly FlatTrace[], layout: Layout, width: number): string {
  const contour = traces.find((trace) => trace.type === 'contour');
  const box: Box = {
    left: 78,
    top: 56,
    width: width - 78 - (contour ? 124 : 28),
    height: layout.height - 56 - 66,
  };
  const bar = traces.find((trace) => trace.type === 'bar');
  const none = { title: { text: '' } };
  const x = scaleOf(layout.xaxis ?? none, box.left, box.left + box.width, bar?.x);
  const y = scaleOf(layout.yaxis ?? none, box.top + box.height, box.top);
  const clip = element('rect', { x: box.left, y: box.top, width: box.width, height: box.height });
  // The id is made of the box, so that figures on one page that share it cut the same way.
  const id = `inside-${px(box.width)}-${px(box.height)}`.replaceAll('.', '_');
  const drawn = element(
    'g',
    { 'clip-path': `url(#${id})` },
    traces.map((trace) => marks(trace, x, y)).join(''),
  );
  const parts = [element('clipPath', { id }, clip), frame(box, x, y), drawn, outline(box)];
  if (contour) parts.push(colourBar(contour, box));
  if (layout.legend) parts.push(legend(traces, box, layout.legend));
  return parts.join('');
}
