import type { Quota, RateLimit } from '#contract/plans.ts';
import type { WindowState } from '#main/domain/rate-limit.ts';
import { momentText } from '#main/domain/verification.ts';
import type { LimitRefusal } from '#main/domain/verification.ts';
import type { QuotaState } from './limiter.ts';

/** What a caller is told whose request does not fit into the rate limit. */
export function rateLimitRefusal(rate: RateLimit, state: WindowState, cost: number): LimitRefusal {
  const limit = `The rate limit of this API key is ${rateText(rate)}.`;
  if (state.retryAfterMs === null) {
    return {
      message: limit,
      detail: `A cost of ${cost} is above the limit and never fits.`,
      retryAfterMs: null,
    };
  }
  // Rounded up, so that whoever waits that long is not refused again.
  const retryAfterMs = Math.ceil(state.retryAfterMs);
  return { message: `${limit} Try again in ${secondsText(retryAfterMs)}.`, detail: null, retryAfterMs };
}

/** What a caller is told whose request does not fit into the quota. */
export function quotaRefusal(quota: Quota, state: QuotaState, cost: number, nowMs: number): LimitRefusal {
  const limit = `The quota of this API key is ${quotaText(quota)}.`;
  if (cost > quota.limit) {
    return {
      message: limit,
      detail: `A cost of ${cost} is above the quota and never fits.`,
      retryAfterMs: null,
    };
  }
  const message = `${limit} It starts anew on ${momentText(state.resetsAtMs)}.`;
  return { message, detail: null, retryAfterMs: state.resetsAtMs - nowMs };
}

/** `600 requests in 60 s` */
export function rateText(rate: RateLimit): string {
  return `${rate.limit} requests in ${secondsText(rate.windowMs)}`;
}

/** `250000 requests a month` */
export function quotaText(quota: Quota): string {
  return `${quota.limit} requests a ${quota.period}`;
}

function secondsText(durationMs: number): string {
  return durationMs < 1_000 ? `${durationMs} ms` : `${Math.ceil(durationMs / 100) / 10} s`;
}
