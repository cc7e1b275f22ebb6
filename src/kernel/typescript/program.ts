import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/** What the evaluator adds to Node's globals (`evaluator/input.ts`). */
const GLOBALS = `/** Asks the person at the notebook and waits for the answer. */
declare function prompt(question?: string): string;
`;

/** A file that is only in memory. */
interface TextFile {
  readonly path: string;
  text: string;
  /** Changes with `text`, and is like that of no other file: programs share what is parsed. */
  version: number;
}

interface Committed {
  file: TextFile;
  names: Set<string>;
}

/** What a file for a cell holds while it has none. */
const EMPTY = 'export {};';

/** How many files for cells are made at a time. */
const FILES_AT_ONCE = 16;

/** Parsed files by path and version. */
const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);

let texts = 0;

/**
 * One language service over the cell being written and the declarations of the cells before it.
 *
 * Each committed cell is a `.d.ts` module of its own. Their scopes are nested: the parent of the current cell is
 * the newest committed one, whose parent is the one before it. So a name is looked up from the newest cell to the
 * oldest, a re-declaration hides the older one, and what was typed with the older one keeps its type.
 */
export class NotebookProgram {
  readonly service: ts.LanguageService;
  private readonly cell: TextFile;
  private readonly globals: TextFile;
  /** More than there are committed cells: when the list of its files changes, TypeScript makes a program anew. */
  private readonly cellFiles: TextFile[] = [];
  private readonly inMemory = new Map<string, TextFile>();
  private committed: Committed[] = [];
  private readonly sourceVersions = new Map<string, string>();
  private readonly libraryVersions = new Map<string, string>();
  private readonly snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();

  constructor(
    private readonly directory: string,
    packageRoot: string,
  ) {
    this.globals = this.addFile('__globals__.d.ts', GLOBALS);
    this.cell = this.addFile('__cell__.ts', '');
    this.addCellFiles();
    this.service = ts.createLanguageService(this.host(compilerOptions(directory, packageRoot)), registry);
  }

  get cellFile(): string {
    return this.cell.path;
  }

  /** Puts `source` in the place of the current cell; `names` are what it declares. */
  update(source: string, names: readonly string[]): { program: ts.Program; cell: ts.SourceFile } {
    const text = `${source}\nexport {${names.join(', ')}};`;
    if (text !== this.cell.text) write(this.cell, text);
    this.sourceVersions.clear();
    const program = this.service.getProgram()!;
    const cell = program.getSourceFile(this.cellFile)!;
    this.nestScopes(program, cell);
    return { program, cell };
  }

  /** What the current cell lacked, a module perhaps, may be there when it is run again. */
  lookAgain(): void {
    write(this.cell, this.cell.text);
  }

  /** Adds a cell's declarations to what later cells see. */
  append(declarations: string, names: readonly string[], except: readonly string[]): void {
    const text = except.length > 0 ? withoutNames(declarations, new Set(except)) : declarations;
    if (/^\s*export \{\s*\};?\s*$/.test(text) || text.trim() === '') return;
    const declared = new Set([...names, ...declaredIn(text)].filter((name) => !except.includes(name)));
    const hidden = this.committed.filter((older) => this.isHidden(older, declared));
    this.remove(hidden);
    this.committed.push({ file: write(this.emptyCellFile(), text), names: declared });
  }

  clear(): void {
    this.remove(this.committed);
  }

  isCommitted(file: string): boolean {
    return this.committed.some((c) => c.file.path === file);
  }

  private remove(cells: readonly Committed[]): void {
    this.committed = this.committed.filter((c) => !cells.includes(c));
    for (const { file } of cells) write(file, EMPTY);
  }

  private emptyCellFile(): TextFile {
    const isEmpty = (file: TextFile): boolean => file.text === EMPTY;
    if (!this.cellFiles.some(isEmpty)) this.addCellFiles();
    return this.cellFiles.find(isEmpty)!;
  }

  private addCellFiles(): void {
    for (let i = 0; i < FILES_AT_ONCE; i++) {
      this.cellFiles.push(this.addFile(`__cell_${this.cellFiles.length + 1}__.d.ts`, EMPTY));
    }
  }

  private addFile(name: string, text: string): TextFile {
    const file = write({ path: slashes(path.join(this.directory, name)), text: '', version: 0 }, text);
    this.inMemory.set(file.path, file);
    return file;
  }

