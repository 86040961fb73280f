import type { Quota, RateLimit } from '#contract/plans.ts';
import { duration } from '#renderer/format/durations.ts';
import { count } from '#renderer/format/numbers.ts';

/** Own limits of a key in words: `600 per minute, 250,000 per month`. Without own limits the plan's apply. */
export function limitText(rateLimit: RateLimit | null, quota: Quota | null): string {
  const parts = [
    rateLimit === null ? null : `${count(rateLimit.limit)} per ${windowText(rateLimit.windowMs)}`,
    quota === null ? null : `${count(quota.limit)} per ${quota.period}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'none of its own' : parts.join(', ');
}

function windowText(windowMs: number): string {
  return duration(windowMs).replace(/^1 (second|minute|hour|day)$/, '$1');
}
