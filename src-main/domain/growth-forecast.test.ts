import { describe, expect, it } from 'vitest';
import { forecastGrowth, growthDaysFrom, type GrowthFacts } from './growth-forecast.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 23);
const DAYS = 28;

/** Counts of four weeks, by the number of the day. */
const series = (countOf: (day: number) => number): readonly number[] =>
  Array.from({ length: DAYS }, (_none, day) => countOf(day));
const asked = (days: readonly number[], differs: Partial<GrowthFacts> = {}): GrowthFacts => ({
  days,
  costPerRequest: 1,
  used: 0,
  limit: 100_000,
  period: 'month',
  nowMs: NOW,
  resetsAtMs: Date.UTC(2026, 11, 1),
  ...differs,
});
/** 100 on the first day, 10 more each day: 380 today. */
const growing = series((day) => 100 + 10 * day);
const dayOf = (facts: GrowthFacts): string => {
  const forecast = forecastGrowth(facts);
  return forecast.kind === 'reaches' ? new Date(forecast.at).toISOString().slice(0, 10) : forecast.kind;
};
/** The same at every run: from 0 to 1. */
const noise = (day: number): number => (Math.sin(day * 12.9898) * 43_758.5453) % 1;

describe('a use that grows', () => {
  it('reaches what is left of the month on the day that a plain sum says', () => {
    // 380, 390, 400, …: three days are 1,170, four are 1,580.
    expect(dayOf(asked(growing, { limit: 1_170 }))).toBe('2026-11-26');
    expect(dayOf(asked(growing, { limit: 1_171 }))).toBe('2026-11-27');
    expect(dayOf(asked(growing, { limit: 11_170, used: 10_000 }))).toBe('2026-11-26');
  });

  it('begins anew with each month, and is not told beyond what a line of four weeks reaches', () => {
    // Seven days to the end of November are no 5,000; December begins at 460.
    let sum = 0;
    let day = 0;
    for (let at = 9; sum < 10_000; at += 1) {
      sum += 370 + 10 * at;
      day = at;
    }
    const wanted = new Date(NOW + day * DAY_MS).toISOString().slice(0, 10);
    expect(dayOf(asked(growing, { limit: 10_000 }))).toBe(wanted);
    expect(forecastGrowth(asked(growing, { limit: 1_000_000 }))).toEqual({
      kind: 'later',
      growthPerWeek: 70,
    });
  });

  it('reaches a quota of a day on the day that alone is as much', () => {
    expect(dayOf(asked(growing, { period: 'day', limit: 400 }))).toBe('2026-11-25');
    expect(forecastGrowth(asked(growing, { period: 'day', limit: 400 }))).toMatchObject({
      growthPerWeek: 70,
    });
  });

  it('counts what a request costs', () => {
    expect(dayOf(asked(growing, { limit: 11_700, costPerRequest: 10 }))).toBe('2026-11-26');
  });

  it('is seen through weekends and noise', () => {
    const weekly = series((day) => (day % 7 < 5 ? 1_000 + 60 * day : 500 + 30 * day));
    expect(forecastGrowth(asked(weekly)).kind).toBe('reaches');
    expect(forecastGrowth(asked(series((day) => 300 + 20 * day + 90 * noise(day)))).kind).toBe('later');
  });

  it('is that since the first request, not that from nothing to something', () => {
    const young = series((day) => (day < 12 ? 0 : 200));
    expect(forecastGrowth(asked(young))).toEqual({ kind: 'steady' });
  });
});

describe('no day is told', () => {
  it('where nothing grows, or less than a tenth', () => {
    expect(forecastGrowth(asked(series(() => 500)))).toEqual({ kind: 'steady' });
    expect(forecastGrowth(asked(series((day) => 900 - 10 * day)))).toEqual({ kind: 'steady' });
    expect(forecastGrowth(asked(series((day) => 1_000 + day)))).toEqual({ kind: 'steady' });
  });

  it('with few days, days of use, or requests', () => {
    const few = { kind: 'unknown', why: 'few' };
    expect(forecastGrowth(asked(series(() => 0)))).toEqual(few);
    expect(forecastGrowth(asked(series((day) => (day < 15 ? 0 : 100 * day))))).toEqual(few);
    expect(forecastGrowth(asked(series((day) => (day % 4 === 0 ? 1_000 * day + 1 : 0))))).toEqual(few);
    expect(forecastGrowth(asked(series((day) => (day % 2 === 0 ? 1 : 2))))).toEqual(few);
  });

  it('where days differ too much for a line', () => {
    const erratic = series((day) => (day === 6 ? 4_000 : day === 20 ? 9_000 : 20));
    expect(forecastGrowth(asked(erratic))).toEqual({ kind: 'unknown', why: 'erratic' });
  });

  it('where the quota is used up already', () => {
    expect(forecastGrowth(asked(growing, { used: 500, limit: 500 }))).toEqual({ kind: 'reached' });
  });
});

it('the days that are looked at are whole and end before today', () => {
  expect(growthDaysFrom(NOW + 5 * 3_600_000)).toBe(NOW - 28 * DAY_MS);
});
