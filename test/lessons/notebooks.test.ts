import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from '../setup/scripts';

/** The parts of the notebook format 4.5 (https://nbformat.readthedocs.io) that a lesson uses. */
interface Cell {
  id: string;
  cell_type: 'markdown' | 'code';
  source: string[];
  metadata: Record<string, unknown>;
  execution_count?: number | null;
  outputs?: Output[];
}

interface Output {
  output_type: string;
  data?: Record<string, unknown>;
  metadata?: object;
}

interface Titled {
  title?: { text?: string };
  visible?: boolean;
}

/** The layout of a Plotly figure: pairs of axes, or a scene with three, or panels of pixels with a line above each. */
interface Layout extends Titled {
  scene?: Record<string, Titled>;
  annotations?: { text: string }[];
  [axis: string]: unknown;
}

interface Notebook {
  cells: Cell[];
  metadata: { kernelspec: unknown; language_info: Record<string, unknown> };
  nbformat: number;
  nbformat_minor: number;
}

const FOLDER = join(__dirname, '..', '..', 'notebooks');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ipynb'));
const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<
  string,
  { code?: string } | undefined
>;
const { ranCode } = load('lesson/facts.mjs') as { ranCode: (path: string) => string };
const OUTPUTS = ['stream', 'display_data', 'execute_result'];
const PLOTLY = 'application/vnd.plotly.v1+json';
const STILLS = ['image/svg+xml', 'image/png', 'image/jpeg'];

/** What is measured in a unit; other numbers, such as losses, shares and counts, have none. */
const MEASURED = /\b(?:area|duration|memory|price|seconds|time)\b/;

const axesOf = (layout: object): [string, Titled][] =>
  Object.entries(layout).filter(([name]) => /^[xyz]axis\d*$/.test(name)) as [string, Titled][];

/** What a reader of a figure would miss. */
function faultsOf(layout: Layout): string[] {
  const axes = axesOf(layout.scene ?? layout);
  const drawn = axes.filter(([, { visible }]) => visible !== false);
  const unnamed = drawn
    .filter(([, { title }]) => !title?.text?.trim())
    .map(([name]) => `${name} has no title`);
  const titles = drawn.map(([, { title }]) => title?.text ?? '');
  const bare = titles.filter((title) => MEASURED.test(title) && !/\(.+\)$/.test(title));
  const isPanels = axes.length > 0 && drawn.length === 0;
  const words = isPanels ? layout.annotations?.map(({ text }) => text).join('') : layout.title?.text;
  return [
    ...(words?.trim() ? [] : ['no title']),
    ...unnamed,
    ...bare.map((title) => `no unit in '${title}'`),
  ];
}

it('there are lessons, numbered without a gap', () => {
  const numbers = files.map((file) => file.slice(0, 2));
  expect(numbers).toEqual(numbers.map((_, i) => String(i + 1).padStart(2, '0')));
  expect(files.length).toBeGreaterThanOrEqual(2);
});

