import ts from 'typescript';

/** Whether a `.d.ts` module has nothing to tell to others. */
export function isBlank(declarations: string): boolean {
  return /^\s*(?:export \{\s*\};?\s*)?$/.test(declarations);
}

/** The names that a cell's declarations, a `.d.ts` module, export at their end. */
export function declaredIn(declarations: string): string[] {
  const names = /export \{([^}]*)\};?\s*$/.exec(declarations)?.[1] ?? '';
  return names
    .split(',')
    .map((n) => n.trim())
    .filter(Boolean);
}

/** `declarations` with the statements that declare only `names` taken out. */
export function withoutNames(declarations: string, names: ReadonlySet<string>): string {
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
