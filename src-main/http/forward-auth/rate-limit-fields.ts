import { DEFAULT_LIMIT_NAME } from '#contract/plans.ts';
import type { VerifyResponse } from '#contract/verify.ts';

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

/** `RateLimit` and `RateLimit-Policy` as the IETF's draft has them: one item for each rate limit and one for the quota; empty when
 *  the key has neither. With `isLegacyWanted` also X-RateLimit-Limit, -Remaining and -Reset (seconds) of the tightest. */
export function rateLimitFields(
  decision: VerifyResponse,
  { nowMs, isLegacyWanted }: { readonly nowMs: number; readonly isLegacyWanted: boolean },
): Headers {
  const items = [...rateItems(decision), ...quotaItems(decision, nowMs)];
  if (items.length === 0) return {};
  const policies = items.filter(({ limit }) => limit !== null);
  return {
    RateLimit: items.map(stateText).join(', '),
    ...(policies.length === 0 ? {} : { 'RateLimit-Policy': policies.map(policyText).join(', ') }),
    ...(isLegacyWanted ? legacyFields(items) : {}),
  };
}

function rateItems(decision: VerifyResponse): Item[] {
  const { rateLimit, rateLimits } = decision;
  const states =
    rateLimits.length === 0 && rateLimit !== null ? [{ name: DEFAULT_LIMIT_NAME, ...rateLimit }] : rateLimits;
  // Retry-After must not promise an earlier moment than t: what is used up counts until the request would fit.
  const retryMs = decision.valid ? null : decision.retryAfterMs;
  return states.map(({ name, limit, remaining, resetMs, windowMs }) => ({
    name,
    limit,
    remaining,
    resetSeconds: Math.ceil(
      (retryMs !== null && remaining === 0 ? Math.min(resetMs, retryMs) : resetMs) / 1_000,
    ),
    windowSeconds: Math.ceil(windowMs / 1_000),
  }));
}

function quotaItems(decision: VerifyResponse, nowMs: number): Item[] {
  if (!decision.valid) {
    if (decision.code !== 'QUOTA_EXCEEDED') return [];
    const { quota, retryAfterMs } = decision;
    const resetSeconds = Math.ceil((retryAfterMs ?? 0) / 1_000);
    const limit = quota?.limit ?? null;
    const windowSeconds = quota?.period === 'day' ? DAY_SECONDS : null;
    return [{ name: QUOTA_NAME, limit, remaining: 0, resetSeconds, windowSeconds }];
  }
  if (decision.quota === null) return [];
  const { limit, remaining, period, resetsAt } = decision.quota;
  const resetSeconds = Math.max(0, Math.ceil((resetsAt - nowMs) / 1_000));
  const windowSeconds = period === 'day' ? DAY_SECONDS : null;
  return [{ name: QUOTA_NAME, limit, remaining, resetSeconds, windowSeconds }];
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
