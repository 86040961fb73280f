import type { RefusedDecision, VerifyRequest, VerifyResponse } from '#contract/verify.ts';
import type { Keyring } from '#main/platform/keyring.ts';

/** How long a caller's own request id is remembered. */
const REMEMBERED_MS = 5 * 60_000;
/** Bounds the memory; beyond it the oldest ids are forgotten early. */
const REMEMBERED_MAX = 100_000;

interface Remembered {
  readonly fingerprint: string;
  readonly atMs: number;
  readonly refused: RefusedBefore | null;
}

/** A refusal as it is remembered. The help address is made anew, because it repeats the path, percent-encoded. */
export type RefusedBefore = Omit<RefusedDecision, 'help' | 'latencyUs' | 'trace'>;

/** What an id that a caller sent means: `first` time seen, the repeat of a `granted` or of a `refused` request, or the id of a
 *  different request (`other`). */
export type Repeat =
  | { readonly kind: 'first' | 'granted' | 'other' }
  | { readonly kind: 'refused'; readonly before: RefusedBefore };

const FIRST: Repeat = { kind: 'first' };
const GRANTED: Repeat = { kind: 'granted' };
const OTHER: Repeat = { kind: 'other' };

/** Request ids of the last five minutes, so that a retried call neither spends nor logs twice. Grants are not kept: the repeat
 *  of one is decided anew. Refusals are: an id that was refused, and is in the log as refused, is never granted later.
 *  `id` is unique per service; `fingerprint` is a keyed hash, never the key. Times are monotonic ms. */
export class Repeats {
  // In order of first sight, because a Map keeps it: the oldest come first.
  readonly #seen = new Map<string, Remembered>();

  find(id: string, fingerprint: string, nowMs: number): Repeat {
    const seen = this.#seen.get(id);
    if (seen === undefined || nowMs - seen.atMs >= REMEMBERED_MS) return FIRST;
    if (seen.fingerprint !== fingerprint) return OTHER;
    return seen.refused === null ? GRANTED : { kind: 'refused', before: seen.refused };
  }

  /** Notes the outcome of a request whose id is `first` seen; `refused` is null when it was granted. */
  remember(id: string, fingerprint: string, refused: RefusedBefore | null, nowMs: number): void {
    this.#seen.delete(id);
    this.#forget(nowMs);
    this.#seen.set(id, { fingerprint, atMs: nowMs, refused });
  }

  #forget(nowMs: number): void {
    for (const [id, seen] of this.#seen) {
      if (nowMs - seen.atMs < REMEMBERED_MS && this.#seen.size < REMEMBERED_MAX) return;
      this.#seen.delete(id);
    }
  }
}

/** Tells whether a repeated id belongs to the same request. A keyed hash, because the key must not stay in memory. */
export function fingerprintOf(keyring: Keyring, request: VerifyRequest): string {
  const { key, keyId, secret, method, path, scopes, scopeQuery, cost, rateLimits } = request;
  const parts = [key, keyId, secret, method, path, scopes, scopeQuery, cost, rateLimits];
  return keyring.hashText(JSON.stringify(parts));
}

/** What is remembered of a decision; null of a grant. */
export function refusedBefore(decision: VerifyResponse): RefusedBefore | null {
  if (decision.valid) return null;
  const { help: _help, latencyUs: _latencyUs, trace: _trace, ...before } = decision;
  return before;
}
