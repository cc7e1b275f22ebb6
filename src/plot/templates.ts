import { $display, type Displayable, type MimeBundle } from './display';

/** Markup that shows itself; put into another template of its kind, it is not escaped again. */
export class Markup implements Displayable {
  constructor(
    readonly mime: string,
    readonly text: string,
  ) {}

  toString(): string {
    return this.text;
  }

  [$display](): MimeBundle {
    return { [this.mime]: this.text, 'text/plain': this.text };
  }
}

type Template = (strings: TemplateStringsArray, ...values: unknown[]) => Markup;

function template(mime: string, escape: (text: string) => string): Template {
  const piece = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(piece).join('');
    return value instanceof Markup && value.mime === mime ? value.text : escape(String(value));
  };
  // The cooked strings: in markup `\\n` means a line end.
  return (strings, ...values) => new Markup(mime, String.raw({ raw: strings }, ...values.map(piece)));
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|$~<>&]/g, '\\$&');
}

/** HTML with its values escaped: html\`<b>${name}</b>\`. */
export const html: Template = template('text/html', escapeMarkup);

/** SVG with its values escaped. */
export const svg: Template = template('image/svg+xml', escapeMarkup);

/** Markdown with its values escaped, so that they stand as they are. */
export const md: Template = template('text/markdown', escapeMarkdown);
