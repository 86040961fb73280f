import { expect, it } from 'vitest';
import { nextWeekly } from './weekly-time.ts';

const at = (text: string): number => Date.parse(text);
const next = (weekday: number, hour: number, timeZone: string, after: string): string =>
  new Date(nextWeekly({ weekday, hour, timeZone }, at(after))).toISOString();

it('is that hour of that day by the clock of the zone, strictly after the moment', () => {
  // Sunday, 22 November 2026.
  expect(next(1, 9, 'UTC', '2026-11-22T12:00:00Z')).toBe('2026-11-23T09:00:00.000Z');
  expect(next(1, 9, 'Europe/Berlin', '2026-11-22T12:00:00Z')).toBe('2026-11-23T08:00:00.000Z');
  expect(next(1, 9, 'Asia/Kathmandu', '2026-11-22T12:00:00Z')).toBe('2026-11-23T03:15:00.000Z');
  expect(next(1, 9, 'UTC', '2026-11-23T09:00:00Z')).toBe('2026-11-30T09:00:00.000Z');
  expect(next(7, 0, 'Pacific/Auckland', '2026-11-22T12:00:00Z')).toBe('2026-11-28T11:00:00.000Z');
});

it('keeps to the wall when clocks change, and takes the jump for an hour that is left out', () => {
  // Berlin goes back on 25 October 2026 and forward on 28 March 2027, both Sundays.
  expect(next(7, 9, 'Europe/Berlin', '2026-10-24T12:00:00Z')).toBe('2026-10-25T08:00:00.000Z');
  expect(next(7, 9, 'Europe/Berlin', '2026-10-17T12:00:00Z')).toBe('2026-10-18T07:00:00.000Z');
  expect(next(7, 2, 'Europe/Berlin', '2027-03-27T12:00:00Z')).toBe('2027-03-28T01:00:00.000Z');
});

it('comes exactly once a week over two years, in every zone tried', () => {
  for (const timeZone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']) {
    let moment = at('2026-01-01T00:00:00Z');
    const moments: number[] = [];
    while (moment < at('2028-01-01T00:00:00Z')) {
      moment = nextWeekly({ weekday: 7, hour: 2, timeZone }, moment);
      moments.push(moment);
    }
    const gaps = moments.slice(1).map((one, index) => (one - (moments[index] ?? 0)) / 3_600_000);
    expect(Math.min(...gaps), timeZone).toBeGreaterThanOrEqual(166);
    expect(Math.max(...gaps), timeZone).toBeLessThanOrEqual(170);
  }
});
