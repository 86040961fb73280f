import { quota, type RateLimit, type NamedRateLimit } from '#contract/plans.ts';
import { QuotaCalendar } from '#main/domain/quota.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { Policies } from '#main/verify/policies.ts';

/** Has the key anything that counts? */
export function hasLimits({ rateLimitJson, rateLimitsJson, quotaJson }: VerifyRow): boolean {
  return (rateLimitJson ?? rateLimitsJson ?? quotaJson) !== null;
}

/** Who shares a counter of the key with others. */
export function sharedBy(row: VerifyRow): { readonly application: boolean; readonly partner: boolean } {
  const policies = new Policies();
  const owners = [...policies.namedLimits(row).map(({ by }) => by), policies.quota(row)?.by];
  return { application: owners.includes('application'), partner: owners.includes('partner') };
}

/** From when on requests must be counted so that limits are as full at `fromMs` as they were: one window, one period. */
export function warmFrom(row: VerifyRow, fromMs: number): number {
  const policies = new Policies();
  const limits: readonly (RateLimit | NamedRateLimit | null)[] = [
    policies.rateLimit(row),
    ...policies.namedLimits(row),
  ];
  const windowMs = Math.max(0, ...limits.map((limit) => limit?.windowMs ?? 0));
  const periodStartMs =
    row.quotaJson === null
      ? fromMs
      : new QuotaCalendar(quota.parse(JSON.parse(row.quotaJson))).periodAt(fromMs).startMs;
  return Math.max(0, Math.min(fromMs - windowMs, periodStartMs));
}
