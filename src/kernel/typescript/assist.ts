import ts from 'typescript';
import type { TypeScriptSession } from './session';

/** Completions for one place; positions count UTF-16 units. */
export interface Completions {
  start: number;
  end: number;
  matches: { text: string; kind: string }[];
}

/** What is known of the thing at one place. */
export interface Inspection {
  signature: string;
  documentation: string;
}

export type Completeness =
  { status: 'complete' } | { status: 'invalid' } | { status: 'incomplete'; indent: string };

/** What may be written at `position` of `source`, best first. */
export function complete(session: TypeScriptSession, source: string, position: number): Completions {
  const { service, file } = session.service(source);
  const info = service.getCompletionsAtPosition(file, position, {
    includeCompletionsForModuleExports: false,
    includeCompletionsWithInsertText: false,
  });
  /** What a re-exported name stands for. */
  const aliased = (name: string): string =>
    service
      .getCompletionEntryDetails(file, position, name, {}, undefined, undefined, undefined)
      ?.displayParts.find((part) => part.kind === 'keyword')?.text ?? 'alias';
  const prefix = /[\p{ID_Continue}$]*$/u.exec(source.slice(0, position))![0];
  const span = info?.optionalReplacementSpan;
  const start = Math.min(span?.start ?? position - prefix.length, position - prefix.length);
  const typed = source.slice(start, position).toLowerCase();
  const matches = (info?.entries ?? [])
    .filter((e) => e.name.toLowerCase().startsWith(typed) && !e.name.startsWith('__cell'))
    .sort((a, b) => a.sortText.localeCompare(b.sortText) || a.name.localeCompare(b.name))
    .map((e) => ({ text: e.name, kind: e.kind === ts.ScriptElementKind.alias ? aliased(e.name) : e.kind }));
  return { start, end: position, matches };
}

/** Type and documentation of what stands at `position`, or of the function being called there. */
export function inspect(
  session: TypeScriptSession,
  source: string,
  position: number,
): Inspection | undefined {
  const { service, file } = session.service(source);
  const info =
    service.getQuickInfoAtPosition(file, position) ??
    (position > 0 ? service.getQuickInfoAtPosition(file, position - 1) : undefined);
  if (info) {
    return { signature: ts.displayPartsToString(info.displayParts), documentation: documentationOf(info) };
  }
  const item = service.getSignatureHelpItems(file, position, undefined)?.items[0];
  if (!item) return undefined;
  const parameters = item.parameters.map((p) => ts.displayPartsToString(p.displayParts)).join(', ');
  const [before, after] = [item.prefixDisplayParts, item.suffixDisplayParts].map((p) =>
    ts.displayPartsToString(p),
  );
  return { signature: `${before}${parameters}${after}`, documentation: documentationOf(item) };
}

function documentationOf(info: { documentation?: ts.SymbolDisplayPart[]; tags?: ts.JSDocTagInfo[] }): string {
  const text = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`.trimEnd());
  return [text, ...tags].filter(Boolean).join('\n');
}

const UNTERMINATED = new Set([1010, 1160]); // comment, template

/** Whether `source` could be run as it stands, needs more lines, or is wrong whatever follows. */
export function completeness(source: string): Completeness {
  const parsed = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const errors = (parsed as unknown as { parseDiagnostics: ts.DiagnosticWithLocation[] }).parseDiagnostics;
  const first = errors.at(0);
  if (!first) return { status: 'complete' };
  const end = source.trimEnd().length;
  if (first.start >= end || UNTERMINATED.has(first.code))
    return { status: 'incomplete', indent: nextIndent(source) };
  return { status: 'invalid' };
}

/** The last line's indentation, one step deeper after an opening bracket. */
function nextIndent(source: string): string {
  const line = source.trimEnd().split('\n').at(-1) ?? '';
  const indent = /^\s*/.exec(line)![0];
  return /[{[(]\s*(\/\/.*)?$/.test(line) ? `${indent}  ` : indent;
}
