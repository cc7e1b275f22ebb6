import ts from 'typescript';

/** What a cell declares at its top level. */
export interface DeclaredNames {
  /** Every name, types included. */
  all: Set<string>;
  /** Names that `declare` only promises: nothing exists at run time. */
  ambient: Set<string>;
  /** `var`s of inner blocks and loop heads, which belong to the cell all the same. */
  hoisted: Set<string>;
  /** Names that carry `export` already. */
  exported: Set<string>;
}

/** The names that must be exported for later cells to see them. */
export function unexported({ all, exported }: DeclaredNames): string[] {
  return [...all].filter((name) => !exported.has(name));
}

/** The names that `source` declares in its top-level scope, hoisted `var`s of inner blocks included. */
export function declaredNames(source: ts.SourceFile): DeclaredNames {
  const names: DeclaredNames = {
    all: new Set(),
    ambient: new Set(),
    hoisted: new Set(),
    exported: new Set(),
  };
  for (const statement of source.statements) {
    for (const name of namesOf(statement)) {
      names.all.add(name);
      if (has(statement, ts.SyntaxKind.DeclareKeyword)) names.ambient.add(name);
      if (has(statement, ts.SyntaxKind.ExportKeyword)) names.exported.add(name);
    }
    if (ts.isVariableStatement(statement)) continue;
    for (const name of hoistedVars(statement)) {
      names.all.add(name);
      names.hoisted.add(name);
    }
  }
  return names;
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    const list = statement.declarationList;
    return isUsing(list) ? [] : list.declarations.flatMap(bound);
  }
  if (ts.isImportDeclaration(statement)) return importedNames(statement.importClause);
  if (ts.isImportEqualsDeclaration(statement)) return [statement.name.text];
  if (isNamedDeclaration(statement))
    return statement.name && ts.isIdentifier(statement.name) ? [statement.name.text] : [];
  return [];
}

type NamedDeclaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.EnumDeclaration
  | ts.ModuleDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration;

function isNamedDeclaration(node: ts.Node): node is NamedDeclaration {
  if (ts.isModuleDeclaration(node) && node.flags & ts.NodeFlags.GlobalAugmentation) return false;
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function has(statement: ts.Statement, modifier: ts.ModifierSyntaxKind): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some((m) => m.kind === modifier) ?? false;
}

/** The identifiers that a declaration binds, destructuring included. */
function bound(declaration: ts.VariableDeclaration | ts.BindingElement): string[] {
  if (ts.isIdentifier(declaration.name)) return [declaration.name.text];
  return declaration.name.elements.flatMap((e) => (ts.isOmittedExpression(e) ? [] : bound(e)));
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  if (!clause) return [];
  const names = clause.name ? [clause.name.text] : [];
  const bindings = clause.namedBindings;
  if (!bindings) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, bindings.name.text];
  return [...names, ...bindings.elements.map((e) => e.name.text)];
}

function hoistedVars(node: ts.Node): string[] {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return [];
  const names = isVarList(node) ? node.declarations.flatMap(bound) : [];
  ts.forEachChild(node, (child) => {
    names.push(...hoistedVars(child));
  });
  return names;
}

/** Whether `node` is a `var` declaration list (not `let`, `const` or `using`). */
export function isVarList(node: ts.Node): node is ts.VariableDeclarationList {
  return ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0;
}

/** `using` and `await using`: what they declare is disposed of at the end of the cell, so it stays there. */
export function isUsing(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped & ~(ts.NodeFlags.Let | ts.NodeFlags.Const)) !== 0;
}
