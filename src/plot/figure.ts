import { $display, type MimeBundle } from './display';
import { renderSvg } from './svg/render';
import type { Layout, Trace } from './traces';

/** Plotly's own settings: no logo, fit the page's width. */
export const CONFIG = { displaylogo: false, responsive: true } as const;

/** Keys of our own patterns, whose `<br>` is meant; what Plotly puts into them has been escaped at its own place. */
const PATTERN_KEYS = new Set(['hovertemplate', 'texttemplate']);

/**
 * The same value with `<` and `&` written as entities, wherever it holds a text: Plotly reads a little HTML in titles,
 * names, category labels and the texts beside points.
 */
export function escapeMarkup(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return PATTERN_KEYS.has(key) ? value : escaped(value);
  if (Array.isArray(value)) return value.map((item) => escapeMarkup(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escapeMarkup(inner, name)]));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * A figure as Plotly's data and layout. As the last value of a cell it shows itself: interactive where
 * Plotly's renderer is installed, else as a picture drawn from the same data, else as a line of text.
 */
export class Figure {
  readonly config = CONFIG;

  constructor(
    readonly data: readonly Trace[],
    readonly layout: Layout,
  ) {}

  /** The figure as a self-contained SVG picture. */
  toSvg(): string {
    return renderSvg(this.data, this.layout);
  }

  /** The figure as Plotly's JSON; texts are escaped. */
  toPlotly(): unknown {
    return escapeMarkup({ data: this.data, layout: this.layout, config: this.config });
  }

  toString(): string {
    const kinds = [...new Set(this.data.map((trace) => trace.type))].join(', ');
    return `Figure “${this.layout.title.text}” (${kinds})`;
  }

  [$display](): MimeBundle {
    return {
      'application/vnd.plotly.v1+json': this.toPlotly(),
      'image/svg+xml': this.toSvg(),
      'text/plain': this.toString(),
    };
  }
}
