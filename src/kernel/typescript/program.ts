import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/** What the evaluator adds to Node's globals (`evaluator/input.ts`). */
const GLOBALS = `/** Asks the person at the notebook and waits for the answer. */
declare function prompt(question?: string): string;
`;

interface Committed {
  file: string;
  text: string;
  version: number;
  names: Set<string>;
}

/**
 * One language service over the cell being written and the declarations of the cells before it.
 *
 * Each committed cell is a `.d.ts` module of its own. Their scopes are nested: the parent of the current cell is
 * the newest committed one, whose parent is the one before it. So a name is looked up from the newest cell to the
 * oldest, a re-declaration hides the older one, and what was typed with the older one keeps its type.
 */
export class NotebookProgram {
  readonly cellFile: string;
  readonly service: ts.LanguageService;
  private readonly globalsFile: string;
  private cellText = '';
  private cellVersion = 0;
  private committed: Committed[] = [];
  private serial = 0;
  private readonly versions = new Map<string, string>();
  private readonly snapshots = new Map<string, { version: string; snapshot: ts.IScriptSnapshot }>();

  constructor(
    private readonly directory: string,
    packageRoot: string,
  ) {
    this.cellFile = slashes(path.join(directory, '__cell__.ts'));
    this.globalsFile = slashes(path.join(directory, '__globals__.d.ts'));
    const options = compilerOptions(directory, packageRoot);
    this.service = ts.createLanguageService(this.host(options), ts.createDocumentRegistry(true, slashes(directory)));
  }

  /** Puts `source` in the place of the current cell; `names` are what it declares. */
  update(source: string, names: readonly string[]): { program: ts.Program; cell: ts.SourceFile } {
    const suffix = `\nexport {${names.join(', ')}};`;
    if (source + suffix !== this.cellText) {
      this.cellText = source + suffix;
      this.cellVersion++;
    }
    this.versions.clear();
    const program = this.service.getProgram()!;
    const cell = program.getSourceFile(this.cellFile)!;
    this.nestScopes(program, cell);
    return { program, cell };
  }

  /** Adds a cell's declarations to what later cells see. */
  append(declarations: string, names: readonly string[], except: readonly string[]): void {
    const text = except.length > 0 ? withoutNames(declarations, new Set(except)) : declarations;
    if (/^\s*export \{\s*\};?\s*$/.test(text) || text.trim() === '') return;
    const file = slashes(path.join(this.directory, `__cell_${++this.serial}__.d.ts`));
    const declared = new Set([...names, ...declaredIn(text)].filter((name) => !except.includes(name)));
    this.committed = this.committed.filter((older) => !this.isHidden(older, declared));
    this.committed.push({ file, text, version: 1, names: declared });
  }

  clear(): void {
    this.committed = [];
  }

  isCommitted(file: string): boolean {
    return this.committed.some((c) => c.file === file);
  }

  /** Whether all of `older`'s names are declared again and no declaration still speaks of them. */
  private isHidden(older: Committed, newest: ReadonlySet<string>): boolean {
    const rest = this.committed.slice(this.committed.indexOf(older) + 1);
    return [...older.names].every((name) => {
      if (!newest.has(name) && !rest.some((c) => c.names.has(name))) return false;
      const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`);
      return !rest.some((c) => !c.names.has(name) && word.test(c.text));
    });
  }

  private nestScopes(program: ts.Program, cell: ts.SourceFile): void {
    let inner = cell;
    for (const { file } of this.committed.toReversed()) {
      const outer = program.getSourceFile(file)!;
      (inner as { parent: ts.Node }).parent = outer;
      inner = outer;
    }
    (inner as { parent: ts.Node | undefined }).parent = undefined;
  }

  private host(options: ts.CompilerOptions): ts.LanguageServiceHost {
    const virtual = (file: string): string | undefined => {
      if (file === this.cellFile) return this.cellText;
      return file === this.globalsFile ? GLOBALS : this.committed.find((c) => c.file === file)?.text;
    };
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.globalsFile, ...this.committed.map((c) => c.file), this.cellFile],
      getScriptVersion: (file) => this.scriptVersion(file),
      getScriptSnapshot: (file) => {
        const text = virtual(file);
        return text === undefined ? this.snapshotOnDisk(file) : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => this.directory,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (file) => virtual(file) !== undefined || ts.sys.fileExists(file),
      readFile: (file, encoding) => virtual(file) ?? ts.sys.readFile(file, encoding),
      directoryExists: (dir) => ts.sys.directoryExists(dir),
      getDirectories: (dir) => ts.sys.getDirectories(dir),
      readDirectory: (...args) => ts.sys.readDirectory(...args),
      realpath: (file) => ts.sys.realpath?.(file) ?? file,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    };
  }

  /** TypeScript asks for every file of the program in every cell. */
  private snapshotOnDisk(file: string): ts.IScriptSnapshot | undefined {
    const version = this.scriptVersion(file);
    const known = this.snapshots.get(file);
    if (known?.version === version) return known.snapshot;
    const text = ts.sys.readFile(file);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    this.snapshots.set(file, { version, snapshot });
    return snapshot;
  }

  /** Libraries do not change under a running kernel; the user's own sources may. */
  private scriptVersion(file: string): string {
    if (file === this.cellFile) return String(this.cellVersion);
    if (file === this.globalsFile || this.isCommitted(file) || file.includes('/node_modules/')) return '1';
    let version = this.versions.get(file);
    if (version === undefined) {
      version = String(ts.sys.getModifiedTime?.(file)?.getTime() ?? 0);
      this.versions.set(file, version);
    }
    return version;
  }
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
