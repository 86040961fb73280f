/** A regular expression as its places: what stands at each, and which may come after it. Counts tell in how many ways, 2 = two or more. */
export interface Positions {
  /** What each place takes: the source of one atom, such as `[a-z]`. */
  readonly atoms: readonly string[];
  /** From a place to those that may come next. */
  readonly follow: readonly ReadonlyMap<number, number>[];
  /** The insides of its lookarounds, which are expressions of their own. */
  readonly insides: readonly string[];
}

type Ways = ReadonlyMap<number, number>;

/** A part of it: where it may begin and end, and in how many ways it may be empty. */
interface Part {
  readonly first: Ways;
  readonly last: Ways;
  readonly empty: number;
}

const NOTHING: Part = { first: new Map(), last: new Map(), empty: 1 };
const WAYS_MAX = 2;
/** A part that is repeated more often is as ambiguous as one that is repeated so often. */
const COPIES_MAX = 4;
const ATOM =
  /\[(?:\\.|[^\]\\])*\]|\\u\{[^}]*\}|\\[pP]\{[^}]*\}|\\x[\da-f]{2}|\\u[\da-f]{4}|\\c[a-z]|\\[^bBk1-9]|[^\\[\]()|*+?^$]/iy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y;
const ASSERTION = /\^|\$|\\[bB]/y;
const GROUP = /\((?:\?(?::|<[a-z]\w*>|(<?[=!])))?/iy;

/** Reads an expression. Throws for what it cannot read: references to groups, and sets of sets. */
export function readPositions(source: string): Positions {
  const atoms: string[] = [];
  const follow: Map<number, number>[] = [];
  const insides: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  const link = (from: Ways, to: Ways): void => {
    for (const [place, ways] of from)
      for (const [next, others] of to) add(follow[place] ?? new Map<number, number>(), next, ways * others);
  };
  const sequence = (one: Part, other: Part): Part => {
    link(one.last, other.first);
    return {
      first: sum(one.first, times(other.first, one.empty)),
      last: sum(other.last, times(one.last, other.empty)),
      empty: Math.min(WAYS_MAX, one.empty * other.empty),
    };
  };
  const repeated = (read: () => Part, min: number, max: number): Part => {
    const start = at;
    const copy = (): Part => {
      at = start;
      return read();
    };
    let whole = NOTHING;
    for (let count = 0; count < Math.min(min, COPIES_MAX); count += 1) whole = sequence(whole, copy());
    if (max === min) return whole;
    const isFew = max - min < COPIES_MAX;
    for (let count = 0; count < (isFew ? max - min : 1); count += 1) {
      const part = copy();
      if (!isFew) link(part.last, part.first);
      // A turn that takes nothing is not taken.
      whole = sequence(whole, { ...part, empty: 1 });
    }
    return whole;
  };

  const single = (): Part => {
    if (take(ASSERTION) !== null) return NOTHING;
    const group = take(GROUP);
    if (group !== null) {
      const start = at;
      if (group[1] === undefined) return closed(choice());
      // What it looks at is read for its end alone: of its own it is an expression.
      const places = atoms.length;
      closed(choice());
      atoms.length = follow.length = places;
      insides.push(source.slice(start, at - 1));
      return NOTHING;
    }
    const atom = take(ATOM);
    if (atom === null) throw new Error(`Not read: /${source}/ at ${String(at)}.`);
    const place = atoms.push(atom[0]) - 1;
    follow.push(new Map());
    return { first: new Map([[place, 1]]), last: new Map([[place, 1]]), empty: 0 };
  };
  const closed = (part: Part): Part => {
    if (source[at] !== ')') throw new Error(`Not read: /${source}/ at ${String(at)}.`);
    at += 1;
    return part;
  };
  const item = (): Part => {
    const start = at;
    const places = atoms.length;
    const seen = insides.length;
    const part = single();
    const quantifier = take(QUANTIFIER);
    if (quantifier === null) return part;
    const end = at;
    // Once more from its start, as often as it is copied.
    atoms.length = follow.length = places;
    insides.length = seen;
    at = start;
    const [min, max] = bounds(quantifier);
    const whole = repeated(single, min, max);
    at = end;
    return whole;
  };
  const choice = (): Part => {
    let all: Part | null = null;
    do {
      if (all !== null) at += 1;
      let one = NOTHING;
      while (at < source.length && source[at] !== '|' && source[at] !== ')') one = sequence(one, item());
      all = all === null ? one : either(all, one);
    } while (source[at] === '|');
    return all;
  };

  choice();
  if (at < source.length) throw new Error(`Not read: /${source}/ at ${String(at)}.`);
  return { atoms, follow, insides };
}

function bounds([, sign, least, isOpen, most]: RegExpExecArray): readonly [number, number] {
  if (sign === '?') return [0, 1];
  if (sign !== undefined) return [sign === '+' ? 1 : 0, Number.POSITIVE_INFINITY];
  const min = Number(least);
  if (isOpen === undefined) return [min, min];
  return [min, most === '' ? Number.POSITIVE_INFINITY : Number(most)];
}

function either(one: Part, other: Part): Part {
  const empty = Math.min(WAYS_MAX, one.empty + other.empty);
  return { first: sum(one.first, other.first), last: sum(one.last, other.last), empty };
}

function add(into: Map<number, number>, place: number, ways: number): void {
  into.set(place, Math.min(WAYS_MAX, (into.get(place) ?? 0) + ways));
}

function sum(one: Ways, other: Ways): Ways {
  const all = new Map(one);
  for (const [place, ways] of other) add(all, place, ways);
  return all;
}

function times(ways: Ways, factor: number): Ways {
  if (factor === 0) return new Map();
  return new Map([...ways].map(([place, count]) => [place, Math.min(WAYS_MAX, count * factor)]));
}
