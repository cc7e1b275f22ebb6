import { THEME } from '../theme';

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text made safe for XML content and attribute values. Control characters, which XML forbids, become �. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

/** A coordinate with at most two digits after the point. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** An element; attribute values are escaped, its content is markup that was made here. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const pairs = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const written = pairs.map(([key, value]) => {
    const text = typeof value === 'number' ? px(value) : escapeXml(String(value));
    return ` ${key}="${text}"`;
  });
  return `<${name}${written.join('')}${content ? `>${content}</${name}>` : '/>'}`;
}

export interface TextStyle {
  size?: number;
  anchor?: 'start' | 'middle' | 'end';
  weight?: 'bold';
  fill?: string;
  /** Turned by so many degrees around its place. */
  turn?: number;
}

/** Text with its baseline at a place. */
export function label(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { size = THEME.fontSize, anchor = 'start', weight, fill = THEME.text, turn } = style;
  const transform = turn ? `rotate(${px(turn)} ${px(x)} ${px(y)})` : undefined;
  const attributes = {
    x,
    y,
    'font-size': size,
    'text-anchor': anchor,
    'font-weight': weight,
    fill,
    transform,
  };
  return element('text', attributes, escapeXml(text));
}

/** A straight line. */
export function stroke(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): string {
  return element('line', { x1, y1, x2, y2, stroke: colour, 'stroke-width': width });
}

/** The `d` of a path through points, in pixels. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
}

/** About how wide a text is, in pixels: enough to set a legend. */
export function widthOf(text: string, size: number = THEME.fontSize): number {
  return text.length * size * 0.56;
}
