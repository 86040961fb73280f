import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeWindow } from '#contract/bindings.ts';
import type { TimeWindow } from '#contract/bindings.ts';
import { isInTimes, readyTimes } from './time-allow.ts';
import { userAgentFamilies, userAgentRefusal } from './user-agent.ts';

describe('user agent families', () => {
  it.each([
    ['curl/8.5.0', ['curl']],
    [
      'Mozilla/5.0 (X11; Linux; compatible; Evil/1.0) Gecko/20100101 Firefox/131.0',
      ['mozilla', 'gecko', 'firefox'],
    ],
    ['ACME-Sync', ['acme-sync']],
    ['a (b (c/1) d/2) e/3', ['a', 'e']],
    ['acme/1 (never closed evil/1', ['acme']],
    [') acme/1', ['acme']],
    ['', []],
    ['  \t ', []],
  ])('%s has %j', (text, families) => {
    expect([...userAgentFamilies(text)]).toEqual(families);
  });

  it('match a product whole and in any case, never a part of one, a version or a comment', () => {
    const allowed = new Set(['curl', 'acme-sync']);
    expect(userAgentRefusal(allowed, 'CURL/8.5.0')).toBeNull();
    expect(userAgentRefusal(allowed, 'Wrapper/2 acme-sync/1')).toBeNull();
    for (const agent of ['curly/1', 'libcurl/8', 'x/curl', 'Mozilla/5.0 (curl/8)', '']) {
      expect(userAgentRefusal(allowed, agent)).not.toBeNull();
    }
    expect(userAgentRefusal(allowed, null)).toMatch(/names none/);
  });
});

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const office: TimeWindow = { days: [1, 2, 3, 4, 5], from: '08:00', to: '17:00', timeZone: 'Europe/Berlin' };
const night: TimeWindow = { days: [5], from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' };

describe('time windows', () => {
  it.each([
    ['the minute before it begins', '2026-11-23T06:59:59.999Z', false],
    ['its first millisecond', '2026-11-23T07:00:00.000Z', true],
    ['its last millisecond', '2026-11-23T15:59:59.999Z', true],
    ['its end', '2026-11-23T16:00:00.000Z', false],
    ['a Sunday', '2026-11-22T10:00:00.000Z', false],
  ])('office hours: %s', (_what, moment, isInside) => {
    expect(isInTimes(readyTimes([office]), Date.parse(moment))).toBe(isInside);
  });

  it('a window over midnight belongs to the day on which it begins', () => {
    const times = readyTimes([night]);
    // Friday is 2026-11-27; Berlin is one hour ahead of UTC.
    expect(isInTimes(times, Date.parse('2026-11-27T20:59:00Z'))).toBe(false);
    expect(isInTimes(times, Date.parse('2026-11-27T21:00:00Z'))).toBe(true);
    expect(isInTimes(times, Date.parse('2026-11-28T04:59:00Z'))).toBe(true);
    expect(isInTimes(times, Date.parse('2026-11-28T05:00:00Z'))).toBe(false);
    // Friday's own early morning belongs to Thursday, which is not among the days.
    expect(isInTimes(times, Date.parse('2026-11-27T02:00:00Z'))).toBe(false);
  });

  it('follows the clock on the wall over both changes of daylight saving', () => {
    const morning = readyTimes([{ days: EVERY_DAY, from: '08:00', to: '09:00', timeZone: 'Europe/Berlin' }]);
    expect(isInTimes(morning, Date.parse('2026-03-28T07:30:00Z'))).toBe(true);
    expect(isInTimes(morning, Date.parse('2026-03-29T06:30:00Z'))).toBe(true);
    expect(isInTimes(morning, Date.parse('2026-03-29T07:30:00Z'))).toBe(false);
    const small = readyTimes([{ days: EVERY_DAY, from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' }]);
    const inside = (day: string) =>
      Array.from(
        { length: 24 * 60 },
        (_, minute) => Date.parse(`${day}T00:00:00+01:00`) + minute * 60_000,
      ).filter((moment) => isInTimes(small, moment)).length;
    expect(inside('2026-03-28')).toBe(60);
    expect(inside('2026-03-29')).toBe(0);
    // The hour is shown twice: Berlin's day of the change has 25 hours, of which the first 24 hold both.
    expect(inside('2026-10-25')).toBe(120);
  });

  it('agrees with counting in UTC, where every day is the same', () => {
    const minute = fc.integer({ min: 0, max: 1_439 });
    const text = (value: number) =>
      `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`;
    const MONDAY = Date.UTC(2026, 10, 23);
    fc.assert(
      fc.property(
        fc.subarray(EVERY_DAY, { minLength: 1 }),
        minute,
        minute,
        fc.integer({ min: 0, max: 10_079 }),
        (days, from, to, at) => {
          fc.pre(from !== to);
          const times = readyTimes([{ days, from: text(from), to: text(to), timeZone: 'UTC' }]);
          const length = (to - from + 1_440) % 1_440;
          // Windows of this week and of the one before, in minutes since Monday.
          const begins = days.flatMap((day) => [(day - 1) * 1_440 + from, (day - 8) * 1_440 + from]);
          const isInside = begins.some((begin) => at >= begin && at < begin + length);
          expect(isInTimes(times, MONDAY + at * 60_000)).toBe(isInside);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('a whole day is 00:00 to 24:00', () => {
    const sunday = readyTimes([{ days: [7], from: '00:00', to: '24:00', timeZone: 'UTC' }]);
    expect(isInTimes(sunday, Date.parse('2026-11-22T23:59:59Z'))).toBe(true);
    expect(isInTimes(sunday, Date.parse('2026-11-23T00:00:00Z'))).toBe(false);
  });

  it.each([
    [{ ...office, to: '08:00' }, 'For a whole day'],
    [{ ...office, from: '8:00' }, 'such as 08:30'],
    [{ ...office, to: '24:01' }, 'at most 24:00'],
    [{ ...office, days: [] }, 'at least one day'],
    [{ ...office, days: [1, 1] }, 'given twice'],
    [{ ...office, timeZone: 'Europe/Bärlin' }, 'time zone'],
  ])('a window that makes no sense is refused with a reason: %j', (window, words) => {
    expect(JSON.stringify(timeWindow.safeParse(window).error?.issues)).toContain(words);
  });
});
