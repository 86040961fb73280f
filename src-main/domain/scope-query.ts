/** A demand on scopes as a tree. */
export type ScopeQuery =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly ScopeQuery[] }
  | { readonly kind: 'not'; readonly part: ScopeQuery };

/** What a text turned out to be. `position` counts characters from 1. */
export type ParsedScopeQuery =
  | { readonly ok: true; readonly query: ScopeQuery }
  | { readonly ok: false; readonly position: number; readonly message: string };

/** Names and operators together. */
const WORDS_MAX = 200;
/** Parentheses and NOTs inside one another. */
const DEPTH_MAX = 20;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:*/@-]{0,127}$/;
const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);

interface Word {
  readonly text: string;
  /** In upper case when it is an operator or a parenthesis; null when it is a name. */
  readonly operator: string | null;
  readonly position: number;
}

/** Reads `a AND (b OR NOT c)`. Operators in any case; NOT binds before AND, AND before OR. Linear in the text. */
export function parseScopeQuery(text: string): ParsedScopeQuery {
  const reader = new Reader(wordsOf(text), text.length + 1);
  try {
    return { ok: true, query: reader.whole() };
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    return { ok: false, position: error.position, message: error.message };
  }
}

/** What a holder of these scopes lacks: empty = the demand is met. Of alternatives the one with the least to add is named; what
 *  must not be held is told as `NOT name`. */
export function missingForQuery(query: ScopeQuery, held: ReadonlySet<string>): readonly string[] {
  switch (query.kind) {
    case 'name':
      return held.has(query.name) ? [] : [query.name];
    case 'and':
      return [...new Set(query.parts.flatMap((part) => missingForQuery(part, held)))];
    case 'or':
      return query.parts
        .map((part) => missingForQuery(part, held))
        .reduce((least, missing) => (missing.length < least.length ? missing : least));
    case 'not':
      return missingForQuery(query.part, held).length === 0 ? [`NOT ${queryText(query.part)}`] : [];
  }
}

/** A demand as text, fully parenthesised where it has parts. */
function queryText(query: ScopeQuery): string {
  switch (query.kind) {
    case 'name':
      return query.name;
    case 'not':
      return `NOT ${queryText(query.part)}`;
    default:
      return `(${query.parts.map(queryText).join(` ${query.kind.toUpperCase()} `)})`;
  }
}

/** Where and why a text is no demand. */
class Misread extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/[()]|[^\s()]+/g)].map(({ 0: word, index }) => {
    const upper = word.toUpperCase();
    const isOperator = OPERATORS.has(upper) || word === '(' || word === ')';
    return { text: word, operator: isOperator ? upper : null, position: index + 1 };
  });
}

class Reader {
  readonly #words: readonly Word[];
  readonly #endPosition: number;
  #next = 0;
  #depth = 0;

  constructor(words: readonly Word[], endPosition: number) {
    this.#words = words;
    this.#endPosition = endPosition;
  }

  whole(): ScopeQuery {
    const tooMany = this.#words[WORDS_MAX];
    if (tooMany !== undefined) {
      throw new Misread(tooMany.position, `A scopeQuery has at most ${String(WORDS_MAX)} words.`);
    }
    const query = this.#list('or', () => this.#list('and', () => this.#single()));
    const rest = this.#words[this.#next];
    if (rest === undefined) return query;
    throw new Misread(
      rest.position,
      rest.operator === ')' ? 'This ) closes nothing.' : 'Expected AND, OR or the end.',
    );
  }

  #list(kind: 'and' | 'or', part: () => ScopeQuery): ScopeQuery {
    const first = part();
    const parts = [first];
    while (this.#takes(kind.toUpperCase())) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  #single(): ScopeQuery {
    const word = this.#words[this.#next];
    if (word === undefined) throw new Misread(this.#endPosition, 'Expected the name of a scope.');
    this.#next += 1;
    if (word.operator === 'NOT') return this.#inner(word, () => ({ kind: 'not', part: this.#single() }));
    if (word.operator === '(') return this.#inner(word, () => this.#group(word));
    if (word.operator !== null) {
      throw new Misread(word.position, `Expected the name of a scope, not ${word.operator}.`);
    }
    if (NAME.test(word.text)) return { kind: 'name', name: word.text };
    throw new Misread(word.position, 'The name of a scope has letters, digits and _ . : * / @ -');
  }

  #group(opened: Word): ScopeQuery {
    const query = this.#list('or', () => this.#list('and', () => this.#single()));
    if (this.#takes(')')) return query;
    const word = this.#words[this.#next];
    if (word === undefined) throw new Misread(opened.position, 'This ( is never closed.');
    throw new Misread(word.position, 'Expected AND, OR or ).');
  }

  #inner(word: Word, read: () => ScopeQuery): ScopeQuery {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw new Misread(
        word.position,
        `More than ${String(DEPTH_MAX)} parentheses and NOTs inside one another.`,
      );
    }
    const query = read();
    this.#depth -= 1;
    return query;
  }

  #takes(operator: string): boolean {
    if (this.#words[this.#next]?.operator !== operator) return false;
    this.#next += 1;
    return true;
  }
}
