/** A pattern cut into segments; null stands for any one non-empty segment. */
export interface PathPattern {
  readonly segments: readonly (string | null)[];
  /** The pattern ends in `**`: whatever follows matches, also nothing after the last slash. */
  readonly takesRest: boolean;
}

interface Entry<T> {
  /** Place among all rules: of several that match, the first decides. */
  readonly order: number;
  readonly value: T;
  /** null = every method. */
  readonly methods: ReadonlySet<string> | null;
}

/** What can follow once the segments so far have matched. */
class Node<T> {
  readonly literals = new Map<string, Node<T>>();
  wildcard: Node<T> | null = null;
  /** Patterns that end here, and those that take whatever follows. In their order. */
  readonly ends: Entry<T>[] = [];
  readonly rests: Entry<T>[] = [];
}

/** Patterns with what they stand for, by their segments: a path meets only those that begin as it does, so that one rule among
 *  thousands costs no more than one among two. In the worst case, wildcards in every segment, it visits each node once. */
export class RuleTree<T> {
  readonly #root = new Node<T>();
  #count = 0;

  /** How many patterns there are. */
  get length(): number {
    return this.#count;
  }

  /** Adds a pattern behind all others. */
  add(pattern: PathPattern, methods: ReadonlySet<string> | null, value: T): void {
    let node = this.#root;
    for (const segment of pattern.segments) node = childOf(node, segment);
    const entry = { order: this.#count, value, methods };
    (pattern.takesRest ? node.rests : node.ends).push(entry);
    this.#count += 1;
  }

  /** The first of all patterns that match; null when none does. */
  find(method: string, segments: readonly string[]): T | null {
    if (this.#count === 0) return null;
    return firstBelow(this.#root, method, segments, 0)?.value ?? null;
  }
}

function childOf<T>(node: Node<T>, segment: string | null): Node<T> {
  if (segment === null) return (node.wildcard ??= new Node<T>());
  let child = node.literals.get(segment);
  if (child === undefined) {
    child = new Node<T>();
    node.literals.set(segment, child);
  }
  return child;
}

function firstBelow<T>(
  node: Node<T>,
  method: string,
  segments: readonly string[],
  depth: number,
): Entry<T> | null {
  const segment = segments[depth];
  if (segment === undefined) return firstFor(node.ends, method);
  // With `**` at least one more segment follows, which may be empty: `/a/**` matches `/a/` but not `/a`.
  let first = firstFor(node.rests, method);
  const literal = node.literals.get(segment);
  if (literal !== undefined) first = earlier(first, firstBelow(literal, method, segments, depth + 1));
  if (node.wildcard !== null && segment !== '') {
    first = earlier(first, firstBelow(node.wildcard, method, segments, depth + 1));
  }
  return first;
}

function firstFor<T>(entries: readonly Entry<T>[], method: string): Entry<T> | null {
  for (const entry of entries) if (entry.methods === null || entry.methods.has(method)) return entry;
  return null;
}

function earlier<T>(one: Entry<T> | null, other: Entry<T> | null): Entry<T> | null {
  if (one === null || other === null) return one ?? other;
  return one.order < other.order ? one : other;
}
