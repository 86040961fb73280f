import { createHash } from 'node:crypto';
import type { Allowed } from './decision.ts';

/** Longest time a decision may be kept, ms. */
export const CACHE_MS_MAX = 60_000;
const ENTRIES_MAX = 10_000;

/** Keeps grants of keys without limits for a short time. While one is kept, a revoked key goes on working: that is what the time
 *  saved costs. Keys are kept as hashes. */
export class DecisionCache {
  readonly #keepMs: number;
  readonly #entries = new Map<string, { readonly decision: Allowed; readonly until: number }>();

  constructor(cacheMs: number) {
    this.#keepMs = Math.min(cacheMs, CACHE_MS_MAX);
  }

  /** Name of a question; null when nothing is kept. Whatever a decision can depend on is in it. */
  nameOf(question: unknown): string | null {
    if (this.#keepMs <= 0) return null;
    return createHash('sha256').update(JSON.stringify(question)).digest('base64');
  }

  find(name: string, nowMs: number): Allowed | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    if (entry.until > nowMs) return entry.decision;
    this.#entries.delete(name);
    return null;
  }

  keep(name: string, decision: Allowed, nowMs: number): void {
    const { key, quota, rateLimit, rateLimits, rotation } = decision;
    if (rateLimit !== null || rateLimits.length > 0 || quota !== null) return;
    const ends = [nowMs + this.#keepMs, key.expiresAt, rotation === null ? null : rotation.secretEndsAt];
    const until = Math.min(...ends.filter((end) => end !== null));
    this.#entries.set(name, { decision, until });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
  }
}
