import { addressSource } from '#main/domain/ip-address.ts';

/** Sources that are remembered at the same time. Beyond it those that have waited longest are forgotten. */
const SOURCES_MAX = 10_000;
/** Where no address is known all callers count together. */
const UNKNOWN = 'unknown';

/** How often one address may do something. */
export interface AddressLimit {
  readonly limit: number;
  readonly windowMs: number;
}

/** Counts what single addresses do on public pages: `limit` at once, and then as many in each `windowMs`, evenly. An IPv6 address
 *  counts by its /64. */
export class AddressThrottle {
  readonly #limit: AddressLimit;
  /** When each source will have its whole allowance again; the least recently seen first. */
  readonly #freeAtMs = new Map<string, number>();

  constructor(limit: AddressLimit) {
    this.#limit = limit;
  }

  /** Takes one turn: 0, or the ms to wait until there is one again, in which case none is taken. */
  take(address: string | null, nowMs: number): number {
    const { limit, windowMs } = this.#limit;
    const source = (address === null ? null : addressSource(address)) ?? UNKNOWN;
    const turnMs = windowMs / limit;
    const freeAtMs = Math.max(nowMs, Math.min(this.#freeAtMs.get(source) ?? 0, nowMs + windowMs));
    const waitMs = freeAtMs + turnMs - (nowMs + windowMs);
    if (waitMs > 0) return Math.ceil(waitMs);
    this.#freeAtMs.delete(source);
    this.#freeAtMs.set(source, freeAtMs + turnMs);
    if (this.#freeAtMs.size > SOURCES_MAX) this.#forgetOldest();
    return 0;
  }

  #forgetOldest(): void {
    for (const source of this.#freeAtMs.keys()) {
      this.#freeAtMs.delete(source);
      return;
    }
  }
}
