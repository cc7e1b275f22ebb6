import { $display, type Displayable, type MimeBundle } from './display';
import { html } from './templates';

export type TableRow = Readonly<Record<string, string | number>>;

/** More digits after the point than this are not shown. */
const DIGITS = 6;

/** Numbers nearer to 0 are written with an exponent. */
const TINY = 5e-6;

/** Digits after the point that a number needs to show four significant ones. */
function digitsOf(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value) || Math.abs(value) < TINY) return 0;
  const digits = Number(value.toPrecision(4)).toString().split('.').at(1)?.length ?? 0;
  return Math.min(DIGITS, digits);
}

/** Numbers of one column with as many digits after the point as one another. */
function written(value: string | number | undefined, digits: number): string {
  if (typeof value !== 'number') return value ?? '';
  if (value !== 0 && Math.abs(value) < TINY) return value.toExponential(3);
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

interface Column {
  name: string;
  isNumeric: boolean;
  cells: string[];
}

/** Rows of values as a small table. As the last value of a cell it shows itself. */
export class Table implements Displayable {
  private readonly columns: readonly Column[];

  constructor(readonly rows: readonly TableRow[]) {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    this.columns = names.map((name) => {
      const values = rows.map((row): string | number | undefined => row[name]);
      const numbers = values.filter((value) => typeof value === 'number');
      const digits = Math.max(0, ...numbers.map(digitsOf));
      const cells = values.map((value) => written(value, digits));
      const isNumeric = values.every((value) => value === undefined || typeof value === 'number');
      return { name, isNumeric, cells };
    });
  }

  /** The table in HTML, its texts escaped. */
  toHtml(): string {
    const align = (column: Column) => `text-align: ${column.isNumeric ? 'right' : 'left'}`;
    const style = (column: Column) => `${align(column)}; font-variant-numeric: tabular-nums`;
    const head = this.columns.map((column) => html`<th style="${align(column)}">${column.name}</th>`);
    const body = this.rows.map((_, i) => {
      const cells = this.columns.map((column) => html`<td style="${style(column)}">${column.cells[i]}</td>`);
      return html`<tr>${cells}</tr>`;
    });
    return html`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`.text;
  }

  /** The table as lines of text, its columns aligned. */
  toString(): string {
    const padded = this.columns.map(({ name, isNumeric, cells }) => {
      const column = [name, ...cells];
      const width = Math.max(...column.map((cell) => cell.length));
      return column.map((cell) => (isNumeric ? cell.padStart(width) : cell.padEnd(width)));
    });
    const lines = Array.from({ length: this.rows.length + 1 }, (_, i) => padded.map((column) => column[i]));
    return lines.map((line) => line.join('  ').trimEnd()).join('\n');
  }

  [$display](): MimeBundle {
    return { 'text/html': this.toHtml(), 'text/plain': this.toString() };
  }
}

/**
 * A table of results: a column for each key in the order of its first appearance, numbers on the right with
 * equal digits after the point (four significant ones of the smallest) and commas between thousands.
 */
export function table(rows: readonly TableRow[]): Table {
  return new Table(rows);
}
