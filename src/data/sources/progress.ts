import type { SingleBar } from 'cli-progress';

/** How often the page or the terminal is drawn anew, in milliseconds. */
const EVERY = 250;

/** Where a notebook takes values to show (see `src/plot/display.ts`); absent elsewhere. */
const sink = Symbol.for('convlab.display');

type Show = (value: unknown, options: { id: string; update: boolean }) => void;

/** A number of bytes for people. */
export function size(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Shows how far a download is: a bar in a notebook or on a terminal, elsewhere only one line at the end. */
export interface Progress {
  /** @param total the bytes of the whole, where they are known */
  at(done: number, total: number | undefined): void;
  /** Takes the bar away, and says how it ended where there is something to say. */
  end(line?: string): void;
}

/** One line of text that shows itself, above it a bar as long as `done` is known. */
function page(line: string, done?: { value: number; max: number | undefined }): object {
  const bar = done
    ? `<progress value="${done.value}" ${done.max ? `max="${done.max}"` : ''}></progress> `
    : '';
  return {
    [Symbol.for('Jupyter.display')]: () => ({
      'text/html': `<small>${bar}${line}</small>`,
      'text/plain': line,
    }),
  };
}

let pages = 0;

/** A bar on the notebook's page, drawn over and over in one place. */
export function inNotebook(show: Show, title: string): Progress {
  const id = `convlab-progress-${process.pid}-${++pages}`;
  let drawn: number | undefined; // by a clock that nobody sets
  const draw = (value: object) => {
    show(value, { id, update: drawn !== undefined });
    drawn = performance.now();
  };
  return {
    at(done, total) {
      if (drawn !== undefined && performance.now() - drawn < EVERY) return;
      const of = total === undefined ? '' : ` of ${size(total)}`;
      draw(page(`${title}: ${size(done)}${of}`, { value: done, max: total }));
    },
    end(line) {
      if (line !== undefined || drawn !== undefined) draw(page(line ?? `${title}: not loaded`));
    },
  };
}

/** A bar on a terminal, which is gone at the end. */
export async function onTerminal(title: string, stream: NodeJS.WriteStream): Promise<Progress> {
  const { SingleBar } = (await import('cli-progress')).default;
  let bar: SingleBar | undefined;
  return {
    at(done, total) {
      if (!bar) {
        const format = `${title} {bar} {percentage} % of {whole}, {eta} s to go`;
        bar = new SingleBar({ stream, format, fps: 1000 / EVERY, clearOnComplete: true, barsize: 24 });
        bar.start(total ?? done, done, { whole: total === undefined ? '?' : size(total) });
      }
      bar.update(done);
    },
    end(line) {
      bar?.stop();
      if (line !== undefined) stream.write(`${line}\n`);
    },
  };
}

/** The way of showing progress that fits where the program runs. */
export async function progressFor(title: string): Promise<Progress> {
  const show = (globalThis as Record<symbol, unknown>)[sink] as Show | undefined;
  if (show) return inNotebook(show, title);
  if (process.stderr.isTTY) return onTerminal(title, process.stderr);
  return {
    at: () => undefined,
    end: (line) => {
      if (line !== undefined) console.error(line);
    },
  };
}
