import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { TightestLimit } from '#contract/limits-left.ts';
import { AppError } from '#main/platform/app-error.ts';
import { Attempt } from './attempt.ts';
import type { TryParts } from './simulate.ts';
import { Policies } from './policies.ts';

/** What limits have left, from the counters that verification uses. */
export interface LimitsLeft {
  /** Answers keys.limits. Throws KEY_NOT_FOUND. */
  readonly ofKey: (keyId: KeyId) => Output<'keys.limits'>;
  /** Answers keys.tightestLimits. */
  readonly tightest: (keyIds: readonly KeyId[]) => Output<'keys.tightestLimits'>;
}

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
  isEveryLimit: true,
} as const;

/** Makes keys.limits and keys.tightestLimits. */
export function createLimitsLeft({ lookup, limiter, clock }: TryParts): LimitsLeft {
  const policies = new Policies();
  const find = (keyId: KeyId): Left | null => {
    const row = lookup.findKeyById(keyId, null);
    if (row === null) return null;
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
  return {
    ofKey: (keyId) => {
      const left = find(keyId);
      if (left === null) throw new AppError('KEY_NOT_FOUND', 'There is no key with this id.');
      return left;
    },
    tightest: (keyIds) =>
      keyIds.flatMap((keyId) => {
        const left = find(keyId);
        return left === null ? [] : [{ keyId, tightest: tightestOf(left) }];
      }),
  };
}

/** Of several that are equally used the first, rate limits before the quota. */
function tightestOf({ rateLimits, quota }: Left): TightestLimit | null {
  const all = rateLimits.flatMap<TightestLimit>(({ used, limit, name, windowMs }) =>
    used === null ? [] : [{ kind: 'rate', used, limit, name, windowMs }],
  );
  if (quota !== null) {
    const { used, limit, period } = quota;
    all.push({ kind: 'quota', used, limit, period });
  }
  const shareOf = ({ used, limit }: TightestLimit) => used / limit;
  return all.toSorted((one, other) => shareOf(other) - shareOf(one))[0] ?? null;
}

function rateLimitsOf({ judged, rateLimit, rateState }: Attempt): Left['rateLimits'] {
  if (judged !== null) {
    return judged.map(({ limit, state }) => {
      const { name, windowMs, by, isSoft, only } = limit;
      const isTold = by !== 'clientIp';
      return {
        name,
        windowMs,
        by,
        isSoft,
        ...(only === undefined ? {} : { only }),
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
