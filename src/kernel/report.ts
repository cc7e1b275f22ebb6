import type { ErrorReport } from './evaluator/messages';
import type { Diagnostic } from './typescript/diagnostics';

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const cyan = (text: string): string => `\u001b[36m${text}\u001b[39m`;

/** TypeScript's complaints as an error of the cell: each with its line, underlined. */
export function typeErrorReport(diagnostics: Diagnostic[], cell: number): ErrorReport {
  const [first] = diagnostics;
  const evalue = `TS${first.code}: ${first.message} (line ${first.line}, column ${first.column})`;
  return { ename: 'TypeScriptError', evalue, traceback: diagnostics.flatMap((d) => underlined(d, cell)) };
}

function underlined({ code, message, line, column, length, text }: Diagnostic, cell: number): string[] {
  const number = String(line).padStart(4);
  return [
    `${cyan(`cell ${cell}, line ${line}:${column}`)} - ${red(`TS${code}`)}: ${message}`,
    `> ${number} | ${text}`,
    `       | ${' '.repeat(column - 1)}${red('~'.repeat(length))}`,
  ];
}
