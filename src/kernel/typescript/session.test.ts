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

const committedCells = (): unknown[] =>
  (session as unknown as { program: { committed: { cells: unknown[] } } }).program.committed.cells;

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

  it('are told to later cells where there are any', () => {
    expect(session.convert('{ const inner = 2; inner; }').declarations).toBe('');
    expect(session.convert('for (var hoisted = 0; ; ) break;').declarations).toContain('export {');
    expect(session.convert('declare global { var g: number }').declarations).toContain('var g');
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

  it('of the globals stay, and are not heaped up where their cell runs again', () => {
    for (let i = 0; i < 3; i++) run('declare global { var added: number }');
    run('const other = 1;');
    run('const another = 1;');
    expect(codes('const s: string = added;')).toEqual([2322]);
    expect(committedCells()).toHaveLength(3);
  });

  it('take no more room however often they are declared again', () => {
    for (let i = 0; i < 50; i++) run(`const again = ${i};`);
    expect(committedCells()).toHaveLength(1);
  });
});

describe('cells beside the program', () => {
  /** As in the program: no cell that speaks of imports is checked beside it. */
  const inProgram = (source: string): string => `${source}\n// import`;

  it.each([
    'const numbers = [1, 2]; for (const n of numbers) console.log(n.toFixed(1));',
    'const map = new Map([["a", { size: 1 }]]); map.get("a")?.size',
    'type T = { [K in "a" | "b"]: K }; enum E { A = 1, B } const t: T = { a: "a", b: "b" }; E[t.a.length]',
    'abstract class A<T> { #t?: T; abstract f(): T } class B extends A<string> { f() { return ""; } } new B().f()',
    'const [first, { second = 2, ...rest }] = [1, { second: 3, third: 4 }] as const; var { third } = rest;',
    'await Promise.all([1].map(async (n) => n)); for await (const x of [Promise.resolve(1)]) x;',
    'for (var i = 0; i < 2; i++) { var inner = i; }',
    'function f(this: { a: number }, b = process.argv) { return this.a + b.length; } f',
    'const wrong: string = 1; unknown(); wrong.nothing; [1].map((x, y, z, w) => x)',
    'const twice = 1; const twice = 2; export { gone };',
    'function f(a) { if (a) return; } let x; x.y',
    'return 1; await 2; yield 3; this.x; delete process;',
    '// @ts-expect-error\nconst s: string = 1;\n// @ts-expect-error\ns;',
  ])('come to the same as in it: %s', (source) => {
    const conversion = (text: string): object => {
      const { javascript, ...rest } = session.convert(text);
      return { ...rest, javascript: javascript.replace('// import', '').trim(), sourceMap: '' };
    };
    const there = conversion(inProgram(source));
    expect(conversion(source)).toEqual(there);
    expect(conversion(source)).toEqual(there);
  });

  it('see what cells in the program have declared, and are seen by them', () => {
    run("import { sep } from 'node:path'; class C { private own = 1; } const held = new C();");
    run('const both = [sep, held] as const; let other = held; class D { private own = 2; }');
    run(inProgram('other = both[1]; const d = new D();'));
    expect(codes('other = held; other = new D(); both[0].length')).toEqual([2322]);
    expect(codes(inProgram('other = held; other = d; both[0].length'))).toEqual([2322]);
  });

  it('keep types whose names are hidden, wherever those were declared', () => {
    run('class C { private own = 1; } const old = new C();');
    run('class C { private own = 2; }');
    run('let copy = old;');
    expect(codes('copy = old;')).toEqual([]);
    expect(codes('copy = new C();')).toEqual([2322]);
  });

  it('see nothing of a cell in the program that failed, nor of one that was only asked about', () => {
    expect(codes('declare global { var leaked: number }\nconst s: string = leaked;')).toEqual([2322]);
    expect(codes('leaked')).toEqual([2304]);
    complete(session, 'const open = 1; `', 17);
    expect(codes('open')).toEqual([2304]);
  });

  it('are well after one that the compiler could not cope with', () => {
    expect(() => session.convert(`1${' + 1'.repeat(20_000)}`)).toThrow(RangeError);
    expect(codes('const s: string = 1;')).toEqual([2322]);
    expect(run('1 + 1')).toBe('return { value: 1 + 1 };');
  });

  it('may be many', () => {
    run('const kept = 1;');
    for (let i = 0; i < 350; i++) session.convert(`kept + ${i}`);
    expect(codes('const s: string = kept;')).toEqual([2322]);
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

  it('are looked at again in every cell that uses them', () => {
    const here = new TypeScriptSession(folder, root);
    write('source.ts', "export const value = 'text';");
    here.commit(here.convert("import { value } from './source';"));
    expect(here.convert('value.length').diagnostics).toEqual([]);
    write('source.ts', 'export const value = 12345;');
    expect(here.convert('value.length').diagnostics.map((d) => d.code)).toEqual([2339]);
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
