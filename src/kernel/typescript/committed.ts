import type ts from 'typescript';
import { declaredIn, isBlank, withoutNames } from './declarations';
import { looseFile, standsAlone } from './loose-file';
import { EMPTY, write, type TextFile } from './text-file';

interface Committed {
  text: string;
  names: Set<string>;
  /** Where the program has it, or would have it. */
  file: TextFile;
  /** Absent where it is the program's. */
  loose: ts.SourceFile | undefined;
}

/** How many files for cells are made at a time. */
const FILES_AT_ONCE = 64;

/**
 * The declarations of the cells that have run, each a `.d.ts` module of its own. Those that stand alone are kept
 * beside the program until it has to be made anew anyway.
 */
export class CommittedCells {
  /** More than there are cells: a change of their list costs more than one of their texts. */
  readonly files: TextFile[] = [];
  private cells: Committed[] = [];

  constructor(
    private readonly addFile: (name: string) => TextFile,
    private readonly options: ts.CompilerOptions,
  ) {
    this.addFiles();
  }

  /** Adds a cell's declarations to what later cells see. */
  append(declarations: string, names: readonly string[], except: readonly string[]): void {
    const text = except.length > 0 ? withoutNames(declarations, new Set(except)) : declarations;
    if (isBlank(text)) return;
    const declared = new Set([...names, ...declaredIn(text)].filter((name) => !except.includes(name)));
    const hidden = this.cells.filter((older) => this.isHidden(older, declared, text));
    this.cells = this.cells.filter((cell) => !hidden.includes(cell));
    const file = this.freeFile();
    this.cells.push({ text, names: declared, file, loose: looseFile(file.path, text, this.options) });
    if (![text, ...hidden.map((cell) => cell.text)].every(standsAlone)) this.settle();
  }

  clear(): void {
    this.cells = [];
    this.settle();
  }

  has(path: string): boolean {
    return this.cells.some((cell) => cell.file.path === path);
  }

  /** Gives all cells, and none else, to the program that is made next. */
  settle(): void {
    const texts = new Map(this.cells.map((cell) => [cell.file, cell.text]));
    for (const cell of this.cells) cell.loose = undefined;
    for (const file of this.files) {
      const text = texts.get(file) ?? EMPTY;
      if (text !== file.text) write(file, text);
    }
  }

  /** Puts the scope of `cell` into that of the newest of these, that one's into that of the one before it, and so on. */
  enclose(cell: ts.SourceFile, program: ts.Program): void {
    let inner = cell;
    for (const { file, loose } of [...this.cells].reverse()) {
      const outer = loose ?? program.getSourceFile(file.path)!;
      (inner as { parent: ts.Node }).parent = outer;
      inner = outer;
    }
    (inner as { parent: ts.Node | undefined }).parent = undefined;
  }

  /** Whether all of `older`'s names are declared again and no declaration still speaks of them. */
  private isHidden(older: Committed, newest: ReadonlySet<string>, text: string): boolean {
    // It only adds to the globals, and is there again if its cell has run again.
    if (older.names.size === 0) return older.text === text;
    const rest = this.cells.slice(this.cells.indexOf(older) + 1);
    return [...older.names].every((name) => {
      if (!newest.has(name) && !rest.some((c) => c.names.has(name))) return false;
      const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`);
      return !rest.some((c) => !c.names.has(name) && word.test(c.text));
    });
  }

  private freeFile(): TextFile {
    const isFree = (file: TextFile): boolean => !this.has(file.path);
    if (!this.files.some(isFree)) this.addFiles();
    return this.files.find(isFree)!;
  }

  private addFiles(): void {
    for (let i = 0; i < FILES_AT_ONCE; i++)
      this.files.push(this.addFile(`__cell_${this.files.length + 1}__.d.ts`));
  }
}
