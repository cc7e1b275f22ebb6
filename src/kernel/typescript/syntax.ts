import ts from 'typescript';

const f = ts.factory;

/** `{ key: target, … }`: what the assignment of an import's names looks like. */
export function pattern(
  properties: { key: string; local: string }[],
  target: (name: string) => ts.Expression,
): ts.Expression {
  return f.createObjectLiteralExpression(
    properties.map(({ key, local }) => f.createPropertyAssignment(f.createStringLiteral(key), target(local))),
  );
}

/** The first identifier that a declaration binds, to ask whose it is. */
export function firstName(
  declaration: ts.VariableDeclaration | ts.BindingElement,
): ts.Identifier | undefined {
  if (ts.isIdentifier(declaration.name)) return declaration.name;
  const element = [...declaration.name.elements].find((e) => ts.isBindingElement(e));
  return element && firstName(element);
}

/** A namespace that exists at run time. */
export function isInstantiatedNamespace(node: ts.Statement): node is ts.ModuleDeclaration {
  return (
    ts.isModuleDeclaration(node) && ts.isIdentifier(node.name) && node.body !== undefined && !isDeclared(node)
  );
}

function isDeclared(node: ts.HasModifiers): boolean {
  return node.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

/** A cell is no module for others: `export` on its declarations means nothing. */
export function withoutExport<T extends ts.Statement & ts.HasModifiers>(node: T): T {
  const kept = node.modifiers?.filter(
    (m) => m.kind !== ts.SyntaxKind.ExportKeyword && m.kind !== ts.SyntaxKind.DefaultKeyword,
  );
  if (kept?.length === node.modifiers?.length) return node;
  if (ts.isFunctionDeclaration(node)) {
    return f.updateFunctionDeclaration(
      node,
      kept,
      node.asteriskToken,
      node.name,
      node.typeParameters,
      node.parameters,
      node.type,
      node.body,
    ) as never;
  }
  if (ts.isClassDeclaration(node)) {
    return f.updateClassDeclaration(
      node,
      kept,
      node.name,
      node.typeParameters,
      node.heritageClauses,
      node.members,
    ) as never;
  }
  if (ts.isEnumDeclaration(node))
    return f.updateEnumDeclaration(node, kept, node.name, node.members) as never;
  if (ts.isModuleDeclaration(node))
    return f.updateModuleDeclaration(node, kept, node.name, node.body) as never;
  return node;
}

/** An anonymous function or class takes its variable's name, as in `const f = () => 1`. */
export function nameAnonymous(value: ts.Expression, name: string): ts.Expression {
  const isAnonymous =
    ts.isArrowFunction(value) ||
    ((ts.isFunctionExpression(value) || ts.isClassExpression(value)) && !value.name);
  if (!isAnonymous) return value;
  const holder = f.createObjectLiteralExpression([
    f.createPropertyAssignment(f.createStringLiteral(name), value),
  ]);
  return f.createElementAccessExpression(
    f.createParenthesizedExpression(holder),
    f.createStringLiteral(name),
  );
}

/** Whether an identifier stands for a value, rather than naming a property, a label or a declaration. */
export function isReference(node: ts.Identifier): boolean {
  const parent = node.parent as ts.Node | undefined;
  if (!parent) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent) || ts.isMetaProperty(parent) || ts.isJsxAttribute(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isNamespaceExport(parent))
    return false;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isEnumMember(parent) || ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) {
    return parent.initializer === node;
  }
  if (ts.isParameter(parent) || ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  return !('name' in parent && parent.name === node);
}
