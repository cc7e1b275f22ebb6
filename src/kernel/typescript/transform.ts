import ts from 'typescript';
import { isUsing, isVarList } from './names';
import {
  firstName,
  isInstantiatedNamespace,
  isReference,
  nameAnonymous,
  pattern,
  withoutExport,
} from './syntax';

/** The parameters of the function that a cell becomes. */
export const SCOPE = '__scope';
export const RUNTIME = '__runtime';

/** What the transformer must know of the cell's names. */
export interface CellNames {
  /** Whether `symbol` is a variable of the notebook: it lives on the scope object. */
  isNotebookVariable(symbol: ts.Symbol): boolean;
  /** The value that an identifier refers to. */
  symbolOf(identifier: ts.Identifier): ts.Symbol | undefined;
  /** Whether an imported name has a value at run time. */
  isValueImport(node: ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport): boolean;
}

/**
 * Turns a cell into the body of an async function over the notebook's scope object:
 * top-level variables become its properties (so closures, later cells and re-declarations see one variable),
 * imports become awaited calls of the runtime, the last expression becomes the returned value,
 * and each `await` can be interrupted.
 */
export function cellTransformer(names: CellNames): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (source) => new CellRewriter(names, context).rewrite(source);
}

const f = ts.factory;

class CellRewriter {
  /** Classes whose body is being visited: inside, their own name is bound by the class itself. */
  private readonly enclosingClasses: ts.ClassLikeDeclaration[] = [];

  constructor(
    private readonly names: CellNames,
    private readonly context: ts.TransformationContext,
  ) {}

  rewrite(source: ts.SourceFile): ts.SourceFile {
    const hoisted: ts.Statement[] = [];
    const body: ts.Statement[] = [];
    const last = source.statements.filter((s) => !ts.isExportDeclaration(s)).at(-1);
    for (const statement of source.statements) {
      if (ts.isImportDeclaration(statement)) hoisted.push(...this.importStatements(statement));
      else if (ts.isExportDeclaration(statement)) continue;
      else body.push(...this.topLevel(statement, statement === last, hoisted));
    }
    return f.updateSourceFile(source, [...hoisted, ...body]);
  }

  private topLevel(statement: ts.Statement, isLast: boolean, hoisted: ts.Statement[]): ts.Statement[] {
    if (ts.isVariableStatement(statement)) return this.variables(statement);
    if (ts.isFunctionDeclaration(statement) && statement.name && statement.body) {
      hoisted.push(this.bind(statement.name, statement));
      return [this.visit(withoutExport(statement))];
    }
    if (ts.isClassDeclaration(statement) && statement.name) {
      return [this.visit(withoutExport(statement)), this.bind(statement.name, statement)];
    }
    if (ts.isEnumDeclaration(statement) || isInstantiatedNamespace(statement)) {
      return [this.visit(withoutExport(statement)), this.bind(statement.name as ts.Identifier, statement)];
    }
    if (ts.isImportEqualsDeclaration(statement)) return this.importEquals(statement);
    if (ts.isExpressionStatement(statement) || ts.isExportAssignment(statement)) {
      const { expression } = statement;
      return [isLast ? this.result(expression) : f.createExpressionStatement(this.visit(expression))];
    }
    return [this.visit(statement)];
  }

