import { METHODS, PATTERN_CHARACTERS_MAX, type Method } from '#contract/http-methods.ts';
import { isNameOfOne } from './name-of-one.ts';
import { normalisePath } from './normalise-path.ts';
import { parsePattern } from './path-rules.ts';

/** Requests for one path that the catalogue does not have. */
export interface ObservedPath {
  readonly method: string;
  /** As it was logged, maybe with a query string. */
  readonly path: string;
  readonly requests: number;
  readonly allowed: number;
  readonly lastMs: number;
}

/** A template for some of them. */
export interface SuggestedTemplate extends ObservedPath {
  readonly method: Method;
  readonly pathCount: number;
  /** The most frequent paths, without query strings. */
  readonly examples: readonly string[];
}

/** So many texts in one place, below which everything is alike, are names of things and not of endpoints. */
const SIBLINGS_MAX = 20;
const EXAMPLES_MAX = 3;
/** Short ids with a prefix: `ord_8f3k`. */
const PREFIXED_ID = /^[a-z]{2,8}[_-](?=[\w-]*\d)[\w-]{3,}$/i;
/** What patterns say with these characters a path cannot mean. */
const PATTERN_CHARACTERS = /[*{}]/;

/** Finds templates for paths: `/v1/items/482` and `/v1/items/483` are `/v1/items/{id}`. A segment becomes a parameter where it looks like
 *  an id, where the catalogue has a parameter, under its name there, and where more than 20 texts stand in one place with all
 *  the same below them (`{name}`; never in the first segment). Most requests first. Paths that no pattern can say, and
 *  methods that the catalogue does not know, are left out. */
export function suggestTemplates(
  observed: readonly ObservedPath[],
  catalogue: readonly { readonly path: string }[],
): readonly SuggestedTemplate[] {
  const known = new KnownNode();
  for (const { path } of catalogue) known.add(path);
  const root = new PathNode();
  for (const one of observed) insert(root, known, one);
  mergeNames(root, 0);
  const found: SuggestedTemplate[] = [];
  collect(root, [], found);
  return found.sort((a, b) => b.requests - a.requests || (a.path < b.path ? -1 : 1));
}

/** What the catalogue has in one place. */
class KnownNode {
  readonly literals = new Map<string, KnownNode>();
  parameter: { readonly name: string; readonly node: KnownNode } | null = null;

  add(path: string): void {
    const parsed = parsePattern(path);
    if (!parsed.ok) return;
    const texts = path.slice(1).split('/');
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- walks down from here
    let node: KnownNode = this;
    for (const [index, segment] of parsed.pattern.segments.entries()) {
      if (segment !== null) node = kept(node.literals, segment, () => new KnownNode());
      else {
        const name = texts[index] === '*' ? 'id' : (texts[index] ?? '').slice(1, -1);
        node.parameter ??= { name, node: new KnownNode() };
        node = node.parameter.node;
      }
    }
  }
}

interface Seen {
  requests: number;
  allowed: number;
  lastMs: number;
  readonly paths: Map<string, number>;
}

/** Observed paths in one place. */
class PathNode {
  /** By text, or by `{name}`: texts with braces are not let in. */
  readonly children = new Map<string, PathNode>();
  readonly ends = new Map<Method, Seen>();
  /** The catalogue has this text in this place: it is no name of one thing. */
  isKnown = false;
}

function insert(root: PathNode, catalogue: KnownNode, one: ObservedPath): void {
  const method = METHODS.find((name) => name === one.method);
  const asked = normalisePath(one.path);
  if (method === undefined || !asked.ok || PATTERN_CHARACTERS.test(asked.path)) return;
  const texts = asked.path.slice(1).split('/');
  let node = root;
  let known: KnownNode | null = catalogue;
  for (const [index, segment] of asked.segments.entries()) {
    const step = stepOf(known, segment, texts[index] ?? '');
    node = kept(node.children, step.text, () => new PathNode());
    node.isKnown ||= step.isKnown;
    known = step.known;
  }
  const seen = kept(node.ends, method, () => ({ requests: 0, allowed: 0, lastMs: 0, paths: new Map() }));
  addTo(seen, { ...one, paths: new Map([[asked.path, one.requests]]) });
}

function stepOf(
  known: KnownNode | null,
  segment: string,
  text: string,
): { readonly text: string; readonly known: KnownNode | null; readonly isKnown: boolean } {
  const literal = known?.literals.get(segment);
  if (literal !== undefined) return { text, known: literal, isKnown: true };
  const parameter = segment === '' ? null : (known?.parameter ?? null);
  if (parameter !== null) return { text: `{${parameter.name}}`, known: parameter.node, isKnown: true };
  const isId = isNameOfOne(segment) || PREFIXED_ID.test(segment);
  return { text: isId ? '{id}' : text, known: null, isKnown: false };
}

/** Deepest first: what is merged below makes places above alike. */
function mergeNames(node: PathNode, depth: number): void {
  for (const child of node.children.values()) mergeNames(child, depth + 1);
  if (depth === 0 || node.children.size <= SIBLINGS_MAX) return;
  const alike = new Map<string, string[]>();
  for (const [text, child] of node.children) {
    if (child.isKnown || text === '' || text.startsWith('{')) continue;
    kept(alike, shapeOf(child), () => []).push(text);
  }
  for (const texts of alike.values()) {
    if (texts.length <= SIBLINGS_MAX) continue;
    const target = kept(node.children, '{name}', () => new PathNode());
    for (const text of texts) {
      const child = node.children.get(text);
      if (child !== undefined) mergeInto(target, child);
      node.children.delete(text);
    }
  }
}

function shapeOf(node: PathNode): string {
  const below = [...node.children].map(([text, child]) => `${text}(${shapeOf(child)})`).sort();
  return `${node.ends.size > 0 ? '.' : ''}${below.join('/')}`;
}

function mergeInto(target: PathNode, source: PathNode): void {
  for (const [method, seen] of source.ends) {
    addTo(
      kept(target.ends, method, () => ({ requests: 0, allowed: 0, lastMs: 0, paths: new Map() })),
      seen,
    );
  }
  for (const [text, child] of source.children) {
    mergeInto(
      kept(target.children, text, () => new PathNode()),
      child,
    );
  }
}

function addTo(seen: Seen, more: Readonly<Seen>): void {
  seen.requests += more.requests;
  seen.allowed += more.allowed;
  seen.lastMs = Math.max(seen.lastMs, more.lastMs);
  for (const [path, requests] of more.paths) seen.paths.set(path, (seen.paths.get(path) ?? 0) + requests);
}

function collect(node: PathNode, texts: readonly string[], found: SuggestedTemplate[]): void {
  for (const [text, child] of node.children) collect(child, [...texts, text], found);
  const path = `/${numbered(texts).join('/')}`;
  if (path.length > PATTERN_CHARACTERS_MAX || !parsePattern(path).ok) return;
  for (const [method, { requests, allowed, lastMs, paths }] of node.ends) {
    const examples = [...paths]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, EXAMPLES_MAX)
      .map(([one]) => one);
    found.push({ method, path, requests, allowed, lastMs, pathCount: paths.size, examples });
  }
}

/** Two parameters of one path have two names: `/items/{id}/parts/{id2}`. */
function numbered(texts: readonly string[]): readonly string[] {
  const used = new Map<string, number>();
  return texts.map((text) => {
    if (!text.startsWith('{')) return text;
    const count = (used.get(text) ?? 0) + 1;
    used.set(text, count);
    return count === 1 ? text : `${text.slice(0, -1)}${String(count)}}`;
  });
}

function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
