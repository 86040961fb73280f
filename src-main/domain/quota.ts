import { timestampMs } from '#contract/ids.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { Quota } from '#contract/plans.ts';

/** A calendar period, ms UTC: from startMs (inclusive) to endMs (exclusive). */
export interface QuotaPeriod {
  readonly startMs: TimestampMs;
  readonly endMs: TimestampMs;
}

/** The calendar day or month, UTC, that contains `nowMs`. Time zones and daylight saving play no part. */
export function quotaPeriod(nowMs: number, period: Quota['period']): QuotaPeriod {
  const date = new Date(nowMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (period === 'month') return between(Date.UTC(year, month), Date.UTC(year, month + 1));
  const day = date.getUTCDate();
  return between(Date.UTC(year, month, day), Date.UTC(year, month, day + 1));
}

function between(startMs: number, endMs: number): QuotaPeriod {
  return { startMs: timestampMs.parse(startMs), endMs: timestampMs.parse(endMs) };
}
