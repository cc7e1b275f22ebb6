import { isAbove } from '../layout';
import type { Axis, BarTrace, ContourTrace, FlatTrace, Layout, ScatterTrace } from '../traces';
import { bandColour, contourBands, levelsOf } from './contour';
import { frame, outline, scaleOf, titleReach, type Box, type Scale } from './frame';
import { heatmapCells } from './heatmap';
import { legend } from './legend';
import { element, label, px } from './markup';
import { marker, polyline } from './marks';
import { formatNumber } from './ticks';

function scatterMarks({ x, y, mode, line, marker: style }: ScatterTrace, xs: Scale, ys: Scale): string {
  const points = x.map((value, i): [number, number] => [xs.pixel(value), ys.pixel(y[i])]);
  const path = mode !== 'markers' && line ? polyline(points, line) : '';
  if (mode === 'lines' || !style) return path;
  return path + points.map(([px0, py0]) => marker(px0, py0, style)).join('');
}

/** The share of the room of a label that its bars take together. */
const BAR_SHARE = 0.64;

/** The bars of the i-th of `count` series that share the room of each label. */
function barMarks(
  { y, text, marker: style }: BarTrace,
  i: number,
  count: number,
  xs: Scale,
  ys: Scale,
): string {
  const width = (Math.abs(xs.pixel(1) - xs.pixel(0)) * BAR_SHARE) / count;
  const zero = ys.pixel(0);
  const bars = y.map((value, at) => {
    const middle = xs.pixel(at) + (i - (count - 1) / 2) * width;
    const top = ys.pixel(value);
    const size = { y: Math.min(top, zero), width, height: Math.abs(zero - top) };
    const paint = { fill: style.color, 'fill-opacity': style.opacity?.at(at) };
    const bar = element('rect', { x: middle - width / 2, ...size, ...paint });
    return text[at] ? bar + label(middle, Math.min(top, zero) - 7, text[at], { anchor: 'middle' }) : bar;
  });
  return bars.join('');
}

function marks(traces: readonly FlatTrace[], x: Scale, y: Scale): string {
  const bars = traces.filter((trace) => trace.type === 'bar');
  const drawn = traces.map((trace) => {
    if (trace.type === 'contour') return contourBands(trace, x, y);
    if (trace.type === 'heatmap') return heatmapCells(trace, x, y);
    if (trace.type === 'scatter') return scatterMarks(trace, x, y);
    return barMarks(trace, bars.indexOf(trace), bars.length, x, y);
  });
  return drawn.join('');
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

/** The rectangle of the i-th pair of axes, beside one another over the width. */
function boxOf(whole: Box, x: Axis): Box {
  const [start, end] = x.domain ?? [0, 1];
  return { ...whole, left: whole.left + start * whole.width, width: (end - start) * whole.width };
}

/** One pair of axes with all that is drawn on it. */
function panel(traces: readonly FlatTrace[], box: Box, xAxis: Axis, yAxis: Axis): string {
  const contour = traces.find((trace) => trace.type === 'contour');
  const bar = traces.find((trace) => trace.type === 'bar');
  const heatmap = traces.find((trace) => trace.type === 'heatmap');
  const x = scaleOf(xAxis, box.left, box.left + box.width, bar?.x ?? heatmap?.x);
  const ends = [box.top + box.height, box.top] as const;
  const [from, to] = yAxis.autorange === 'reversed' ? [ends[1], ends[0]] : ends;
  const y = scaleOf(yAxis, from, to, heatmap?.y);
  const clip = element('rect', { x: box.left, y: box.top, width: box.width, height: box.height });
  // The id is made of the box, so that figures on one page that share it cut the same way.
  const id = `inside-${[box.left, box.width, box.height].map(px).join('-')}`.replaceAll('.', '_');
  const drawn = element('g', { 'clip-path': `url(#${id})` }, marks(traces, x, y));
  const parts = [element('clipPath', { id }, clip), frame(box, x, y), drawn, outline(box)];
  return parts.join('') + (contour ? colourBar(contour, box) : '');
}

/** Everything inside a picture with pairs of axes. */
export function cartesian(traces: readonly FlatTrace[], layout: Layout, width: number): string {
  const { legend: place, height } = layout;
  const right = traces.some((trace) => trace.type === 'contour') ? 124 : 28;
  const top = place && isAbove(place) ? 88 : 56;
  const left = 26 + titleReach(traces.flatMap((trace) => (trace.type === 'heatmap' ? trace.y : [])));
  const whole: Box = { left, top, width: width - left - right, height: height - top - 66 };
  const none: Axis = { title: { text: '' } };
  const names = [...new Set(traces.map((trace) => trace.xaxis ?? 'x'))];
  const panels = names.map((name) => {
    const number = name.slice(1) as `${number}` | '';
    const x = layout[`xaxis${number}`] ?? none;
    const on = traces.filter((trace) => (trace.xaxis ?? 'x') === name);
    return panel(on, boxOf(whole, x), x, layout[`yaxis${number}`] ?? none);
  });
  return panels.join('') + (place ? legend(traces, whole, place) : '');
}
