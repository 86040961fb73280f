import type { Warning } from '#contract/verify.ts';
import type { QuotaThreshold } from '#contract/quota-thresholds.ts';
import { momentText } from '#main/domain/verification.ts';
import type { Attempt } from './attempt.ts';
import { limitText, quotaText } from './limit-refusals.ts';
import { unknownOverrides } from './named-limits.ts';

const NONE: readonly Warning[] = [];
const QUOTA_CODES: Readonly<Record<QuotaThreshold, Warning['code']>> = {
  50: 'QUOTA_50',
  80: 'QUOTA_80',
  95: 'QUOTA_95',
  100: 'QUOTA_100',
};

/** What limits say to the caller's developers although they did not refuse: soft ones exceeded, shares of a quota reached, and
 *  overrides that limited nothing. */
export function limitWarnings(attempt: Attempt): readonly Warning[] {
  const { judged, quotaNotice, quota, quotaState } = attempt;
  const isSoftQuotaOver = quota !== null && quotaState !== null && quota.isSoft && isOver(attempt);
  if (judged === null && quotaNotice === null && !isSoftQuotaOver) return NONE;
  return [
    ...softLimitWarnings(attempt),
    ...overrideWarnings(attempt),
    ...quotaWarnings(attempt, isSoftQuotaOver),
  ];
}

function isOver({ hasSpent, parts, quota, quotaState }: Attempt): boolean {
  if (quota === null || quotaState === null) return false;
  return hasSpent ? quotaState.used > quota.limit : quotaState.used + parts.question.cost > quota.limit;
}

function softLimitWarnings({ judged }: Attempt): readonly Warning[] {
  return (judged ?? []).flatMap(({ limit, isSoftOver }) =>
    isSoftOver
      ? [
          {
            code: 'SOFT_RATE_LIMIT_EXCEEDED',
            message: `The soft rate limit ${limitText(limit)}; it is exceeded.`,
          } as const,
        ]
      : [],
  );
}

function overrideWarnings({ limitQuestion }: Attempt): readonly Warning[] {
  if (limitQuestion === null) return NONE;
  return unknownOverrides(limitQuestion).map(({ name }) => ({
    code: 'RATE_LIMIT_NOT_APPLIED',
    message: `This API key has no rate limit ${name}. To add one for this request, send both limit and windowMs.`,
  }));
}

function quotaWarnings({ quota, quotaNotice, quotaState }: Attempt, isSoftOver: boolean): readonly Warning[] {
  if (quota === null || quotaState === null) return NONE;
  const warnings: Warning[] = [];
  if (quotaNotice !== null) {
    const anew = `It starts anew on ${momentText(quotaState.resetsAtMs)}.`;
    const message = `${quotaNotice} % of the quota, ${quotaText(quota)}, is used. ${anew}`;
    warnings.push({ code: QUOTA_CODES[quotaNotice], message });
  }
  if (isSoftOver) {
    const message = `The soft quota, ${quotaText(quota)}, is exceeded.`;
    warnings.push({ code: 'SOFT_QUOTA_EXCEEDED', message });
  }
  return warnings;
}
