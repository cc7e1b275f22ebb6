/** The student versions in `exercises/`: in step with the lessons, locked, and without errors of type. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { STUB } from '../../src/grade/attempt';
import { checks } from '../../src/grade/checks/index';

const ROOT = join(__dirname, '..', '..');

/** https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html, schema version 3. */
interface NbGrader {
  cell_type: string;
  checksum?: string;
  grade: boolean;
  grade_id: string;
  locked: boolean;
  points?: number;
  schema_version: number;
  solution: boolean;
  task: boolean;
}

interface Cell {
  id: string;
  cell_type: string;
  source: string[];
  metadata: { nbgrader?: NbGrader; deletable?: boolean; editable?: boolean };
  execution_count?: number | null;
  outputs?: unknown[];
}

const notebooks = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.ipynb'))
    .sort();
const cellsOf = (folder: string, file: string) =>
  (JSON.parse(readFileSync(join(ROOT, folder, file), 'utf8')) as { cells: Cell[] }).cells;
const text = ({ source }: Cell) => source.join('');

const released = notebooks('notebooks').filter((file) =>
  cellsOf('notebooks', file).some((cell) => text(cell).includes('BEGIN SOLUTION')),
);

/** What a learner sees of a lesson's cell. */
function handedOut(source: string): string {
  const stub = (_: string, indent: string) => `${indent}throw new Error('${STUB}');`;
  return source
    .replace(/^( *)\/\/ BEGIN SOLUTION$[^]*?\/\/ END SOLUTION$/gm, stub)
    .replace(/^\/\/ BEGIN HIDDEN TESTS$[^]*?\/\/ END HIDDEN TESTS$/gm, '')
    .trimEnd();
}

/** nbgrader's checksum, from its documentation of what it covers. */
function checksum(cell: Cell, { grade, solution, grade_id, points }: NbGrader): string {
  const flag = (value: boolean) => (value ? 'True' : 'False');
  const score = Number.isInteger(points) ? `${points}.0` : String(points);
  const parts = [text(cell), cell.cell_type, flag(grade), flag(solution), flag(grade && !solution), grade_id];
  return createHash('md5')
    .update([...parts, grade ? score : ''].join(''))
    .digest('hex');
}

it('every lesson with a solution has a student version, and no other', () => {
  expect(released.length).toBeGreaterThanOrEqual(4);
  expect(notebooks('exercises')).toEqual(released);
});

it('every check stands in a lesson or waits for one', () => {
  const used = new Set(
    released.flatMap((file) =>
      cellsOf('notebooks', file).flatMap((cell) => [...text(cell).matchAll(/grade\.check\('([\w.]+)'/g)].map(([, name]) => name)),
    ),
  );
  for (const name of used) expect(Object.keys(checks)).toContain(name);
});

describe.each(released.filter((file) => notebooks('exercises').includes(file)))('%s', (file) => {
  const lesson = cellsOf('notebooks', file);
  const exercise = cellsOf('exercises', file);
  const graded = exercise.filter(({ metadata }) => metadata.nbgrader);

  it('is in step with the lesson; else: npm run release', () => {
    expect(exercise.map(({ id }) => id)).toEqual(lesson.map(({ id }) => id));
    expect(exercise.map((cell) => text(cell).trimEnd())).toEqual(lesson.map((cell) => handedOut(text(cell))));
    for (const [i, { metadata }] of lesson.entries()) {
      expect(exercise[i].metadata.nbgrader).toEqual(
        metadata.nbgrader && { ...metadata.nbgrader, checksum: exercise[i].metadata.nbgrader?.checksum },
      );
    }
  });

  it('shows neither solutions nor hidden tests nor outputs', () => {
    for (const cell of exercise) {
      expect(text(cell), cell.id).not.toMatch(/(BEGIN|END) (SOLUTION|HIDDEN)/);
      if (cell.cell_type === 'code') expect([cell.outputs, cell.execution_count], cell.id).toEqual([[], null]);
    }
  });

  it('has locked checks with nbgrader’s checksums', () => {
    for (const cell of graded) {
      const nbgrader = cell.metadata.nbgrader!;
      expect(nbgrader.checksum, cell.id).toBe(checksum(cell, nbgrader));
      expect(cell.metadata.deletable, cell.id).toBe(false);
      expect(nbgrader.solution ? undefined : cell.metadata.editable, cell.id).toBe(nbgrader.solution ? undefined : false);
    }
  });

  it('follows each solution with a visible and a hidden check, with points', () => {
    const sources = lesson.filter(({ metadata }) => metadata.nbgrader);
    for (const [i, cell] of sources.entries()) {
      const { solution, grade, points, grade_id } = cell.metadata.nbgrader!;
      expect(grade_id).toBe(cell.id);
      expect(solution).toBe(text(cell).includes('BEGIN SOLUTION'));
      expect(grade ? points : 1, cell.id).toBeGreaterThan(0);
      if (!solution) continue;
      expect(text(sources[i + 1]), cell.id).toMatch(/^grade\.check\('[\w.]+', \w+\);$/);
      expect(text(sources[i + 2]), cell.id).toContain('// BEGIN HIDDEN TESTS');
    }
  });
});

it('has no error of type in any cell, stubs included', { timeout: 300_000 }, () => {
  const files = new Map(
    notebooks('exercises').map((file) => {
      const code = cellsOf('exercises', file).filter(({ cell_type }) => cell_type === 'code');
      return [join(ROOT, 'exercises', file.replace('.ipynb', '.mts')), code.map(text).join('\n;\n')];
    }),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.Node20,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    paths: { convlab: [join(ROOT, 'src/index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (name) => files.has(name) || disk.fileExists(name);
  host.readFile = (name) => files.get(name) ?? disk.readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const source = files.get(name);
    return source === undefined
      ? disk.getSourceFile(name, version, ...rest)
      : ts.createSourceFile(name, source, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  for (const name of files.keys()) {
    const problems = ts.getPreEmitDiagnostics(program, program.getSourceFile(name));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), name).toEqual([]);
  }
});
