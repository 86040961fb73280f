import type { HandlerInput, Output } from '#contract/contract.ts';
import { GROWTH_DAYS } from '#contract/growth-forecast.ts';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { UseCaseContext } from '#main/context.ts';
import { forecastGrowth, growthDaysFrom } from '#main/domain/growth-forecast.ts';
import { getKey } from './get-key.ts';

/** Longest month, and a day for the zone in which it begins. */
const MONTH_DAYS_MAX = 32;

type Quota = NonNullable<Output<'keys.limits'>['quota']>;
type Series = Output<'usage.series'>;

interface ForecastSources {
  readonly limitsOf: (keyId: KeyId) => Output<'keys.limits'>;
  readonly series: (input: HandlerInput<'usage.series'>) => Promise<Series>;
}

/** Makes usage.forecast from the quota in force, its counter, and the roll-ups of all that share it. Throws KEY_NOT_FOUND. */
export function createForecastQuota({ limitsOf, series }: ForecastSources) {
  return async (
    context: UseCaseContext,
    { keyId }: HandlerInput<'usage.forecast'>,
  ): Promise<Output<'usage.forecast'>> => {
    const { nowMs } = context;
    const key = getKey(context, { keyId });
    const { quota } = limitsOf(keyId);
    if (quota === null) return null;
    const fromMs = growthDaysFrom(nowMs);
    const sinceMs = Math.min(fromMs, nowMs - MONTH_DAYS_MAX * DAY_MS);
    const buckets = await series({
      ...sharersOf(key, quota),
      from: timestampMs.parse(Math.max(0, sinceMs)),
      to: nowMs,
      bucketMs: DAY_MS,
    });
    const { limit, used, period, by, resetsAt: resetsAtMs } = quota;
    const days = dailyCounts(buckets, fromMs);
    const costPerRequest = costOf(quota, buckets);
    const facts = { days, costPerRequest, used, limit, period, resetsAtMs, nowMs };
    const forecast = forecastGrowth(facts);
    return { forecast, limit, period, by };
  };
}

/** The keys whose requests count against the quota. */
function sharersOf(
  { keyId, applicationId, partnerId }: Key,
  { by }: Quota,
): Partial<Pick<Key, 'keyId' | 'applicationId' | 'partnerId'>> {
  switch (by) {
    case 'key':
      return { keyId };
    case 'application':
      return { applicationId };
    case 'partner':
      return { partnerId };
  }
}

/** Allowed requests of the GROWTH_DAYS days from fromMs on: refused ones use nothing of a quota. */
function dailyCounts(buckets: Series, fromMs: number): readonly number[] {
  const counts = new Map<number, number>(
    buckets.map(({ bucketStart, byCode }) => [bucketStart, byCode.VALID ?? 0]),
  );
  return Array.from({ length: GROWTH_DAYS }, (_none, day) => counts.get(fromMs + day * DAY_MS) ?? 0);
}

/** What a request used on average since the period began; at least 1: of a quota that was set in the middle of its period the counter
 *  knows fewer requests than the log. */
function costOf({ used, period, resetsAt }: Quota, buckets: Series): number {
  const end = new Date(resetsAt);
  const startMs = period === 'day' ? resetsAt - DAY_MS : end.setUTCMonth(end.getUTCMonth() - 1);
  let requests = 0;
  for (const { bucketStart, byCode } of buckets) {
    if (bucketStart + DAY_MS > startMs) requests += byCode.VALID ?? 0;
  }
  return requests === 0 ? 1 : Math.max(1, used / requests);
}
