import type { KeysDatabase } from '#main/sqlite/keys-database.ts';
import type { KeyStatusCounts } from '#main/sqlite/key-count-queries.ts';

/** Keys counted without a pause: about half a millisecond, for which a verification may have to wait. */
const SLICE_KEYS = 500;
/** A count is good for this long. */
const FRESH_MS = 60_000;

/** Counts the keys by status for monitoring, in slices between which verifications go on. */
export class KeyStatusCount {
  readonly #parts: { readonly db: () => KeysDatabase; readonly nowMs: () => number };
  #counted: { readonly atMs: number; readonly counts: KeyStatusCounts } | null = null;
  #running: Promise<KeyStatusCounts> | null = null;

  constructor(parts: { readonly db: () => KeysDatabase; readonly nowMs: () => number }) {
    this.#parts = parts;
  }

  /** At most FRESH_MS old. Rejects when the store cannot be read. */
  async read(): Promise<KeyStatusCounts> {
    const nowMs = this.#parts.nowMs();
    if (this.#counted !== null && nowMs - this.#counted.atMs < FRESH_MS) return this.#counted.counts;
    this.#running ??= this.#count(nowMs).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #count(nowMs: number): Promise<KeyStatusCounts> {
    let total: KeyStatusCounts = { active: 0, rotating: 0, suspended: 0, expired: 0, revoked: 0 };
    let afterId: string | null = '';
    while (afterId !== null) {
      const { counts, lastId } = this.#parts.db().keyCounts.slice(afterId, SLICE_KEYS, nowMs);
      total = sum(total, counts);
      afterId = lastId;
      if (afterId !== null) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#counted = { atMs: nowMs, counts: total };
    return total;
  }
}

function sum(a: KeyStatusCounts, b: KeyStatusCounts): KeyStatusCounts {
  return {
    active: a.active + b.active,
    rotating: a.rotating + b.rotating,
    suspended: a.suspended + b.suspended,
    expired: a.expired + b.expired,
    revoked: a.revoked + b.revoked,
  };
}
