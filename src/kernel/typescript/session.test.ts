import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complete, completeness, inspect } from './assist';
import { TypeScriptSession } from './session';

const root = path.resolve(__dirname, '..', '..', '..');
const session = new TypeScriptSession(tmpdir(), root);

beforeEach(() => {
  session.reset();
});

/** Converts and commits, as a cell that ran well. */
function run(source: string): string {
  const conversion = session.convert(source);
  expect(conversion.diagnostics).toEqual([]);
  session.commit(conversion);
  return conversion.javascript.trim();
}

const codes = (source: string): number[] => session.convert(source).diagnostics.map((d) => d.code);

describe('variables', () => {
  it('become properties of the scope, in every form of declaration', () => {
    expect(run('let a = 1, b: number;')).toBe('__scope.a = 1;\n__scope.b = void 0;');
    expect(run('const { x, y: [z = a, ...r] } = { x: 1, y: [2] };')).toContain(
      '{ x: __scope.x, y: [__scope.z = __scope.a, ...__scope.r] }',
    );
    expect(run('for (var i = 0, j; i < 2; i++) { var k = i; }')).toContain('__scope.k = __scope.i');
    expect(run('class A { static self = A; }')).toContain('static self = A;');
  });

  it('are read and written there by later cells, but not where a local name hides them', () => {
    run('let n = 1;');
    expect(run('n += 1;')).toBe('return { value: __scope.n += 1 };');
    expect(run('{ const n = 2; n; }')).toContain('const n = 2;\n    n;');
    expect(run('((n: number) => n)(n);')).toContain('((n) => n)(__scope.n)');
    expect(run('({ n, m: { n: n } });')).toContain('{ n: __scope.n, m: { n: __scope.n } }');
    expect(run('n: for (;;) break n;')).not.toContain('__scope');
  });

  it('are called without the scope as `this`', () => {
    run('function f() { return 1; }');
    expect(run('f(); f?.(); [f].length')).toContain('(0, __scope.f)();\n(0, __scope.f)?.();');
  });

  it('keep their own names as functions', () => {
    expect(run('const named = () => 1;')).toContain('"named": () => 1');
  });

  it('keep the type of a declaration that is hidden later', () => {
    run('interface P { old: number }\nconst first: P = { old: 1 };');
    run('interface P { fresh: string }\nconst second: P = { fresh: "" };');
    expect(codes('first.old + second.fresh')).toEqual([]);
    expect(codes('second.old')).toEqual([2339]);
  });

  it('are forgotten where the cell failed before it came to them', () => {
    const conversion = session.convert('const done = 1;\nconst never = 2;\ntype T = string;');
    session.commit(conversion, ['never']);
    expect(codes('done; const t: T = "";')).toEqual([]);
    expect(codes('never; ')).toEqual([2693]);
  });

  it('take no more room however often they are declared again', () => {
    for (let i = 0; i < 50; i++) run(`const again = ${i};`);
    const committed = (session as unknown as { program: { committed: unknown[] } }).program.committed;
    expect(committed).toHaveLength(1);
  });
});

describe('imports', () => {
  it('are awaited, and leave types out', () => {
    const javascript = run(
      'import fs, { readFileSync as read, type Stats } from "node:fs"; import * as p from "node:path";',
    );
    expect(javascript).toContain(
      '({ "default": __scope.fs, "readFileSync": __scope.read } = await __runtime.importModule("node:fs"));',
    );
    expect(javascript).toContain('__scope.p = await __runtime.importModule("node:path")');
    expect(codes('const s: Stats = fs.statSync(p.sep);')).toEqual([]);
  });

  it('that bring only types load nothing', () => {
    expect(run('import { PathLike } from "node:fs";')).toBe('');
  });

  it('of modules that are not there are errors with their place', () => {
    expect(session.convert('\nimport x from "no-such";').diagnostics[0]).toMatchObject({
      code: 2307,
      line: 2,
      column: 15,
    });
  });
});

describe('diagnostics', () => {
  it('stay within the cell', () => {
    expect(session.convert('if (1) {').diagnostics[0]).toMatchObject({ code: 1005, line: 1 });
    expect(session.convert('const s: string = 5;').diagnostics[0]).toMatchObject({
      line: 1,
      column: 7,
      length: 1,
    });
  });

  it('are strict', () => {
    expect(codes('const f = (a) => a;')).toEqual([7006]);
  });
});

describe('source maps', () => {
  it('lead back to the line of the cell', async () => {
    const { SourceMap } = await import('node:module');
    const { javascript, sourceMap } = session.convert(
      'interface Gone { a: 1 }\n\nconst kept = 1;\nthrow new Error("here");',
    );
    const line = javascript.split('\n').findIndex((l) => l.includes('throw'));
    const entry = new SourceMap(JSON.parse(sourceMap) as never).findEntry(
      line,
      javascript.split('\n')[line].indexOf('new'),
    );
    expect(entry).toMatchObject({ originalLine: 3, originalColumn: 6 });
  });
});

describe('assistance', () => {
  it('completes names of earlier cells and members, for the typed prefix', () => {
    run('const helper = { alpha: 1, beta: 2 };');
    expect(complete(session, 'hel', 3)).toMatchObject({ start: 0, end: 3, matches: [{ text: 'helper' }] });
    expect(complete(session, 'helper.', 7).matches.map((m) => m.text)).toEqual(['alpha', 'beta']);
    expect(complete(session, 'helper.be + 1', 9).matches.map((m) => m.text)).toEqual(['beta']);
  });

  it('shows types and documentation', () => {
    run('/** Adds one. */\nfunction increment(x: number): number { return x + 1; }');
    expect(inspect(session, 'increment(1)', 4)).toEqual({
      signature: 'function increment(x: number): number',
      documentation: 'Adds one.',
    });
    expect(inspect(session, '   ', 1)).toBeUndefined();
  });

  it.each([
    ['1 + 1', 'complete'],
    ['for (;;) {', 'incomplete'],
    ['`open', 'incomplete'],
    ['const = 1', 'invalid'],
    ['', 'complete'],
  ])('calls %j %s', (source, status) => {
    expect(completeness(source).status).toBe(status);
  });

  it('indents after a bracket', () => {
    expect(completeness('  if (x) {')).toEqual({ status: 'incomplete', indent: '    ' });
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'session-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const cell = "import { value } from './source'; value.length;";

  it('are found by the same cell once they are there', () => {
    const here = new TypeScriptSession(folder, root);
    expect(here.convert(cell).diagnostics.map((d) => d.code)).toEqual([2307]);
    write('source.ts', "export const value = 'text';");
    expect(here.convert(cell).diagnostics).toEqual([]);
  });

  it('are read anew by another session where they have changed, packages too', () => {
    const imported = "import { value } from 'package'; value.length;";
    write('node_modules/package/index.d.ts', 'export const value: number;');
    expect(new TypeScriptSession(folder, root).convert(imported).diagnostics).toHaveLength(1);
    write('node_modules/package/index.d.ts', 'export const value: string[];');
    expect(new TypeScriptSession(folder, root).convert(imported).diagnostics).toEqual([]);
  });
});

describe('many cells', () => {
  it('keep their declarations apart, and each its own', () => {
    for (let i = 0; i < 40; i++) run(`const many${i} = ${i} as const;`);
    expect(codes('const all: [0, 16, 39] = [many0, many16, many39];')).toEqual([]);
    run("const many16 = 'again' as const;");
    expect(codes("const all: [15, 'again', 17] = [many15, many16, many17];")).toEqual([]);
  });
});
