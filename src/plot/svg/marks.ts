import type { MarkerStyle, ScatterTrace } from '../traces';
import { element, pathThrough, stroke } from './markup';

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