  /** `const {a, b} = e` → `({a: scope.a, b: scope.b} = e)`. */
  private variables(statement: ts.VariableStatement): ts.Statement[] {
    const { declarations, flags } = statement.declarationList;
    if (isUsing(statement.declarationList)) return [this.visit(statement)];
    if (statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword)) return [];
    const isVar = (flags & ts.NodeFlags.BlockScoped) === 0;
    return declarations.flatMap((declaration) => {
      if (!declaration.initializer && isVar) return [];
      const value = declaration.initializer ? this.visit(declaration.initializer) : f.createVoidZero();
      const named = ts.isIdentifier(declaration.name) ? nameAnonymous(value, declaration.name.text) : value;
      const assignment = f.createAssignment(this.target(declaration.name), named);
      const expression = ts.isIdentifier(declaration.name)
        ? assignment
        : f.createParenthesizedExpression(assignment);
      return [ts.setTextRange(f.createExpressionStatement(expression), declaration)];
    });
  }

  /** A binding as the target of an assignment. */
  private target(name: ts.BindingName): ts.Expression {
    if (ts.isIdentifier(name)) return ts.setTextRange(this.scoped(name.text), name);
    if (ts.isArrayBindingPattern(name)) {
      return f.createArrayLiteralExpression(name.elements.map((e) => this.arrayElement(e)));
    }
    return f.createObjectLiteralExpression(name.elements.map((e) => this.objectElement(e)));
  }

  private arrayElement(element: ts.ArrayBindingElement): ts.Expression {
    if (ts.isOmittedExpression(element)) return element;
    const target = this.withDefault(element);
    return element.dotDotDotToken ? f.createSpreadElement(target) : target;
  }

  private objectElement(element: ts.BindingElement): ts.ObjectLiteralElementLike {
    if (element.dotDotDotToken) return f.createSpreadAssignment(this.target(element.name));
    const key = element.propertyName ?? (element.name as ts.Identifier);
    const name = ts.isComputedPropertyName(key)
      ? f.createComputedPropertyName(this.visit(key.expression))
      : ts.isIdentifier(key)
        ? f.createIdentifier(key.text)
        : key;
    return f.createPropertyAssignment(name, this.withDefault(element));
  }

  private withDefault(element: ts.BindingElement): ts.Expression {
    const target = this.target(element.name);
    return element.initializer ? f.createAssignment(target, this.visit(element.initializer)) : target;
  }

  private importStatements(node: ts.ImportDeclaration): ts.Statement[] {
    const clause = node.importClause;
    const module = this.awaitImport(node.moduleSpecifier);
    if (!clause) return [ts.setTextRange(f.createExpressionStatement(module), node)];
    const properties = this.importedProperties(clause);
    if (properties.length === 0) return [];
    const namespace = clause.namedBindings && ts.isNamespaceImport(clause.namedBindings);
    const target = namespace ? this.scoped(properties[0].local) : pattern(properties, (n) => this.scoped(n));
    const statements: ts.Statement[] = [
      f.createExpressionStatement(f.createParenthesizedExpression(f.createAssignment(target, module))),
    ];
    if (namespace && clause.name) {
      const value = f.createPropertyAccessExpression(this.scoped(properties[0].local), 'default');
      statements.push(f.createExpressionStatement(f.createAssignment(this.scoped(clause.name.text), value)));
    }
    return statements.map((s) => ts.setTextRange(s, node));
  }

  /** The imported names that exist at run time; types are left out. */
  private importedProperties(clause: ts.ImportClause): { key: string; local: string }[] {
    if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    const bindings = clause.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings)) {
      return this.names.isValueImport(bindings) ? [{ key: '*', local: bindings.name.text }] : [];
    }
    const properties =
      clause.name && this.names.isValueImport(clause) ? [{ key: 'default', local: clause.name.text }] : [];
    for (const element of bindings?.elements ?? []) {
      if (element.isTypeOnly || !this.names.isValueImport(element)) continue;
      properties.push({ key: (element.propertyName ?? element.name).text, local: element.name.text });
    }
    return properties;
  }

  private importEquals(node: ts.ImportEqualsDeclaration): ts.Statement[] {
    const reference = node.moduleReference;
    if (!ts.isExternalModuleReference(reference)) return [];
    const value = f.createCallExpression(f.createIdentifier('require'), undefined, [reference.expression]);
    return [f.createExpressionStatement(f.createAssignment(this.scoped(node.name.text), value))];
  }

  private result(expression: ts.Expression): ts.Statement {
    const value = f.createPropertyAssignment('value', this.visit(expression));
    return ts.setTextRange(f.createReturnStatement(f.createObjectLiteralExpression([value])), expression);
  }

  private bind(name: ts.Identifier, range: ts.Node): ts.Statement {
    const assignment = f.createAssignment(this.scoped(name.text), f.createIdentifier(name.text));
    return ts.setTextRange(f.createExpressionStatement(assignment), range);
  }

  private scoped(name: string): ts.PropertyAccessExpression {
    return f.createPropertyAccessExpression(f.createIdentifier(SCOPE), name);
  }

  private runtime(method: string, ...args: ts.Expression[]): ts.CallExpression {
    return f.createCallExpression(
      f.createPropertyAccessExpression(f.createIdentifier(RUNTIME), method),
      undefined,
      args,
    );
  }

  private awaitImport(specifier: ts.Expression): ts.Expression {
    return f.createAwaitExpression(this.runtime('importModule', specifier));
  }

  private visit<T extends ts.Node>(node: T): T {
    return ts.visitNode(node, (n) => this.visitor(n)) as T;
  }

  private children<T extends ts.Node>(node: T): T {
    return ts.visitEachChild(node, (n) => this.visitor(n), this.context);
  }

  private visitor(node: ts.Node): ts.Node {
    // `extends Base<T>` counts as a type, but its expression is a value.
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
    if (ts.isIdentifier(node)) return this.identifier(node);
    if (ts.isShorthandPropertyAssignment(node)) return this.shorthand(node);
    if (ts.isAwaitExpression(node)) {
      return f.updateAwaitExpression(node, this.runtime('guard', this.visit(node.expression)));
    }
    if (ts.isForOfStatement(node) && node.awaitModifier) return this.forAwait(this.children(node));
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      return this.runtime('importModule', ...node.arguments.map((a) => this.visit(a)));
    }
    if (ts.isCallExpression(node) && this.isScopedIdentifier(node.expression)) {
      return this.call(node as ts.CallExpression & { expression: ts.Identifier });
    }
    if (ts.isTaggedTemplateExpression(node) && this.isScopedIdentifier(node.tag)) {
      const tag = this.unbound(node.tag);
      return f.updateTaggedTemplateExpression(node, tag, undefined, this.visit(node.template));
    }
    if (ts.isClassLike(node)) return this.classLike(node);
    if (
      ts.isVariableStatement(node) &&
      isVarList(node.declarationList) &&
      this.isTopLevelVar(node.declarationList)
    ) {
      return this.hoistedVarStatement(node.declarationList);
    }
    if (isVarList(node) && this.isTopLevelVar(node)) return this.hoistedVar(node.declarations);
    return this.children(node);
  }

  private isScopedIdentifier(node: ts.Node): node is ts.Identifier {
    return ts.isIdentifier(node) && this.isScoped(node);
  }

  /** `f(x)` → `(0, scope.f)(x)`: the function must not get the scope as its `this`. */
  private call(node: ts.CallExpression & { expression: ts.Identifier }): ts.Expression {
    const args = node.arguments.map((a) => this.visit(a));
    const callee = this.unbound(node.expression);
    if (!ts.isCallChain(node)) return f.updateCallExpression(node, callee, undefined, args);
    return f.updateCallChain(node, callee, node.questionDotToken, undefined, args);
  }

  private unbound(name: ts.Identifier): ts.Expression {
    const value = ts.setTextRange(this.scoped(name.text), name);
    return f.createParenthesizedExpression(f.createComma(f.createNumericLiteral(0), value));
  }

  private forAwait(node: ts.ForOfStatement): ts.ForOfStatement {
    const items = this.runtime('guardIterable', node.expression);
    return f.updateForOfStatement(node, node.awaitModifier, node.initializer, items, node.statement);
  }

  private classLike(node: ts.ClassLikeDeclaration): ts.Node {
    this.enclosingClasses.push(ts.getOriginalNode(node) as ts.ClassLikeDeclaration);
    const visited = this.children(node);
    this.enclosingClasses.pop();
    return visited;
  }

  private identifier(node: ts.Identifier): ts.Node {
    if (!isReference(node) || !this.isScoped(node)) return node;
    return ts.setTextRange(this.scoped(node.text), node);
  }

  private isScoped(node: ts.Identifier): boolean {
    const symbol = this.names.symbolOf(node);
    if (!symbol || !this.names.isNotebookVariable(symbol)) return false;
    return !this.enclosingClasses.some((c) => symbol.declarations?.includes(c));
  }

  /** `{ a }` → `{ a: scope.a }`, and with a default in a pattern `{ a = 1 }` → `{ a: scope.a = 1 }`. */
  private shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    if (!this.isScoped(node.name)) return this.children(node);
    const initializer = node.objectAssignmentInitializer;
    const value = initializer
      ? f.createAssignment(this.scoped(node.name.text), this.visit(initializer))
      : this.scoped(node.name.text);
    return ts.setTextRange(f.createPropertyAssignment(f.createIdentifier(node.name.text), value), node);
  }

  private isTopLevelVar(node: ts.VariableDeclarationList): boolean {
    const first = firstName(node.declarations[0]);
    const symbol = first && this.names.symbolOf(first);
    return symbol !== undefined && this.names.isNotebookVariable(symbol);
  }

  private hoistedVarStatement(list: ts.VariableDeclarationList): ts.Statement {
    const initialised = list.declarations.filter((d) => d.initializer);
    if (initialised.length === 0) return f.createEmptyStatement();
    return f.createExpressionStatement(f.createParenthesizedExpression(this.hoistedVar(initialised)));
  }

  /** A `var` in an inner block or loop head, hoisted to the notebook: only its assignments remain. */
  private hoistedVar(declarations: readonly ts.VariableDeclaration[]): ts.Expression {
    const assignments = declarations.map((d) =>
      d.initializer
        ? f.createAssignment(this.target(d.name), this.visit(d.initializer))
        : this.target(d.name),
    );
    return assignments.reduce((left, right) => f.createComma(left, right));
  }
}
