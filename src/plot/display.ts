/** A representation of one value by MIME type: text for text types, base64 for pictures, JSON for `+json`. */
export type MimeBundle = Record<string, unknown>;

/** A value with a method of this name shows itself in a notebook (the name is Deno's convention). */
export const $display: unique symbol = Symbol.for('Jupyter.display') as never;

export interface Displayable {
  [$display]: () => MimeBundle | Promise<MimeBundle>;
}

/** Where the kernel listens for values to show; absent outside a notebook. */
const sink = Symbol.for('convlab.display');

type DisplaySink = (value: unknown, options: DisplayOptions) => void;

export interface DisplayOptions {
  /** Displays with the same id share one place on the page. */
  id?: string;
  /** Replace what stands at `id` instead of adding to the page. */
  update?: boolean;
}

/**
 * Show a value in the notebook now, without waiting for the end of the cell.
 * Outside a notebook its text form is printed.
 */
export function display(value: unknown, options: DisplayOptions = {}): void {
  const show = (globalThis as Record<symbol, unknown>)[sink] as DisplaySink | undefined;
  if (show) show(value, options);
  else console.log(value);
}
