import { DEFAULT_LIMIT_NAME } from '#contract/plans.ts';
import type { NamedRateLimit, Quota, RateLimit } from '#contract/plans.ts';
import type { WindowState } from '#main/domain/rate-limit.ts';
import { momentText } from '#main/domain/verification.ts';
import type { LimitRefusal } from '#main/domain/verification.ts';
import type { QuotaState } from './limiter.ts';

/** Who counts together, as refusals say it. */
const OWNER_TEXTS = {
  key: 'this API key',
  application: 'this application, all its keys together,',
  partner: 'this partner, all its keys together,',
  clientIp: 'each client address of this API key',
} as const;

/** What a caller is told whose request does not fit into the rate limit. */
export function rateLimitRefusal(
  rate: RateLimit | NamedRateLimit,
  state: WindowState,
  cost: number,
): LimitRefusal {
  const limit = `The rate limit ${limitText(rate)}.`;
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
  const limit = `The quota of ${OWNER_TEXTS[quota.by]} is ${quotaText(quota)}.`;
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

/** `tokens of this API key is 600 requests in 60 s`; the limit without a name: `of this API key is …` */
export function limitText(rate: RateLimit | NamedRateLimit): string {
  const [name, by] = 'name' in rate ? [rate.name, rate.by] : [DEFAULT_LIMIT_NAME, 'key' as const];
  return `${name === DEFAULT_LIMIT_NAME ? '' : `${name} `}of ${OWNER_TEXTS[by]} is ${rateText(rate)}`;
}

/** `600 requests in 60 s` */
export function rateText(rate: RateLimit): string {
  return `${requestsText(rate.limit)} in ${secondsText(rate.windowMs)}`;
}

/** `250000 requests a month`, `… a month from day 15`, `… a day in Europe/Berlin` */
export function quotaText({ limit, period, resetDay, timeZone }: Quota): string {
  const from = resetDay === 1 ? '' : ` from day ${resetDay}`;
  return `${requestsText(limit)} a ${period}${from}${timeZone === 'UTC' ? '' : ` in ${timeZone}`}`;
}

function requestsText(count: number): string {
  return count === 1 ? '1 request' : `${count} requests`;
}

function secondsText(durationMs: number): string {
  return durationMs < 1_000 ? `${durationMs} ms` : `${Math.ceil(durationMs / 100) / 10} s`;
}
