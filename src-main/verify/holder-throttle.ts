import type { RateLimit } from '#contract/plans.ts';
import { addressSource } from '#main/domain/ip-address.ts';
import { Limiter } from './limiter.ts';

const MINUTE_MS = 60_000;
/** Parties that are counted apart at once; more of them share what one may. */
const PARTIES_MAX = 10_000;
/** How often one party may ask: people look, programs look now and then, a build farm fetches its keys, and
 *  the processes of a service a token every few minutes. */
const RATES = {
  meFrom: { limit: 60, windowMs: MINUTE_MS },
  meOf: { limit: 30, windowMs: MINUTE_MS },
  selfRevokeFrom: { limit: 10, windowMs: MINUTE_MS },
  enrollFrom: { limit: 120, windowMs: MINUTE_MS },
  enrollWith: { limit: 60, windowMs: MINUTE_MS },
  tokenFrom: { limit: 240, windowMs: MINUTE_MS },
  tokenOf: { limit: 60, windowMs: MINUTE_MS },
} as const satisfies Readonly<Record<string, RateLimit>>;

/** Where nobody told the address, all callers are one. */
const NOBODY = 'unknown';

/** Keeps key holders and builds from asking too often: they are strangers to the listener. In memory and bounded. */
export class HolderThrottle {
  readonly #limiter = new Limiter(PARTIES_MAX);

  /** Counts one question of `party`, whatever comes of it. null = it may be answered, else the ms until one may.
   *  Times are monotonic ms. */
  count(question: keyof typeof RATES, party: string | null, nowMs: number): number | null {
    const rate = RATES[question];
    const id = this.#limiter.openWindowId(question, party ?? NOBODY, nowMs);
    const window = this.#limiter.openWindow(id, rate, nowMs);
    const { fits, retryAfterMs } = window.peek(nowMs, 1);
    if (!fits) return retryAfterMs ?? rate.windowMs;
    window.count(nowMs, 1);
    return null;
  }

  /** The same for a client address: those of one IPv6 network are one. */
  countAddress(question: keyof typeof RATES, clientIp: string | null, nowMs: number): number | null {
    return this.count(question, clientIp === null ? null : (addressSource(clientIp) ?? clientIp), nowMs);
  }
}
