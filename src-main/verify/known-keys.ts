import type { KeyId } from '#contract/ids.ts';

/** A key that was good within this time counts as known, at the most twice as long. */
const KNOWN_MS = 10 * 60_000;
/** Ids in each of the two sets. */
const KNOWN_MAX = 50_000;

/** Which keys were good lately. Says nothing about whether they still are: it only tells who is turned away last when there is too
 *  much to do. Times are monotonic ms. */
export class KnownKeys {
  // Two sets that take turns: forgetting is one assignment.
  #recent = new Set<KeyId>();
  #former = new Set<KeyId>();
  #sinceMs = 0;

  note(keyId: KeyId, nowMs: number): void {
    if (nowMs - this.#sinceMs >= KNOWN_MS || this.#recent.size >= KNOWN_MAX) {
      this.#former = nowMs - this.#sinceMs < 2 * KNOWN_MS ? this.#recent : new Set();
      this.#recent = new Set();
      this.#sinceMs = nowMs;
    }
    this.#recent.add(keyId);
  }

  has(keyId: KeyId, nowMs: number): boolean {
    const ageMs = nowMs - this.#sinceMs;
    return (ageMs < 2 * KNOWN_MS && this.#recent.has(keyId)) || (ageMs < KNOWN_MS && this.#former.has(keyId));
  }
}
