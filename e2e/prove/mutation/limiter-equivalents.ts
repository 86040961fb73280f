import type { Equivalent } from './mutation-score.ts';

const NO_HOLES = 'the index is always inside: the type does not know';

/** Mutants of the sliding window that change nothing that can be seen. */
export const WINDOW_EQUIVALENTS: readonly Equivalent[] = [
  {
    lineText: 'if (this.#count > 1) this.#first = (this.#first + 1) % this.#times.length;',
    becomes: ['1 + 1', 'true', 'this.#count >= 1'],
    why: 'where an empty ring begins is all the same; one without room is made anew with its first entry',
  },
  {
    lineText: 'return this.#isNewest(index) ? this.#newestMs : (this.#times[this.#slot(index)] ?? 0);',
    becomes: ['0 + 1'],
    why: NO_HOLES,
  },
  {
    lineText: 'return this.#isNewest(index) ? this.#newestCost : (this.#costs[this.#slot(index)] ?? 0);',
    becomes: ['0 + 1'],
    why: NO_HOLES,
  },
  {
    lineText: 'if (cost > this.#rate.limit) return null;',
    becomes: ['false'],
    why: 'all that is counted leaves and it still does not fit: the loop ends with null too, only later',
  },
  {
    lineText: 'for (let index = 0; index < this.#count; index += 1) {',
    becomes: ['index <= this.#count'],
    why: 'the last entry frees the last of what is used: the loop has ended by then',
  },
  {
    lineText: 'if (this.#count > 0) this.#pushNewest();',
    becomes: ['true', 'this.#count >= 0'],
    why: 'what is written then lies outside the ring, or in a place of it that is written before it is read',
  },
  {
    lineText: 'const times = new Float64Array(Math.max(RING_AT_FIRST, older * 2));',
    becomes: ['2 + 1'],
    why: 'only room',
  },
  {
    lineText: 'for (let index = 0; index < older; index += 1) {',
    becomes: ['index <= older'],
    why: 'the place behind the last is written before it is read',
  },
  { lineText: 'times[index] = this.#times[slot] ?? 0;', becomes: ['0 + 1'], why: NO_HOLES },
  { lineText: 'costs[index] = this.#costs[slot] ?? 0;', becomes: ['0 + 1'], why: NO_HOLES },
];

/** Mutants of the limiter that change nothing that can be seen. */
export const LIMITER_EQUIVALENTS: readonly Equivalent[] = [
  {
    lineText: 'const window = new SlidingWindow({ limit: 1, windowMs });',
    becomes: ['1 + 1'],
    why: 'each request brings its limit before it asks',
  },
  {
    lineText: 'const left = (this.#openOfOwners.get(owner) ?? 0) - 1;',
    becomes: ['0 + 1'],
    why: 'the owner of a window is always there',
  },
  {
    lineText: 'if (left > 0) this.#openOfOwners.set(owner, left);',
    becomes: ['true', 'left >= 0'],
    why: 'an owner that stands there with none is like one that does not: only room',
  },
];
