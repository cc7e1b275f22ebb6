import { inspect } from 'node:util';
import { encodePng, type Raster } from '../../image/png';
import type { MimeBundle } from './messages';

const $display = Symbol.for('Jupyter.display');

/** More rows than these are summed up in one line. */
const MAX_ROWS = 100;

/** How a value shows itself, by MIME type; `text/plain` is always among them. */
export function format(value: unknown): MimeBundle | Promise<MimeBundle> {
  const shown = ownDisplay(value);
  if (shown instanceof Promise) return shown.then((bundle) => withText(bundle, value));
  return shown === undefined ? standard(value) : withText(shown, value);
}

/** What the value's `Symbol.for('Jupyter.display')` method gives, as Deno's kernel asks for it. */
function ownDisplay(value: unknown): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  const method = (value as Record<symbol, unknown>)[$display];
  return typeof method === 'function' ? (method.call(value) as unknown) : undefined;
}

function withText(bundle: unknown, value: unknown): MimeBundle {
  if (typeof bundle !== 'object' || bundle === null) return standard(value);
  return { 'text/plain': inspect(value, { depth: 1 }), ...bundle };
}

function standard(value: unknown): MimeBundle {
  if (isTensor(value)) return { 'text/plain': tensorText(value) };
  if (isModel(value)) return { 'text/plain': modelSummary(value) };
  const raster = rasterOf(value);
  if (raster) return picture(raster);
  if (isTable(value)) return { 'text/plain': inspect(value), 'text/html': tableHtml(value) };
  return { 'text/plain': inspect(value) };
}

interface TensorLike {
  shape: number[];
  dtype: string;
  isDisposed: boolean;
  toString(verbose?: boolean): string;
}

function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== 'object' || value === null) return false;
  return 'dataSync' in value && 'shape' in value && 'dtype' in value && 'isDisposed' in value;
}

function tensorText(tensor: TensorLike): string {
  const head = `Tensor ${tensor.dtype} [${tensor.shape.join(', ')}]`;
  if (tensor.isDisposed) return `${head} (disposed)`;
  return `${head}\n${tensor.toString().replace(/^Tensor\n/, '')}`;
}

interface ModelLike {
  summary(lineLength?: number, positions?: number[], print?: (line: string) => void): void;
}

function isModel(value: unknown): value is ModelLike {
  if (typeof value !== 'object' || value === null) return false;
  return 'summary' in value && typeof value.summary === 'function' && 'layers' in value && 'predict' in value;
}

function modelSummary(model: ModelLike): string {
  const lines: string[] = [];
  model.summary(undefined, undefined, (line) => lines.push(line));
  return lines.join('\n');
}

/** Typed pixels, such as the browser's `ImageData`: width, height, and 1, 3 or 4 bytes for each pixel. */
function rasterOf(value: unknown): Raster | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { width, height, data } = value as Partial<Raster>;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) return undefined;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width! < 1 || height! < 1) return undefined;
  const channels = data.length / (width! * height!);
  if (channels !== 1 && channels !== 3 && channels !== 4) return undefined;
  return { width: width!, height: height!, channels, data };
}

function picture(raster: Raster): MimeBundle {
  const kind = { 1: 'grey', 3: 'RGB', 4: 'RGBA' }[raster.channels];
  const text = `${kind} picture, ${raster.width}×${raster.height}`;
  return { 'text/plain': text, 'image/png': encodePng(raster).toString('base64') };
}

type Row = Record<string, unknown>;

/** An array of plain objects, as `console.table` would show it. */
function isTable(value: unknown): value is Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlainObject);
}

function isPlainObject(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function tableHtml(rows: Row[]): string {
  const columns = [...new Set(rows.slice(0, MAX_ROWS).flatMap((row) => Object.keys(row)))];
  const head = columns.map((c) => `<th>${escapeHtml(c)}</th>`).join('');
  const body = rows
    .slice(0, MAX_ROWS)
    .map((row) => `<tr>${columns.map((c) => cellHtml(row[c])).join('')}</tr>`);
  const more = rows.length > MAX_ROWS ? `<p>${rows.length - MAX_ROWS} more rows</p>` : '';
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>${more}`;
}

function cellHtml(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : inspect(value, { depth: 1 });
  const align = typeof value === 'number' ? ' style="text-align: right"' : '';
  return `<td${align}>${escapeHtml(text)}</td>`;
}

/** `text` with HTML's special characters made harmless. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
