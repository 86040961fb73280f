import ts from 'typescript';

/** One small fault in a source. */
export interface Mutant {
  readonly id: number;
  readonly line: number;
  /** The whole line, without the space before it. */
  readonly lineText: string;
  readonly was: string;
  readonly becomes: string;
}

/** A source in which every mutant is there at once; `globalThis.mutant` says which of them acts, 0 = none. */
export interface Instrumented {
  readonly text: string;
  readonly mutants: readonly Mutant[];
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
};
const METHODS: Readonly<Record<string, string>> = {
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
};

/** Plants mutants into everything that runs inside functions: comparisons, logic, arithmetic, conditions, negations, booleans,
 *  numbers, some methods, and statements left out. Not into texts, which are for people, nor into what runs once at import. */
export function instrument(source: string): Instrumented {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const planter = new Planter(source, file);
  return { text: planter.emit(file), mutants: planter.mutants };
}

class Planter {
  readonly mutants: Mutant[] = [];
  readonly #source: string;
  readonly #file: ts.SourceFile;
  #depth = 0;

  constructor(source: string, file: ts.SourceFile) {
    this.#source = source;
    this.#file = file;
  }

  /** The node's text with mutants in it. */
  emit(node: ts.Node): string {
    const isBody = ts.isFunctionLike(node);
    if (isBody) this.#depth += 1;
    const plain = this.#withChildren(node);
    if (isBody) this.#depth -= 1;
    return this.#depth > 0 ? this.#planted(node, plain) : plain;
  }

  #withChildren(node: ts.Node): string {
    let text = '';
    let position = node.getFullStart();
    node.forEachChild((child) => {
      text += this.#source.slice(position, child.getFullStart());
      text += isLeftAlone(node, child) ? child.getFullText(this.#file) : this.emit(child);
      position = child.end;
    });
    return text + this.#source.slice(position, node.end);
  }

  #planted(node: ts.Node, plain: string): string {
    const lead = this.#source.slice(node.getFullStart(), node.getStart(this.#file));
    const body = plain.slice(lead.length);
    const was = node.getText(this.#file);
    if (ts.isExpressionStatement(node)) {
      // With braces around: an else that follows belongs to an if before.
      return `${lead}{ if (globalThis.mutant !== ${String(this.#add(node, was, '(left out)'))}) { ${body} } }`;
    }
    const others = ts.isExpression(node) ? mutations(node, was, this.#file) : [];
    if (others.length === 0) return plain;
    const chosen = others.map(
      (other) => `globalThis.mutant === ${String(this.#add(node, was, other))} ? (${other}) : `,
    );
    return `${lead}(${chosen.join('')}(${body}))`;
  }

  #add(node: ts.Node, was: string, becomes: string): number {
    const id = this.mutants.length + 1;
    const line = this.#file.getLineAndCharacterOfPosition(node.getStart(this.#file)).line + 1;
    const lineText = (this.#source.split('\n')[line - 1] ?? '').trim();
    this.mutants.push({ id, line, lineText, was, becomes });
    return id;
  }
}

/** Types, names, and what is assigned to. */
function isLeftAlone(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isTypeNode(child) || ts.isTypeParameterDeclaration(child) || ts.isPropertyName(child)) {
    // A property name is an expression too where it stands by itself.
    return ts.isTypeNode(child) || !ts.isExpression(child) || ('name' in parent && parent.name === child);
  }
  return ts.isBinaryExpression(parent) && child === parent.left && isAssignment(parent);
}

function isAssignment({ operatorToken }: ts.BinaryExpression): boolean {
  const { kind } = operatorToken;
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function mutations(node: ts.Expression, was: string, file: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  if (isCondition(node)) found.push('true', 'false');
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText(file);
    const [left, right] = [node.left.getText(file), node.right.getText(file)];
    // A sum with a text in it is no arithmetic.
    if (operator === '+' && /['"`]/.test(was)) return found;
    for (const other of OPERATORS[operator] ?? []) found.push(`${left} ${other} ${right}`);
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    found.push(node.operand.getText(file));
  } else if (was === 'true' || was === 'false') found.push(was === 'true' ? 'false' : 'true');
  else if (ts.isNumericLiteral(node)) found.push(`${was} + 1`);
  else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression, name } = node.expression;
    const other = METHODS[name.text];
    const args = node.arguments.map((argument) => argument.getText(file)).join(', ');
    if (other !== undefined) found.push(`${expression.getText(file)}.${other}(${args})`);
  }
  return found;
}

/** What an if, a while or a ?: looks at. */
function isCondition(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}
