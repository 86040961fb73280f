/** A key that was good within this time counts as known, at the most twice as long. */
const KNOWN_MS = 10 * 60_000;
/** Names in each of the two generations. */
const KNOWN_MAX = 50_000;
/** A power of two. */
const NOTED_PLACES = 4_096;

/** Which keys were good lately: each under its name, the key id, or the keyed hash of an imported key, whose id nobody knows before it
 *  is looked up, and with the tag of its secret (secretTag), because key ids are public. Says nothing about whether they still are: it
 *  only tells who is turned away last when there is too much to do. Times are monotonic ms. */
export class KnownKeys {
  // Two generations that take turns: forgetting is one assignment.
  #recent = new Generation();
  #former = new Generation();
  #sinceMs = 0;
  /** Names that are noted in the recent generation already, each at a place that follows from its tag: a key in use is looked up no further. */
  readonly #noted = Array.from({ length: NOTED_PLACES }, () => '');
  readonly #notedTags = new Int32Array(NOTED_PLACES);

  note(name: string, tag: number, nowMs: number): void {
    if (nowMs - this.#sinceMs >= KNOWN_MS || this.#recent.size >= KNOWN_MAX) {
      this.#former = nowMs - this.#sinceMs < 2 * KNOWN_MS ? this.#recent : new Generation();
      this.#recent = new Generation();
      this.#sinceMs = nowMs;
      this.#noted.fill('');
    }
    const place = tag & (NOTED_PLACES - 1);
    if (this.#notedTags[place] === tag && this.#noted[place] === name) return;
    this.#recent.note(name, tag);
    this.#noted[place] = name;
    this.#notedTags[place] = tag;
  }

  has(name: string, tag: number, nowMs: number): boolean {
    const ageMs = nowMs - this.#sinceMs;
    return (
      (ageMs < 2 * KNOWN_MS && this.#recent.has(name, tag)) ||
      (ageMs < KNOWN_MS && this.#former.has(name, tag))
    );
  }
}

/** The tags of names; of each name two, because two secrets of a key are good while it is in rotation. */
class Generation {
  readonly #first = new Map<string, number>();
  readonly #second = new Map<string, number>();

  get size(): number {
    return this.#first.size;
  }

  note(name: string, tag: number): void {
    const first = this.#first.get(name);
    if (first === tag) return;
    (first === undefined ? this.#first : this.#second).set(name, tag);
  }

  has(name: string, tag: number): boolean {
    return this.#first.get(name) === tag || this.#second.get(name) === tag;
  }
}