describe.each(files)('%s', (file) => {
  const path = join(FOLDER, file);
  const raw = readFileSync(path, 'utf8');
  const notebook = JSON.parse(raw) as Notebook;
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
  const text = (cell: Cell) => cell.source.join('');

  it('is a notebook 4.5 for our kernel', () => {
    expect([notebook.nbformat, notebook.nbformat_minor]).toEqual([4, 5]);
    const kernelspec = { name: 'convlab', display_name: 'TypeScript (convlab)', language: 'typescript' };
    expect(notebook.metadata.kernelspec).toEqual(kernelspec);
    expect(notebook.metadata.language_info.name).toBe('typescript');
  });

  it('has no metadata that a client has left: they differ without a change in the lesson', () => {
    expect(Object.keys(notebook.metadata).sort()).toEqual(['kernelspec', 'language_info']);
    for (const cell of notebook.cells) {
      const others = Object.keys(cell.metadata).filter((key) => key !== 'nbgrader');
      expect(others, cell.id).toEqual([]);
      for (const { metadata = {} } of cell.outputs ?? []) expect(metadata, cell.id).toEqual({});
    }
  });

  it('has readable cell ids, each once', () => {
    const ids = notebook.cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]{1,40}$/);
  });

  it('has cells with the fields that the format asks for', () => {
    for (const cell of notebook.cells) {
      expect(['markdown', 'code'], cell.id).toContain(cell.cell_type);
      expect(Array.isArray(cell.source), cell.id).toBe(true);
      expect(text(cell).trim(), cell.id).not.toBe('');
      if (cell.cell_type === 'code') expect(cell, cell.id).toHaveProperty('execution_count');
    }
  });

  it('has code cells of at most 15 lines that fit a screen', () => {
    for (const cell of code) {
      const lines = text(cell).split('\n');
      expect(lines.length, cell.id).toBeLessThanOrEqual(15);
      expect(Math.max(...lines.map((line) => line.length)), cell.id).toBeLessThanOrEqual(110);
    }
  });

  it('opens with what it teaches, its source, numbers to expect and the time', () => {
    const opening = text(notebook.cells[0]);
    expect(opening).toMatch(/^# \d+ · \S/);
    expect(opening).toContain('**You will learn**');
    expect(opening).toContain('**Follows**');
    expect(opening).toContain('**Numbers to expect');
    expect(opening).toMatch(/\*\*Time:\*\* about \d+ s on 2 cores/);
  });

  it('starts the engine in its first code cell, and ends with what was learnt and what to try', () => {
    expect(text(code[0])).toContain("from 'convlab';");
    expect(text(code[0])).toMatch(/await engine\.ready\(\);$/);
    const ending = text(notebook.cells.at(-1)!);
    expect(ending).toContain('## What you have learnt');
    expect(ending).toContain('## Try it');
  });

  it('checks itself', () => {
    const checks = notebook.cells.find((cell) => cell.id === 'checks');
    expect(text(checks!).match(/assert\./g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('holds no path of one machine', () => {
    expect(raw).not.toMatch(/"[^"]*(?:\/home\/|\/Users\/|\/work\/|\/root\/|\/tmp\/|file:\/\/|[A-Z]:\\\\)/);
  });

  it('was stored whole: every cell ran, from the top, without an error', () => {
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, i) => i + 1));
    for (const cell of code) {
      for (const output of cell.outputs ?? []) expect(OUTPUTS, cell.id).toContain(output.output_type);
    }
  });

  it('has figures with titles, units, and a picture for who cannot turn and zoom them', () => {
    const bundles = code.flatMap(({ id, outputs = [] }) => outputs.map(({ data = {} }) => ({ id, data })));
    const figures = bundles.filter(({ data }) => PLOTLY in data);
    expect(figures.length).toBeGreaterThan(0);
    for (const { id, data } of figures) {
      expect(faultsOf((data[PLOTLY] as { layout: Layout }).layout), id).toEqual([]);
      expect(
        Object.keys(data).filter((kind) => STILLS.includes(kind)),
        id,
      ).toHaveLength(1);
    }
  });

  it('shows what its code has given, when a run stored both', () => {
    const mend = `${file}: run it anew: npm run lesson -- ${file.slice(0, 2)} --store`;
    expect(ranCode(path), mend).toBe(expected[file.replace('.ipynb', '')]?.code);
  });

  it('stays small: 2 MB, and 500 kB a figure', () => {
    expect(statSync(path).size).toBeLessThanOrEqual(2_000_000);
    for (const output of code.flatMap((cell) => cell.outputs ?? [])) {
      expect(JSON.stringify(output).length).toBeLessThanOrEqual(500_000);
    }
  });
});

it('a figure without title, axis title or unit would be noticed', () => {
  const axis = (text: string) => ({ title: { text } });
  const bare = { title: { text: '' }, xaxis: axis(''), yaxis: axis('median time') };
  expect(faultsOf(bare)).toEqual(['no title', 'xaxis has no title', "no unit in 'median time'"]);
  const scene = { xaxis: axis('w'), yaxis: axis('b'), zaxis: axis(' ') };
  expect(faultsOf({ title: { text: 'Cost' }, scene })).toEqual(['zaxis has no title']);
  expect(faultsOf({ xaxis: { visible: false }, yaxis: { visible: false } })).toEqual(['no title']);
});
