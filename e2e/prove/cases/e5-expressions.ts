import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Figure, ProveCase } from '../case.ts';
import { sourceProgram } from '../program.ts';
import { isExponential } from '../worlds/ambiguous-expression.ts';

/** What is part of the program, not of its tests. */
const FOLDERS = ['src-main', 'src-renderer', 'resources/clients/typescript'];

/** A regular expression of the code. */
interface Expression {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Every literal of the program, and every `new RegExp` of texts that are written there. */
function expressionsOf(root: string): readonly Expression[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|test-support|node_modules/.test(name))
      .flatMap((name) => inFile(join(folder, name), readFileSync(join(root, folder, name), 'utf8'))),
  );
}

function inFile(path: string, text: string): readonly Expression[] {
  const found: Expression[] = [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
      const [source, flags] = [node.text.slice(1, end), node.text.slice(end + 1)];
      found.push({ place: `${path}:${String(line)}`, source, flags });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function safety(expressions: readonly Expression[]): Figure {
  const unsafe = expressions.filter(({ source, flags }) => isExponential(source, flags));
  const first = unsafe[0];
  return {
    reached: `${String(unsafe.length)} of ${String(expressions.length)} regular expressions can be made to go back and forth without end${first === undefined ? '' : ` (${first.place}: /${first.source}/)`}`,
    holds: unsafe.length === 0 && expressions.length > 100,
  };
}

const planted = (source: string): Promise<Figure> =>
  Promise.resolve(safety([...expressionsOf(sourceProgram().root), { place: 'planted', source, flags: '' }]));

/** What a regular expression may cost. */
export const cases: readonly ProveCase[] = [
  {
    id: 'E5r',
    promise: 'No regular expression of the program takes exponential time, whatever text it is given',
    target: '0 of all literals in which one text can be read in two ways again and again',
    tier: 'T1',
    isBeside: true,
    figure: async () => safety(expressionsOf(sourceProgram().root)),
    controls: [
      { fault: 'a repetition within a repetition', run: () => planted('^(a+)+$') },
      { fault: 'a choice whose parts overlap', run: () => planted(String.raw`^(\w|\d|-)*@`) },
      { fault: 'a group that may be nothing but its repetition', run: () => planted('^(x*y?)*z') },
      {
        fault: 'a list whose separator is also within its items',
        run: () => planted(String.raw`^([a-z.]+\.?)+$`),
      },
    ],
  },
];
