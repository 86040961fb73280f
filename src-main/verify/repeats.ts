/** How long a caller's own request id is remembered. */
const REMEMBERED_MS = 5 * 60_000;
/** Bounds the memory; beyond it the oldest ids are forgotten early. */
const REMEMBERED_MAX = 100_000;

interface Remembered {
  readonly fingerprint: string;
  readonly atMs: number;
  hasSpent: boolean;
}

/** What an id that a caller sent means: `first` time seen, a `repeat`, or the id of a different request. */
export type Repeat =
  | { readonly kind: 'first' | 'other' }
  | {
      readonly kind: 'repeat';
      /** The request already paid from rate limit and quota. */
      readonly hasSpent: boolean;
    };

const FIRST: Repeat = { kind: 'first' };
const OTHER: Repeat = { kind: 'other' };

/** Request ids of the last five minutes, so that a retried call neither spends nor logs twice. Decisions are not kept: a repeat
 *  is decided anew. `id` is unique per service; `fingerprint` is a keyed hash, never the key. Times are monotonic ms. */
export class Repeats {
  // In order of first sight, because a Map keeps it: the oldest come first.
  readonly #seen = new Map<string, Remembered>();

  find(id: string, fingerprint: string, nowMs: number): Repeat {
    const seen = this.#seen.get(id);
    if (seen === undefined || nowMs - seen.atMs >= REMEMBERED_MS) return FIRST;
    if (seen.fingerprint !== fingerprint) return OTHER;
    return { kind: 'repeat', hasSpent: seen.hasSpent };
  }

  /** Notes the outcome of a request. What was paid once stays paid, also when the repeat was refused. */
  remember(id: string, fingerprint: string, hasSpent: boolean, nowMs: number): void {
    const seen = this.#seen.get(id);
    if (seen !== undefined && nowMs - seen.atMs < REMEMBERED_MS) {
      seen.hasSpent ||= hasSpent;
      return;
    }
    this.#seen.delete(id);
    this.#forget(nowMs);
    this.#seen.set(id, { fingerprint, atMs: nowMs, hasSpent });
  }

  #forget(nowMs: number): void {
    for (const [id, seen] of this.#seen) {
      if (nowMs - seen.atMs < REMEMBERED_MS && this.#seen.size < REMEMBERED_MAX) return;
      this.#seen.delete(id);
    }
  }
}
