import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import { AppError } from '#main/platform/app-error.ts';
import { Attempt } from './attempt.ts';
import type { SimulatorParts } from './simulate.ts';
import { Policies } from './policies.ts';

/** Answers keys.limits from the counters that verification uses. Throws KEY_NOT_FOUND. */
export type LimitsLeft = (keyId: KeyId) => Output<'keys.limits'>;

type Left = Output<'keys.limits'>;

/** Asked with no cost, every limit tells what it has left. */
const NOTHING_ASKED = {
  method: null,
  path: null,
  scopes: null,
  scopeQuery: null,
  clientIp: null,
  origin: null,
  userAgent: null,
  serviceId: null,
  cost: 0,
  rateLimits: null,
} as const;

/** Makes keys.limits. */
export function createLimitsLeft({ lookup, limiter, clock }: SimulatorParts): LimitsLeft {
  const policies = new Policies();
  return (keyId) => {
    const row = lookup.findKeyById(keyId, null);
    if (row === null) throw new AppError('KEY_NOT_FOUND', 'There is no key with this id.');
    const attempt = new Attempt({
      nowMs: clock.nowMs(),
      monotonicMs: clock.monotonicMs(),
      presented: { kind: 'simulated' },
      find: () => row,
      question: NOTHING_ASKED,
      limits: 'check',
      policies,
      limiter,
      draft: null,
    });
    attempt.findKey();
    attempt.rateRefusal();
    attempt.quotaRefusal();
    return { rateLimits: rateLimitsOf(attempt), quota: quotaOf(attempt) };
  };
}

function rateLimitsOf({ judged, rateLimit, rateState }: Attempt): Left['rateLimits'] {
  if (judged !== null) {
    return judged.map(({ limit, state }) => {
      const { name, windowMs, by, isSoft } = limit;
      const isTold = by !== 'clientIp';
      return {
        name,
        windowMs,
        by,
        isSoft,
        limit: limit.limit,
        used: isTold ? Math.max(0, limit.limit - state.remaining) : null,
        remaining: isTold ? state.remaining : null,
        resetMs: isTold ? Math.ceil(state.resetMs) : 0,
      };
    });
  }
  if (rateLimit === null || rateState === null) return [];
  const { limit, windowMs } = rateLimit;
  const { remaining, resetMs } = rateState;
  const used = Math.max(0, limit - remaining);
  const isKeys = { name: null, by: 'key', isSoft: false } as const;
  return [{ ...isKeys, limit, windowMs, used, remaining, resetMs: Math.ceil(resetMs) }];
}

function quotaOf({ quota, quotaState }: Attempt): Left['quota'] {
  if (quota === null || quotaState === null) return null;
  const { limit, period, by, isSoft } = quota;
  const { used, remaining, resetsAtMs } = quotaState;
  return { limit, period, by, isSoft, used, remaining, resetsAt: resetsAtMs };
}
