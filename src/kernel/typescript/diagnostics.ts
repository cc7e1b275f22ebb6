import ts from 'typescript';

/** What is wrong with a cell, and where (positions count from 1). */
export interface Diagnostic {
  code: number;
  message: string;
  line: number;
  column: number;
  /** How many characters are underlined, on the first line. */
  length: number;
  /** The line itself. */
  text: string;
}

/** Errors of `cell`, in the order of their places; the language service's own suffix is never shown. */
export function diagnosticsOf(program: ts.Program, cell: ts.SourceFile, source: string): Diagnostic[] {
  const syntactic = program.getSyntacticDiagnostics(cell);
  const found = syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(cell);
  return found
    .filter((d) => d.category === ts.DiagnosticCategory.Error)
    .map((d) => located(d, source))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function located(diagnostic: ts.Diagnostic, source: string): Diagnostic {
  const start = Math.min(diagnostic.start ?? 0, source.length);
  const before = source.slice(0, start);
  const line = before.split('\n').length;
  const column = start - (before.lastIndexOf('\n') + 1) + 1;
  const text = source.split('\n')[line - 1] ?? '';
  return {
    code: diagnostic.code,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    line,
    column,
    length: Math.max(1, Math.min(diagnostic.length ?? 1, text.length - column + 1)),
    text,
  };
}
