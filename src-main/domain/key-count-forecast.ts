import { FORECAST_DAYS_MAX, GROWTH_DAYS } from '#contract/growth-forecast.ts';
import { timestampMs } from '#contract/ids.ts';
import type { DailySize, StorageReport } from '#contract/storage.ts';
import { lineThrough } from './line-through.ts';

const DAY_MS = 86_400_000;
/** Two weeks, as for requests: of fewer days a line tells the week. */
const DAYS_MIN = 14;
/** A slope that may be an accident is told all the same where it would make less of a difference, as a share of the keys. */
const DOUBT_MAX = 0.1;

/** How many keys there will be in FORECAST_DAYS_MAX days if they grow as in the last four weeks: a line of least squares through the
 *  days. `sizes` are oldest first. A day on which nothing was noted had as many keys as the one before: nothing ran that could make one. */
export function forecastKeyCount(
  sizes: readonly DailySize[],
  now: { readonly keyCount: number; readonly nowMs: number },
): StorageReport['keys']['forecast'] {
  const today = Math.floor(now.nowMs / DAY_MS);
  const noted = new Map(
    sizes.flatMap(({ day, keyCount }) => (keyCount === null ? [] : [[day / DAY_MS, keyCount] as const])),
  );
  noted.set(today, now.keyCount);
  const first = Math.min(...noted.keys());
  if (today - first + 1 < DAYS_MIN) {
    return { kind: 'unknown', knownAt: timestampMs.parse((first + DAYS_MIN - 1) * DAY_MS) };
  }
  const counts: number[] = [];
  let count = 0;
  for (let day = first; day <= today; day += 1) {
    count = noted.get(day) ?? count;
    if (day > today - GROWTH_DAYS) counts.push(count);
  }
  const { slope, slopeDoubt } = lineThrough(counts);
  const isDoubtful = slopeDoubt * FORECAST_DAYS_MAX > DOUBT_MAX * now.keyCount;
  if (Math.abs(slope) < slopeDoubt && isDoubtful) return { kind: 'erratic' };
  return { kind: 'about', keyCount: Math.max(0, Math.round(now.keyCount + slope * FORECAST_DAYS_MAX)) };
}
