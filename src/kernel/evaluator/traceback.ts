import { SourceMap, type SourceMapPayload } from 'node:module';
import { inspect } from 'node:util';
import { InterruptedError } from './interrupt';
import type { ErrorReport } from './messages';
import { commonEnd, folded, stackOf } from './stack';

interface Source {
  text: string;
  map: string | SourceMap;
}

interface Frame {
  file: string;
  line: number;
  column: number;
}

/** A line of a V8 stack trace: what stands before the place, file, line, column, what stands after it. */
const PLACE = /^(\s+at (?:.* \()?(?:async )?)(.+?):(\d+):(\d+)(\)?)$/;

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const cyan = (text: string): string => `\u001b[36m${text}\u001b[39m`;

/** Knows the TypeScript behind the JavaScript that runs, and tells errors in its terms. */
export class Tracebacks {
  private readonly sources = new Map<string, Source>();

  /** Registers the source of a script whose stack frames are named `file`. */
  add(file: string, text: string, map: string): void {
    this.sources.set(file, { text, map });
  }

  /** Which registered file `error` was thrown in: the innermost frame that names one. */
  origin(error: unknown): string | undefined {
    return this.cellFrame(error)?.file;
  }

  /** An error as Jupyter shows it: name, message, and a traceback with TypeScript lines. */
  report(error: unknown): ErrorReport {
    return this.told(error, undefined);
  }

  /** The same of the cause of `outer`: what stands in the outer's traceback is not told again. */
  private told(error: unknown, outer: Error | undefined): ErrorReport {
    if (!(error instanceof Error) && !isErrorLike(error)) {
      const evalue = inspect(error);
      return { ename: 'Thrown', evalue, traceback: [`${red('Thrown')}: ${evalue}`] };
    }
    const { name: ename, message: evalue } = error;
    const traceback = [`${red(ename)}: ${evalue}`];
    if (error instanceof InterruptedError) return { ename, evalue, traceback };
    const first = this.cellFrame(error);
    const known = outer && this.cellFrame(outer);
    if (first && !isSameLine(first, known)) traceback.push(this.excerpt(first));
    traceback.push(...this.stackLines(error, outer));
    if (error.cause !== undefined) {
      traceback.push('caused by:', ...this.told(error.cause, error).traceback);
    }
    if (error instanceof AggregateError) {
      for (const inner of error.errors) traceback.push('one of several:', ...this.report(inner).traceback);
    }
    return { ename, evalue, traceback };
  }

  /** The frame of a cell in which `error` was thrown. */
  private cellFrame(error: unknown): Frame | undefined {
    return this.frames(error).find((f) => this.sources.has(f.file));
  }

  /** The frames, a package's in one line where they are many; without those at the end that `outer` has too. */
  private stackLines(error: Error, outer: Error | undefined): string[] {
    const lines = stackOf(error);
    const own = outer ? lines.slice(0, lines.length - commonEnd(lines, stackOf(outer))) : lines;
    return folded(own).map((l) => this.translate(l));
  }

  private frames(error: unknown): Frame[] {
    const stack = (error as Partial<Error> | null | undefined)?.stack;
    if (typeof stack !== 'string') return [];
    return stack.split('\n').flatMap((line) => {
      const match = PLACE.exec(line);
      return match
        ? [this.original({ file: match[2], line: Number(match[3]), column: Number(match[4]) })]
        : [];
    });
  }

  private translate(line: string): string {
    const match = PLACE.exec(line);
    if (!match) return line;
    const [, before, file, row, column, after] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const frame = this.original({ file, line: Number(row), column: Number(column) });
    return `${before}${label(frame.file)}:${frame.line}:${frame.column}${after}`;
  }

  private original(frame: Frame): Frame {
    const source = this.sources.get(frame.file);
    if (!source) return frame;
    if (typeof source.map === 'string') {
      source.map = new SourceMap(JSON.parse(source.map) as SourceMapPayload);
    }
    const entry = source.map.findEntry(frame.line - 1, frame.column - 1);
    if (!('originalLine' in entry)) return frame;
    return { file: frame.file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  /** The line where it happened with its neighbours, and a caret. */
  private excerpt({ file, line, column }: Frame): string {
    const lines = this.sources.get(file)!.text.split('\n');
    const from = Math.max(1, line - 2);
    const shown = lines.slice(from - 1, line + 1).flatMap((text, i) => {
      const number = from + i;
      const row = `${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`;
      return number === line ? [row, `       | ${' '.repeat(column - 1)}${red('^')}`] : [row];
    });
    return [cyan(`${label(file)}, line ${line}`), ...shown].join('\n');
  }
}

function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    'stack' in value &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

function isSameLine(frame: Frame, other: Frame | undefined): boolean {
  return frame.file === other?.file && frame.line === other.line;
}

/** `/…/cell-3.ts` is "cell 3"; other files keep their names. */
function label(file: string): string {
  const match = /cell-(\d+)\.ts$/.exec(file);
  return match ? `cell ${match[1]}` : file;
}
