import { createHash } from 'node:crypto';
import type { Allowed } from './decision.ts';

/** Longest time a decision may be kept, ms. */
export const CACHE_MS_MAX = 60_000;
/** Longest time for which a last good answer may stand in, ms. */
export const LAST_GOOD_MS_MAX = 3_600_000;
const ENTRIES_MAX = 10_000;

/** How long Latchkey permits that an answer is kept, ms, by its field Cache-Control; 0 unless it says so. */
export function permittedMs(cacheControl: string | null): number {
  const directives = (cacheControl ?? '').toLowerCase().split(/\s*,\s*/);
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0;
  const seconds = directives.map((directive) => /^max-age=(\d{1,6})$/.exec(directive)?.[1]).find(Boolean);
  return Number(seconds ?? 0) * 1_000;
}

/** Name of a question. Whatever a decision can depend on is in it; keys are in it as hashes. */
export function questionName(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64');
}

/** A decision that was kept, and since when, ms. */
interface Kept {
  readonly decision: Allowed;
  readonly keptAt: number;
}

/** Keeps grants of keys without limits for a short time. While one is kept, a revoked key goes on working, unless the feed of changes
 *  says so: that is what the time saved costs. */
export class DecisionCache {
  readonly #keepMs: number;
  readonly #entries = new Map<string, Kept & { readonly until: number }>();
  #changes = 0;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  get isOn(): boolean {
    return this.#keepMs > 0;
  }

  /** Another number after every change that was told: an answer to a question from before it is not kept. */
  get changes(): number {
    return this.#changes;
  }

  find(name: string, nowMs: number): Kept | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    // A clock that was set back would keep it for longer: it is asked anew.
    if (entry.keptAt <= nowMs && entry.until > nowMs) return entry;
    this.#entries.delete(name);
    return null;
  }

  /** Not beyond `untilMs`. */
  keep(
    name: string,
    decision: Allowed,
    { nowMs, changes, untilMs }: { nowMs: number; changes: number; untilMs: number },
  ): void {
    const { key, quota, rateLimit, rateLimits, rotation } = decision;
    // Whatever was kept before is older than this answer.
    this.#entries.delete(name);
    if (!this.isOn || changes !== this.#changes) return;
    if (rateLimit !== null || rateLimits.length > 0 || quota !== null) return;
    const ends = [
      untilMs,
      nowMs + this.#keepMs,
      key.expiresAt,
      rotation === null ? null : rotation.secretEndsAt,
      // Then the old secret is refused on trial.
      rotation === null ? null : (rotation.brownout?.from ?? null),
    ];
    const until = Math.min(...ends.filter((end) => end !== null));
    if (until <= nowMs) return;
    this.#entries.set(name, { decision, keptAt: nowMs, until });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
  }

  /** The same question was refused. */
  drop(name: string): void {
    this.#entries.delete(name);
  }

  /** Forgets what is kept of these keys; null = everything. */
  forget(keyIds: readonly string[] | null): void {
    this.#changes += 1;
    if (keyIds === null) {
      this.#entries.clear();
      return;
    }
    for (const [name, { decision }] of this.#entries) {
      if (keyIds.includes(decision.key.keyId)) this.#entries.delete(name);
    }
  }
}
