import ts from 'typescript';
import { isBlank } from './declarations';
import { diagnosticsOf, type Diagnostic } from './diagnostics';
import { declaredNames, unexported, type DeclaredNames } from './names';
import { NotebookProgram } from './program';
import { cellTransformer, type CellNames } from './transform';

/** A cell turned into JavaScript, or the reasons why it cannot be. */
export interface Conversion {
  /** Empty when the cell may run. */
  diagnostics: Diagnostic[];
  /** The body of `async function (__scope, __runtime, require)`. */
  javascript: string;
  /** Maps `javascript` to the cell's lines. */
  sourceMap: string;
  /** The cell's declarations as a `.d.ts` module, for the cells that follow; empty where there are none. */
  declarations: string;
  /** The names it declares that exist at run time, or may. */
  names: string[];
}

/**
 * The TypeScript side of a notebook: every cell sees the declarations of the cells before it,
 * and may declare a name again. What is declared is told by {@link commit} after the cell has run.
 */
export class TypeScriptSession {
  private readonly program: NotebookProgram;

  /** @param directory where relative imports and packages are looked up (absolute) */
  constructor(directory: string, packageRoot: string) {
    this.program = new NotebookProgram(directory, packageRoot);
  }

  /** Type-checks `source` after the committed cells and turns it into JavaScript. */
  convert(source: string): Conversion {
    try {
      return this.converted(source);
    } catch (error) {
      // A type checker that was stopped half-way, by a cell nested too deep perhaps, is not to be asked again.
      this.program.renew();
      throw error;
    }
  }

  /** Lets later cells see `conversion`'s declarations; `except` names that never came to exist. */
  commit(conversion: Pick<Conversion, 'declarations' | 'names'>, except: readonly string[] = []): void {
    this.program.committed.append(conversion.declarations, conversion.names, except);
  }

  /** Reads the libraries' types, so that the first cell need not wait for it. */
  warmUp(): void {
    this.convert('console');
  }

  /** Makes the program for the next cell, where what was committed asks for a new one. */
  prepare(): void {
    this.program.prepare();
  }

  /** Forgets every committed cell. */
  reset(): void {
    this.program.committed.clear();
  }

  /** The language service on `source`, at a cell's own positions. */
  service(source: string): { service: ts.LanguageService; file: string } {
    const parsed = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
    this.program.update(source, unexported(declaredNames(parsed)));
    return { service: this.program.service, file: this.program.cellFile };
  }

  private converted(source: string): Conversion {
    const parsed = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
    const declared = declaredNames(parsed);
    const { all, ambient } = declared;
    const { program, cell } = this.program.check(source, unexported(declared));
    const diagnostics = diagnosticsOf(program, cell, source);
    const names = [...all].filter((name) => !ambient.has(name));
    if (diagnostics.length > 0)
      return { diagnostics, javascript: '', sourceMap: '', declarations: '', names };
    return { diagnostics, ...this.emit(program, cell, declared), names };
  }

  private emit(program: ts.Program, cell: ts.SourceFile, declared: DeclaredNames) {
    const output = { javascript: '', sourceMap: '', declarations: '' };
    const write: ts.WriteFileCallback = (file, text) => {
      if (file.endsWith('.d.ts')) output.declarations = text;
      else if (file.endsWith('.map')) output.sourceMap = text;
      else output.javascript = withoutModuleSyntax(text);
    };
    const before = [cellTransformer(this.cellNames(program, cell, declared))];
    program.emit(cell, write, undefined, false, { before });
    for (const name of declared.hoisted)
      output.declarations += `declare var ${name}: ${typeOf(program, cell, name)};\n`;
    return isBlank(output.declarations) ? { ...output, declarations: '' } : output;
  }

  private cellNames(program: ts.Program, cell: ts.SourceFile, declared: DeclaredNames): CellNames {
    const checker = program.getTypeChecker();
    const isShared = (name: string): boolean => declared.all.has(name) && !declared.ambient.has(name);
    const isTopLevel = (symbol: ts.Symbol, file: ts.SourceFile): boolean => {
      const local = (file as unknown as { locals?: ts.SymbolTable }).locals?.get(symbol.escapedName);
      return local === symbol || (local as { exportSymbol?: ts.Symbol } | undefined)?.exportSymbol === symbol;
    };
    return {
      symbolOf: (node) =>
        ts.isShorthandPropertyAssignment(node.parent)
          ? checker.getShorthandAssignmentValueSymbol(node.parent)
          : checker.getSymbolAtLocation(node),
      isNotebookVariable: (symbol) =>
        (symbol.declarations ?? []).some((declaration) => {
          const file = declaration.getSourceFile();
          if (file === cell) return isTopLevel(symbol, file) && isShared(symbol.name);
          return this.program.committed.has(file.fileName) && isTopLevel(symbol, file);
        }),
      isValueImport: (node) => {
        const name = ts.isImportClause(node) ? node.name! : node.name;
        const alias = checker.getSymbolAtLocation(name);
        if (!alias) return true;
        const target = checker.getAliasedSymbol(alias);
        return checker.isUnknownSymbol(target) || (target.flags & ts.SymbolFlags.Value) !== 0;
      },
    };
  }
}

/** The declaration emitter overlooks a `var` of an inner block, so its type is asked for. */
function typeOf(program: ts.Program, cell: ts.SourceFile, name: string): string {
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolsInScope(cell, ts.SymbolFlags.Variable).find((s) => s.name === name);
  if (!symbol) return 'any';
  return checker.typeToString(checker.getTypeOfSymbol(symbol), cell, ts.TypeFormatFlags.NoTruncation);
}

/** TypeScript marks a module that has lost its imports and exports with `export {}`. */
function withoutModuleSyntax(javascript: string): string {
  return javascript.replace(/^export \{\};\n?/m, '').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
}
