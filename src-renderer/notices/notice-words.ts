import type { QuotaNotice } from '#contract/notices.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { count } from '#renderer/format/numbers.ts';

/** `used 80 % of its quota: 200,000 of 250,000 in the month`. */
export function noticeText({ threshold, used, limit, period }: QuotaNotice): string {
  const share = threshold >= 100 ? 'used up its quota' : `used ${threshold} % of its quota`;
  return `${share}: ${count(used)} of ${count(limit)} in the ${period}`;
}

/** Longest periods there are: a day of 25 hours, when clocks are set back, and a month of 31 days. */
const PERIOD_MS = { day: 25 * HOUR_MS, month: 31 * DAY_MS } as const;

/** Of each quota only the latest notice of its running period, newest first: 95 % makes 80 % old news, and so does a new month. */
export function latestNotices(notices: readonly QuotaNotice[], nowMs: number): readonly QuotaNotice[] {
  const latest = new Map<string, QuotaNotice>();
  for (const notice of notices) {
    if (notice.periodStartAt + PERIOD_MS[notice.period] <= nowMs) continue;
    const owner = `${notice.ownerKind} ${notice.ownerId} ${notice.period}`;
    const known = latest.get(owner);
    if (known === undefined || isLater(notice, known)) latest.set(owner, notice);
  }
  return [...latest.values()].sort((a, b) => b.at - a.at);
}

function isLater(one: QuotaNotice, other: QuotaNotice): boolean {
  if (one.periodStartAt !== other.periodStartAt) return one.periodStartAt > other.periodStartAt;
  return one.threshold > other.threshold;
}
