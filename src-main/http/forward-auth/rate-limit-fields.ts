import { DEFAULT_LIMIT_NAME } from '#contract/plans.ts';
import type { RateLimitState, VerifyResponse } from '#contract/verify.ts';

type Headers = Record<string, string>;

/** One limit as the fields tell it. Times in whole seconds, rounded up: nobody is told to come back too early. */
interface Item {
  readonly name: string;
  /** null where the decision does not tell it. */
  readonly limit: number | null;
  readonly remaining: number;
  readonly resetSeconds: number;
  /** null for a calendar month, which has no fixed length. */
  readonly windowSeconds: number | null;
}

const QUOTA_NAME = 'quota';
const DAY_SECONDS = 86_400;

/** Adds `RateLimit` and `RateLimit-Policy` as the IETF's draft has them: one item for each rate limit and one for the quota; nothing
 *  when the key has neither. With `isLegacyWanted` also X-RateLimit-Limit, -Remaining and -Reset (seconds) of the tightest. */
export function addRateLimitFields(
  headers: Headers,
  decision: VerifyResponse,
  { nowMs, isLegacyWanted }: { readonly nowMs: number; readonly isLegacyWanted: boolean },
): void {
  const items = rateItems(decision);
  const quota = quotaItem(decision, nowMs);
  if (quota !== null) items.push(quota);
  if (items.length === 0) return;
  let state = '';
  let policy = '';
  for (const item of items) {
    state += (state === '' ? '' : ', ') + stateText(item);
    if (item.limit !== null) policy += (policy === '' ? '' : ', ') + policyText(item);
  }
  headers['RateLimit'] = state;
  if (policy !== '') headers['RateLimit-Policy'] = policy;
  if (isLegacyWanted) Object.assign(headers, legacyFields(items));
}

function rateItems(decision: VerifyResponse): Item[] {
  const { rateLimit, rateLimits } = decision;
  // Retry-After must not promise an earlier moment than t: what is used up counts until the request would fit.
  const retryMs = decision.valid ? null : decision.retryAfterMs;
  if (rateLimits.length > 0) return rateLimits.map((state) => rateItem(state.name, state, retryMs));
  return rateLimit === null ? [] : [rateItem(DEFAULT_LIMIT_NAME, rateLimit, retryMs)];
}

function rateItem(
  name: string,
  { limit, remaining, resetMs, windowMs }: RateLimitState,
  retryMs: number | null,
): Item {
  const untilMs = retryMs !== null && remaining === 0 ? Math.min(resetMs, retryMs) : resetMs;
  const resetSeconds = Math.ceil(untilMs / 1_000);
  return { name, limit, remaining, resetSeconds, windowSeconds: Math.ceil(windowMs / 1_000) };
}

function quotaItem(decision: VerifyResponse, nowMs: number): Item | null {
  if (!decision.valid) {
    if (decision.code !== 'QUOTA_EXCEEDED') return null;
    const { quota, retryAfterMs } = decision;
    const resetSeconds = Math.ceil((retryAfterMs ?? 0) / 1_000);
    const limit = quota?.limit ?? null;
    const windowSeconds = quota?.period === 'day' ? DAY_SECONDS : null;
    return { name: QUOTA_NAME, limit, remaining: 0, resetSeconds, windowSeconds };
  }
  if (decision.quota === null) return null;
  const { limit, remaining, period, resetsAt } = decision.quota;
  const resetSeconds = Math.max(0, Math.ceil((resetsAt - nowMs) / 1_000));
  const windowSeconds = period === 'day' ? DAY_SECONDS : null;
  return { name: QUOTA_NAME, limit, remaining, resetSeconds, windowSeconds };
}

function stateText({ name, remaining, resetSeconds }: Item): string {
  return `"${name}";r=${String(remaining)};t=${String(resetSeconds)}`;
}

function policyText({ name, limit, windowSeconds }: Item): string {
  const window = windowSeconds === null ? '' : `;w=${String(windowSeconds)}`;
  return `"${name}";q=${String(limit)}${window}`;
}

function legacyFields(items: readonly Item[]): Headers {
  const tightest = items.reduce((least, item) => (item.remaining < least.remaining ? item : least));
  return {
    ...(tightest.limit === null ? {} : { 'X-RateLimit-Limit': String(tightest.limit) }),
    'X-RateLimit-Remaining': String(tightest.remaining),
    'X-RateLimit-Reset': String(tightest.resetSeconds),
  };
}
