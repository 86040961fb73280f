import { readPositions, type Positions } from './expression-positions.ts';

/** Characters by which atoms are told apart: all of Latin, and some that others take for letters, digits, spaces or ends of lines. */
const CHARACTERS = [
  ...Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)),
  ...'\u2028\u2029\u200b\u202e\u0301\ufeff\ufffd\u0663ӝ中\u{1f600}\u{e000}\ud800',
];

/** Is there a text that the expression can read in two ways from a place back to the same place? Then each more of it doubles what an
 *  engine that goes back and forth must try. Also of expressions within its lookarounds. Throws when it cannot be read. */
export function isExponential(source: string, flags: string): boolean {
  const positions = readPositions(source);
  const shares = sharingOf(positions.atoms, flags.replaceAll(/[gy]/g, ''));
  return (
    groupsOf(positions).some((group) => isAmbiguous(positions, group, shares)) ||
    positions.insides.some((inside) => isExponential(inside, flags))
  );
}

/** Is there a character that both places take? */
type Shares = (one: number, other: number) => boolean;

function sharingOf(atoms: readonly string[], flags: string): Shares {
  const taken = atoms.map((atom) => {
    const pattern = new RegExp(`^(?:${atom})$`, flags);
    return CHARACTERS.map((character) => pattern.test(character));
  });
  return (one, other) =>
    taken[one]?.some((isTaken, index) => isTaken && taken[other]?.[index] === true) ?? false;
}

/** Places that can be reached from each other: only there something comes again and again. */
function groupsOf({ follow }: Positions): readonly (readonly number[])[] {
  const reached = follow.map((_, start) => {
    const seen = new Set<number>();
    const waiting = [start];
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop())
      for (const next of follow[place]?.keys() ?? [])
        if (!seen.has(next)) {
          seen.add(next);
          waiting.push(next);
        }
    return seen;
  });
  const groups = new Map<string, number[]>();
  reached.forEach((places, start) => {
    if (!places.has(start)) return;
    const group = [...places].filter((place) => reached[place]?.has(start) === true).sort((a, b) => a - b);
    groups.set(group.join(), group);
  });
  return [...groups.values()];
}

/** Two readers of the same text start at one place: can they part and meet there again? */
function isAmbiguous({ follow }: Positions, group: readonly number[], shares: Shares): boolean {
  const within = new Set(group);
  const nextOf = (place: number): readonly number[] =>
    [...(follow[place]?.keys() ?? [])].filter((next) => within.has(next));
  // Two ways to the same place need no second place.
  if (group.some((place) => nextOf(place).some((next) => (follow[place]?.get(next) ?? 0) > 1))) return true;
  const size = follow.length;
  const forward = new Map<number, number[]>();
  const backward = new Map<number, number[]>();
  for (const one of group)
    for (const other of group)
      for (const next of nextOf(one))
        for (const otherNext of nextOf(other)) {
          if (!shares(next, otherNext)) continue;
          const [from, to] = [one * size + other, next * size + otherNext];
          forward.set(from, [...(forward.get(from) ?? []), to]);
          backward.set(to, [...(backward.get(to) ?? []), from]);
        }
  return group.some((place) => {
    const start = place * size + place;
    const back = reachedFrom(backward, start);
    return [...reachedFrom(forward, start)].some(
      (pair) => Math.floor(pair / size) !== pair % size && back.has(pair),
    );
  });
}

function reachedFrom(edges: ReadonlyMap<number, readonly number[]>, start: number): ReadonlySet<number> {
  const seen = new Set<number>();
  const waiting = [start];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop())
    for (const next of edges.get(pair) ?? [])
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
  return seen;
}
