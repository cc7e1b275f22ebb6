import { element, escapeXml, label, pathThrough, px } from '../svg/markup';
import { THEME } from '../theme';
import { groundOf } from './colours';
import { SIZES, type Arrow, type Box, type Drawing, type Point } from './layout';

/** How wide an arrow's head is, to each side of its shaft. */
export const HEAD = 3.5;

/** The two corners of an arrow's head that are not its tip. */
export function headOf({ curve, tip }: Arrow): [Point, Point] {
  const [x, y] = curve[curve.length - 1];
  const length = Math.hypot(tip[0] - x, tip[1] - y) || 1;
  const [dx, dy] = [((tip[0] - x) / length) * HEAD, ((tip[1] - y) / length) * HEAD];
  return [
    [x - dy, y + dx],
    [x + dy, y - dx],
  ];
}

function box({ row, left, top, width }: Box): string {
  const fill = `rgb(${groundOf(row.type).join(',')})`;
  const baseline = top + 17;
  const shape = { x: left, y: top, width, height: SIZES.row, rx: 4, fill, stroke: THEME.axis };
  const type = element('tspan', { fill: THEME.axis, dx: 8 }, escapeXml(row.type));
  const name = element(
    'text',
    { x: left + SIZES.pad, y: baseline, 'font-size': THEME.fontSize, fill: THEME.text },
    escapeXml(row.name) + type,
  );
  return (
    element('rect', shape) + name + label(left + width - SIZES.pad, baseline, row.shape, { anchor: 'end' })
  );
}

function arrow(shown: Arrow): string {
  const [start, ...rest] = shown.curve.map(([x, y]) => `${px(x)} ${px(y)}`);
  const shaft = element('path', { d: `M${start}C${rest.join(' ')}`, fill: 'none', stroke: THEME.axis });
  const corners = [shown.tip, ...headOf(shown)] as const;
  return shaft + element('path', { d: `${pathThrough(corners)}Z`, fill: THEME.axis });
}

/** The drawing as a self-contained SVG picture. */
export function toSvg({ width, height, title, boxes, arrows }: Drawing): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'font-family': THEME.font,
  };
  const heading = label(SIZES.margin, SIZES.margin + 16, title, { size: THEME.titleSize });
  const content = [
    element('title', {}, escapeXml(title)),
    element('rect', { width, height, fill: THEME.paper }),
    heading,
    ...arrows.map(arrow),
    ...boxes.map(box),
  ];
  return element('svg', attributes, content.join(''));
}
