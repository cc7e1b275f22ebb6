import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import { CommittedCells } from './committed';
import { looseFile, standsAlone } from './loose-file';
import { EMPTY, write, type TextFile } from './text-file';

/** What the evaluator adds to Node's globals (`evaluator/input.ts`). */
const GLOBALS = `/** Asks the person at the notebook and waits for the answer. */
declare function prompt(question?: string): string;
`;

/** A type checker forgets no cell that it has seen, so another takes its place at times. */
const BESIDE_AT_MOST = 300;

/** A cell, and the program whose type checker knows it. */
export interface CellInProgram {
  program: ts.Program;
  cell: ts.SourceFile;
}

/** Parsed files by path and version. */
const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);

/**
 * One language service over the cell being written and the declarations of the cells before it.
 *
 * Each committed cell is a `.d.ts` module of its own. Their scopes are nested: the parent of the current cell is
 * the newest committed one, whose parent is the one before it. So a name is looked up from the newest cell to the
 * oldest, a re-declaration hides the older one, and what was typed with the older one keeps its type.
 *
 * To make a program and its type checker anew takes many times as long as to check a cell, so cells and declarations
 * that need nothing of it but the checker are kept beside the program.
 */
export class NotebookProgram {
  readonly service: ts.LanguageService;
  readonly committed: CommittedCells;
  private readonly cell: TextFile;
  private readonly globals: TextFile;
  private readonly inMemory = new Map<string, TextFile>();
  private readonly sourceVersions = new Map<string, string>();
  private readonly libraryVersions = new Map<string, string>();
  private readonly snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();
  private readonly options: ts.CompilerOptions;
  /** How many cells were checked beside the program. */
  private beside = 0;

  constructor(
    private readonly directory: string,
    packageRoot: string,
  ) {
    this.options = compilerOptions(directory, packageRoot);
    this.globals = this.addFile('__globals__.d.ts', GLOBALS);
    this.cell = this.addFile('__cell__.ts');
    this.committed = new CommittedCells((name) => this.addFile(name), this.options);
    this.service = ts.createLanguageService(this.host(this.options), registry);
  }

  get cellFile(): string {
    return this.cell.path;
  }

  /** Takes the current cell to where it can be checked and emitted; `names` are what it declares. */
  check(source: string, names: readonly string[]): CellInProgram {
    const text = asModule(source, names);
    if (!standsAlone(text)) {
      // Even where it is the same again: what it lacked, a module perhaps, may be there now.
      this.put(text);
      return this.cellInProgram();
    }
    const program = this.prepare();
    const cell = looseFile(this.pathOf(`__cell__${++this.beside}__.ts`), text, this.options);
    this.committed.enclose(cell, program);
    return { program, cell };
  }

  /** Puts `source` where the language service finds the current cell. */
  update(source: string, names: readonly string[]): void {
    const text = asModule(source, names);
    if (text !== this.cell.text) this.put(text);
    this.cellInProgram();
  }

  /** A program for cells beside it: what stands in the file for the current cell, from before, is no part of theirs. */
  prepare(): ts.Program {
    if (!standsAlone(this.cell.text) || this.beside >= BESIDE_AT_MOST) this.renew();
    const program = this.upToDate();
    if (ts.isExternalModule(program.getSourceFile(this.cellFile)!)) return program;
    this.renew();
    return this.upToDate();
  }

  /** Lets the next program be made anew. */
  renew(): void {
    this.put(EMPTY);
  }

  private put(text: string): void {
    this.committed.settle();
    write(this.cell, text);
    this.beside = 0;
  }

  private cellInProgram(): CellInProgram {
    const program = this.upToDate();
    const cell = program.getSourceFile(this.cellFile)!;
    this.committed.enclose(cell, program);
    return { program, cell };
  }

  private upToDate(): ts.Program {
    this.sourceVersions.clear();
    return this.service.getProgram()!;
  }

  private addFile(name: string, text = EMPTY): TextFile {
    const file = write({ path: this.pathOf(name), text: '', version: 0 }, text);
    this.inMemory.set(file.path, file);
    return file;
  }

  private pathOf(name: string): string {
    return path.join(this.directory, name).replaceAll('\\', '/');
  }

  private host(options: ts.CompilerOptions): ts.LanguageServiceHost {
    const inMemory = (file: string): string | undefined => this.inMemory.get(file)?.text;
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.globals, ...this.committed.files, this.cell].map((file) => file.path),
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

function asModule(source: string, names: readonly string[]): string {
  return `${source}\nexport {${names.join(', ')}};`;
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
