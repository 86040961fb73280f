/** A key that was good within this time counts as known, at the most twice as long. */
const KNOWN_MS = 10 * 60_000;
/** Names in each of the two sets. */
const KNOWN_MAX = 50_000;

/** Which keys were good lately, each under its name: the key id, or the keyed hash of an imported key, whose id nobody knows before it is
 *  looked up. Says nothing about whether they still are: it only tells who is turned away last when there is too
 *  much to do. Times are monotonic ms. */
export class KnownKeys {
  // Two sets that take turns: forgetting is one assignment.
  #recent = new Set<string>();
  #former = new Set<string>();
  #sinceMs = 0;

  note(name: string, nowMs: number): void {
    if (nowMs - this.#sinceMs >= KNOWN_MS || this.#recent.size >= KNOWN_MAX) {
      this.#former = nowMs - this.#sinceMs < 2 * KNOWN_MS ? this.#recent : new Set();
      this.#recent = new Set();
      this.#sinceMs = nowMs;
    }
    this.#recent.add(name);
  }

  has(name: string, nowMs: number): boolean {
    const ageMs = nowMs - this.#sinceMs;
    return (ageMs < 2 * KNOWN_MS && this.#recent.has(name)) || (ageMs < KNOWN_MS && this.#former.has(name));
  }
}
