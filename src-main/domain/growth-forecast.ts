import type { GrowthForecast } from '#contract/growth-forecast.ts';
import { FORECAST_DAYS_MAX, GROWTH_DAYS } from '#contract/growth-forecast.ts';
import { timestampMs } from '#contract/ids.ts';
import { lineThrough } from './line-through.ts';

const DAY_MS = 86_400_000;
/** Two weeks: of fewer days each day of the week is there but once, and a line through them tells the week. */
const DAYS_MIN = 14;
/** Days with requests. A key that is used now and then has no trend. */
const USED_DAYS_MIN = 10;
const REQUESTS_MIN = 100;
/** Less growth over the time that is looked at, as a share of its mean, is none. */
const GROWTH_MIN = 0.1;

/** What a forecast is made of. */
export interface GrowthFacts {
  /** Requests that counted against the quota on each of the last GROWTH_DAYS whole days, oldest first. */
  readonly days: readonly number[];
  /** What one of them used of the quota, on average. */
  readonly costPerRequest: number;
  readonly used: number;
  readonly limit: number;
  readonly period: 'day' | 'month';
  /** When the present period of the quota ends. */
  readonly resetsAtMs: number;
  readonly nowMs: number;
}

/** When a quota is reached if its use grows as it did in the last four weeks: a line of least squares through the days, from the first
 *  one with requests on. Says that it does not know with few days or requests, and where days differ too much for a line; says no day
 *  where nothing grows. To the day, whatever the day of the week; a month is the one of the calendar in UTC. */
export function forecastGrowth(facts: GrowthFacts): GrowthForecast {
  const { days, used, limit, period } = facts;
  if (used >= limit) return { kind: 'reached' };
  const first = days.findIndex((count) => count > 0);
  const known = first === -1 ? [] : days.slice(first);
  const requests = known.reduce((sum, count) => sum + count, 0);
  const usedDays = known.filter((count) => count > 0).length;
  if (known.length < DAYS_MIN || usedDays < USED_DAYS_MIN || requests < REQUESTS_MIN) {
    return { kind: 'unknown', why: 'few' };
  }
  const line = lineThrough(known);
  const grownShare = (line.slope * (known.length - 1)) / (requests / known.length);
  if (grownShare < GROWTH_MIN) return { kind: 'steady' };
  if (line.slope < line.slopeDoubt) return { kind: 'unknown', why: 'erratic' };
  const perDay = (daysAhead: number): number =>
    Math.max(0, line.at(known.length - 1 + daysAhead)) * facts.costPerRequest;
  const atMs = period === 'day' ? dayReached(facts, perDay) : monthReached(facts, perDay);
  return atMs === null
    ? { kind: 'later', growthPerWeek: Math.round(line.slope * 7) }
    : { kind: 'reaches', at: timestampMs.parse(atMs), growthPerWeek: Math.round(line.slope * 7) };
}

/** The first day, from today on, whose requests alone are the limit. */
function dayReached({ nowMs, limit }: GrowthFacts, perDay: (daysAhead: number) => number): number | null {
  for (let ahead = 1; ahead <= FORECAST_DAYS_MAX; ahead += 1) {
    if (perDay(ahead) >= limit) return nowMs + (ahead - 1) * DAY_MS;
  }
  return null;
}

/** The first day on which what was used since its month began is the limit. */
function monthReached(
  { nowMs, limit, used, resetsAtMs }: GrowthFacts,
  perDay: (daysAhead: number) => number,
): number | null {
  let sum = used;
  let endMs = resetsAtMs;
  // What is left of today was partly used: from now on whole days are added, each in 24 hours from this moment.
  for (let ahead = 1; ahead <= FORECAST_DAYS_MAX; ahead += 1) {
    const atMs = nowMs + ahead * DAY_MS;
    if (atMs > endMs) {
      sum = 0;
      endMs = monthLater(endMs);
    }
    sum += perDay(ahead);
    if (sum >= limit) return atMs;
  }
  return null;
}

/** The same day of the next month, or its last one. */
function monthLater(atMs: number): number {
  const at = new Date(atMs);
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 2, 0)).getUTCDate();
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, Math.min(at.getUTCDate(), lastDay));
  return midnight + (atMs % DAY_MS);
}

/** The days that a forecast looks at, whole ones in UTC: the first is GROWTH_DAYS before today. */
export function growthDaysFrom(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) - GROWTH_DAYS) * DAY_MS;
}
