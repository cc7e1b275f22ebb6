import { isAbove } from '../layout';
import { THEME } from '../theme';
import type { FlatTrace, LegendPlace } from '../traces';
import type { Box } from './frame';
import { element, label, widthOf } from './markup';
import { marker, polyline } from './marks';

/** How a trace looks, at the left of its name. */
function sample(trace: FlatTrace, left: number, y: number): string {
  if (trace.type === 'bar') {
    return element('rect', { x: left + 6, y: y - 7, width: 14, height: 14, fill: trace.marker.color });
  }
  if (trace.type !== 'scatter') return '';
  const ends: [number, number][] = [
    [left, y],
    [left + 26, y],
  ];
  const line = trace.mode !== 'markers' && trace.line ? polyline(ends, trace.line) : '';
  return line + (trace.mode !== 'lines' && trace.marker ? marker(left + 13, y, trace.marker) : '');
}

function entry(trace: FlatTrace, left: number, y: number): string {
  return sample(trace, left, y - 5) + label(left + 36, y, trace.name);
}

/** Names of the traces in one line above the axes, in the middle. */
function lineAbove(traces: readonly FlatTrace[], box: Box): string {
  const widths = traces.map((trace) => widthOf(trace.name) + 62);
  const total = widths.reduce((sum, width) => sum + width, -26);
  let left = box.left + (box.width - total) / 2;
  const entries = traces.map((trace, i) => {
    const drawn = entry(trace, left, box.top - 14);
    left += widths[i];
    return drawn;
  });
  return entries.join('');
}

/** Names of the traces: in a box in a corner of the axes, or in a line above them. */
export function legend(all: readonly FlatTrace[], box: Box, place: LegendPlace): string {
  const traces = all.filter((trace) => trace.type !== 'scatter' || trace.showlegend !== false);
  if (isAbove(place)) return lineAbove(traces, box);
  const width = Math.max(...traces.map((trace) => widthOf(trace.name))) + 58;
  const height = traces.length * 23 + 10;
  const left = place.xanchor === 'left' ? box.left + 12 : box.left + box.width - width - 12;
  const top = place.yanchor === 'top' ? box.top + 10 : box.top + box.height - height - 10;
  const paint = { fill: '#ffffff', 'fill-opacity': '0.85', stroke: THEME.grid };
  const rows = traces.map((trace, i) => entry(trace, left + 10, top + 21 + i * 23));
  return element('rect', { x: left, y: top, width, height, ...paint }) + rows.join('');
}