  /** Whether all of `older`'s names are declared again and no declaration still speaks of them. */
  private isHidden(older: Committed, newest: ReadonlySet<string>): boolean {
    const rest = this.committed.slice(this.committed.indexOf(older) + 1);
    return [...older.names].every((name) => {
      if (!newest.has(name) && !rest.some((c) => c.names.has(name))) return false;
      const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`);
      return !rest.some((c) => !c.names.has(name) && word.test(c.file.text));
    });
  }

  private nestScopes(program: ts.Program, cell: ts.SourceFile): void {
    let inner = cell;
    for (const { file } of [...this.committed].reverse()) {
      const outer = program.getSourceFile(file.path)!;
      (inner as { parent: ts.Node }).parent = outer;
      inner = outer;
    }
    (inner as { parent: ts.Node | undefined }).parent = undefined;
  }

  private host(options: ts.CompilerOptions): ts.LanguageServiceHost {
    const inMemory = (file: string): string | undefined => this.inMemory.get(file)?.text;
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.globals, ...this.cellFiles, this.cell].map((file) => file.path),
      getScriptVersion: (file) => this.version(file),
      getScriptSnapshot: (file) => this.snapshot(file),
      getCurrentDirectory: () => this.directory,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (file) => inMemory(file) !== undefined || ts.sys.fileExists(file),
      readFile: (file, encoding) => inMemory(file) ?? ts.sys.readFile(file, encoding),
      directoryExists: (dir) => ts.sys.directoryExists(dir),
      getDirectories: (dir) => ts.sys.getDirectories(dir),
      readDirectory: (...args) => ts.sys.readDirectory(...args),
      realpath: (file) => ts.sys.realpath?.(file) ?? file,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    };
  }

  /** TypeScript asks for every file of the program in every cell. */
  private snapshot(file: string): ts.IScriptSnapshot | undefined {
    const version = this.version(file);
    const known = this.snapshots.get(file);
    if (known?.version === version) return known.snapshot;
    const text = this.inMemory.get(file)?.text ?? ts.sys.readFile(file);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.snapshots.set(file, { version, snapshot });
    return snapshot;
  }

  /** Libraries do not change under a running kernel; the user's own sources may. */
  private version(file: string): string {
    const text = this.inMemory.get(file);
    if (text) return String(text.version);
    const versions = file.includes('/node_modules/') ? this.libraryVersions : this.sourceVersions;
    const version = versions.get(file) ?? versionOnDisk(file);
    versions.set(file, version);
    return version;
  }
}

function write(file: TextFile, text: string): TextFile {
  return Object.assign(file, { text, version: ++texts });
}

function versionOnDisk(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : 'absent';
}

function compilerOptions(directory: string, packageRoot: string): ts.CompilerOptions {
  const { resolve } = createRequire(path.join(packageRoot, 'package.json'));
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ['node', 'require'],
    lib: ['lib.es2023.d.ts'],
    types: ['node'],
    typeRoots: [
      path.join(directory, 'node_modules', '@types'),
      path.resolve(resolve('@types/node/package.json'), '..', '..'),
    ],
    paths: {
      convlab: [path.join(packageRoot, 'dist', 'index.d.ts')],
      tslab: [path.dirname(resolve('tslab/package.json'))],
    },
    strict: true,
    declaration: true,
    sourceMap: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    allowImportingTsExtensions: true,
    preserveConstEnums: true,
    skipLibCheck: true,
    jsx: ts.JsxEmit.React,
    newLine: ts.NewLineKind.LineFeed,
    rootDir: path.parse(directory).root,
    outDir: path.join(path.parse(directory).root, '__out__'),
  };
}

function declaredIn(declarations: string): string[] {
  const names = /export \{([^}]*)\};?\s*$/.exec(declarations)?.[1] ?? '';
  return names
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean);
}

/** `declarations` with the statements that declare only `names` taken out. */
function withoutNames(declarations: string, names: ReadonlySet<string>): string {
  const source = ts.createSourceFile('cell.d.ts', declarations, ts.ScriptTarget.ES2022);
  const printer = ts.createPrinter({ removeComments: false });
  const print = (node: ts.Node): string => printer.printNode(ts.EmitHint.Unspecified, node, source);
  return source.statements
    .map((s) => print(pruned(s, names) ?? ts.factory.createEmptyStatement()))
    .join('\n');
}

function pruned(statement: ts.Statement, names: ReadonlySet<string>): ts.Statement | undefined {
  const f = ts.factory;
  if (ts.isVariableStatement(statement)) {
    const kept = statement.declarationList.declarations.filter(
      (d) => !ts.isIdentifier(d.name) || !names.has(d.name.text),
    );
    const list = f.updateVariableDeclarationList(statement.declarationList, kept);
    return kept.length > 0 ? f.updateVariableStatement(statement, statement.modifiers, list) : undefined;
  }
  if (
    ts.isExportDeclaration(statement) &&
    statement.exportClause &&
    ts.isNamedExports(statement.exportClause)
  ) {
    const kept = statement.exportClause.elements.filter((e) => !names.has(e.name.text));
    const clause = f.updateNamedExports(statement.exportClause, kept);
    return f.updateExportDeclaration(statement, statement.modifiers, false, clause, undefined, undefined);
  }
  const name = (statement as { name?: ts.Node }).name;
  return name && ts.isIdentifier(name) && names.has(name.text) ? undefined : statement;
}

function slashes(file: string): string {
  return file.replaceAll('\\', '/');
}
