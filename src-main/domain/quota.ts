import type { Quota } from '#contract/plans.ts';

/** A calendar period, ms UTC: from startMs (inclusive) to endMs (exclusive). */
export interface QuotaPeriod {
  readonly startMs: number;
  readonly endMs: number;
}

/** The calendar day or month, UTC, that contains `nowMs`. Time zones and daylight saving play no part. */
export function quotaPeriod(nowMs: number, period: Quota['period']): QuotaPeriod {
  const date = new Date(nowMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (period === 'month') return { startMs: Date.UTC(year, month), endMs: Date.UTC(year, month + 1) };
  const day = date.getUTCDate();
  return { startMs: Date.UTC(year, month, day), endMs: Date.UTC(year, month, day + 1) };
}
