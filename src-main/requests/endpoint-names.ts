import type { EndpointTemplate } from '#contract/request-query.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { parsePattern } from '#main/domain/path-rules.ts';
import { RuleTree } from '#main/domain/rule-tree.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';

/** Counts of methods and paths by the template of the catalogue that fits, `GET /offers/{id}`; by the path itself, without its query
 *  string, where none does. null = without method or path. */
export function endpointNames(
  db: RequestsDatabase,
  paths: ReadonlyMap<number, ReadonlyMap<number | string, number>>,
  known: {
    readonly methodTexts: ReadonlyMap<number, string>;
    readonly endpoints: readonly EndpointTemplate[];
  },
): ReadonlyMap<string | null, number> {
  const tree = templateTree(known.endpoints);
  const ids = [...paths.values()].flatMap((counts) =>
    [...counts.keys()].filter((one) => typeof one === 'number'),
  );
  const pathTexts = db.texts.textsOf([...new Set(ids)]);
  const named = new Map<string | null, number>();
  for (const [methodId, counts] of paths) {
    const method = known.methodTexts.get(methodId);
    for (const [one, count] of counts) {
      const path = typeof one === 'string' ? one : pathTexts.get(one);
      const name =
        method === undefined || path === undefined ? null : `${method} ${shapeOf(tree, method, path)}`;
      named.set(name, (named.get(name) ?? 0) + count);
    }
  }
  return named;
}

/** The templates of a catalogue, to find the one that a request fits. */
export function templateTree(endpoints: readonly EndpointTemplate[]): RuleTree<string> {
  const tree = new RuleTree<string>();
  for (const { method, path } of endpoints) {
    const parsed = parsePattern(path);
    if (parsed.ok) tree.add(parsed.pattern, method === null ? null : new Set([method]), path);
  }
  return tree;
}

function shapeOf(tree: RuleTree<string>, method: string, path: string): string {
  const asked = normalisePath(path);
  return asked.ok ? (tree.find(method, asked.segments) ?? asked.path) : path;
}
