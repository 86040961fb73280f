import type { CallInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { Plan } from '#contract/plans.ts';
import type { RequestRow } from '#contract/requests.ts';

/** A limit that one key can be given more of. */
export interface Raisable {
  readonly now: number;
  /** Twice as much. */
  readonly suggested: number;
  /** null = a quota. */
  readonly windowMs: number | null;
  readonly period: 'day' | 'month' | null;
  readonly isOfPlan: boolean;
}

/** The limit that refused a request, as far as it can be raised for its key alone; null when it is a named one, which the key's form
 *  edits, or is gone. */
export function raisable(
  row: Pick<RequestRow, 'code'>,
  key: Pick<Key, 'rateLimit' | 'rateLimits' | 'quota'>,
  plan: Pick<Plan, 'rateLimit' | 'rateLimits' | 'quota'> | null,
): Raisable | null {
  if (row.code === 'QUOTA_EXCEEDED') {
    const quota = key.quota ?? plan?.quota ?? null;
    if (quota === null || quota.by !== 'key') return null;
    return {
      now: quota.limit,
      suggested: quota.limit * 2,
      windowMs: null,
      period: quota.period,
      isOfPlan: key.quota === null,
    };
  }
  const limit = key.rateLimit ?? plan?.rateLimit ?? null;
  const hasNamed = key.rateLimits.length > 0 || (plan?.rateLimits.length ?? 0) > 0;
  if (limit === null || hasNamed) return null;
  return {
    now: limit.limit,
    suggested: limit.limit * 2,
    windowMs: limit.windowMs,
    period: null,
    isOfPlan: key.rateLimit === null,
  };
}

/** What changes of the key. */
export function raisedChange(
  key: Pick<Key, 'quota'>,
  limit: Raisable,
  value: number,
): Pick<CallInput<'keys.update'>, 'rateLimit' | 'quota'> {
  if (limit.windowMs !== null) return { rateLimit: { limit: value, windowMs: limit.windowMs } };
  const same = key.quota ?? { period: limit.period ?? 'month' };
  return { quota: { ...same, limit: value } };
}
