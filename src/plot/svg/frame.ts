import { THEME } from '../theme';
import type { Axis } from '../traces';
import { element, label, stroke } from './markup';
import { linearTicks, logTicks, type Tick } from './ticks';

/** A rectangle of the picture, in pixels from its top left. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One axis, ready to draw with. */
export interface Scale {
  /** The pixel of a value of the data. */
  pixel: (value: number) => number;
  ticks: readonly Tick[];
  /** The pixel of a tick. */
  tickPixel: (tick: Tick) => number;
  title: string;
  /** Whether its ticks are names. */
  isCategory: boolean;
}

/** An axis between two pixels; `labels` are the names of a category axis. */
export function scaleOf(axis: Axis, from: number, to: number, labels: readonly string[] = []): Scale {
  const isCategory = axis.type === 'category';
  const [low, high] = isCategory ? [-0.5, labels.length - 0.5] : (axis.range ?? [0, 1]);
  const place = (position: number) => from + ((position - low) / (high - low)) * (to - from);
  const room = Math.abs(to - from);
  const ticks = isCategory
    ? labels.map((text, at) => ({ at, text }))
    : axis.type === 'log'
      ? logTicks(low, high)
      : linearTicks(low, high, Math.max(3, Math.round(room / (to > from ? 90 : 60))), axis.dtick);
  const pixel = axis.type === 'log' ? (value: number) => place(Math.log10(value)) : place;
  return { pixel, ticks, tickPixel: (tick) => place(tick.at), title: axis.title.text, isCategory };
}

function across(box: Box, scale: Scale): string {
  const bottom = box.top + box.height;
  const marks = scale.ticks.map((tick) => {
    const x = scale.tickPixel(tick);
    const line = stroke(x, box.top, x, bottom, THEME.grid);
    return (
      line +
      stroke(x, bottom, x, bottom + 5, THEME.axis) +
      label(x, bottom + 21, tick.text, { anchor: 'middle' })
    );
  });
  return (
    marks.join('') + label(box.left + box.width / 2, bottom + 46, scale.title, { anchor: 'middle', size: 15 })
  );
}

/** As wide as a letter is at most, on average. */
const LETTER = 8;

/** How far the middle of the title stands left of the axis: beyond numbers of some places, or the longest label. */
export function titleReach(labels: readonly string[]): number {
  return Math.max(52, 24 + LETTER * Math.max(0, ...labels.map(({ length }) => length)));
}

function upright(box: Box, scale: Scale): string {
  const marks = scale.ticks.map((tick) => {
    const y = scale.tickPixel(tick);
    const line = stroke(box.left, y, box.left + box.width, y, THEME.grid);
    return (
      line +
      stroke(box.left - 5, y, box.left, y, THEME.axis) +
      label(box.left - 9, y + 5, tick.text, { anchor: 'end' })
    );
  });
  const middle = box.top + box.height / 2;
  const reach = titleReach(scale.isCategory ? scale.ticks.map(({ text }) => text) : []);
  return (
    marks.join('') + label(box.left - reach, middle, scale.title, { anchor: 'middle', size: 15, turn: -90 })
  );
}

/** Grid, ticks and titles of two axes. */
export function frame(box: Box, x: Scale, y: Scale): string {
  return across(box, x) + upright(box, y);
}

/** The outline, drawn last so that it lies over what touches it. */
export function outline(box: Box): string {
  const { left: x, top: y, width, height } = box;
  return element('rect', { x, y, width, height, fill: 'none', stroke: THEME.axis });
}
