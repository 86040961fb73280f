/** A sequence of numbers that looks random and is the same for the same seed, so that what failed can be seen again. */
export interface Random {
  /** From 0 up to, but not, 1. */
  readonly next: () => number;
  /** From 0 up to, but not, `end`. */
  readonly below: (end: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** `length` characters of `alphabet`. */
  readonly text: (length: number, alphabet: readonly string[]) => string;
}

/** Mulberry32: enough for tests, no good for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  const pick = <T>(choices: readonly T[]): T => {
    const chosen = choices[below(choices.length)];
    if (chosen === undefined) throw new Error('There is nothing to choose from.');
    return chosen;
  };
  return {
    next,
    below,
    pick,
    text: (length, alphabet) => Array.from({ length }, () => pick(alphabet)).join(''),
  };
}
