import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuotaCalendar, reachedThreshold } from './quota.ts';
import type { QuotaCalendarParts } from './quota.ts';

const at = (text: string) => Date.parse(text);

function period(nowText: string, parts: Partial<QuotaCalendarParts>) {
  const calendar = new QuotaCalendar({ period: 'day', timeZone: 'UTC', resetDay: 1, ...parts });
  const { startMs, endMs } = calendar.periodAt(at(nowText));
  return [new Date(startMs).toISOString(), new Date(endMs).toISOString()].map((text) =>
    text.replace(':00.000Z', 'Z'),
  );
}

describe('in UTC', () => {
  test('a day and a month are those of the calendar, also around leap days, new year and clock changes', () => {
    expect(period('2028-02-29T23:59:59.999Z', {})).toEqual(['2028-02-29T00:00Z', '2028-03-01T00:00Z']);
    expect(period('2026-12-31T23:59:59.999Z', { period: 'month' })).toEqual([
      '2026-12-01T00:00Z',
      '2027-01-01T00:00Z',
    ]);
    expect(period('2026-03-29T01:30:00Z', {})).toEqual(['2026-03-29T00:00Z', '2026-03-30T00:00Z']);
  });

  test('a month begins on the reset day, and on the last day where there is no such day', () => {
    const month = { period: 'month' } as const;
    expect(period('2026-03-14T23:59:59Z', { ...month, resetDay: 15 })).toEqual([
      '2026-02-15T00:00Z',
      '2026-03-15T00:00Z',
    ]);
    expect(period('2026-02-28T00:00:00Z', { ...month, resetDay: 31 })).toEqual([
      '2026-02-28T00:00Z',
      '2026-03-31T00:00Z',
    ]);
    expect(period('2028-02-28T23:00:00Z', { ...month, resetDay: 30 })).toEqual([
      '2028-01-30T00:00Z',
      '2028-02-29T00:00Z',
    ]);
    expect(period('2026-01-05T00:00:00Z', { ...month, resetDay: 10 })).toEqual([
      '2025-12-10T00:00Z',
      '2026-01-10T00:00Z',
    ]);
  });
});

describe('in a time zone', () => {
  // Figures from the published rules of each zone, worked out by hand.
  test.each([
    ['a day of 23 hours', 'Europe/Berlin', '2026-03-29T12:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['a day of 25 hours', 'Europe/Berlin', '2026-10-25T12:00Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['the last moment', 'America/New_York', '2026-07-02T03:59Z', '2026-07-01T04:00Z', '2026-07-02T04:00Z'],
    ['half an hour', 'Asia/Kolkata', '2026-07-01T18:30Z', '2026-07-01T18:30Z', '2026-07-02T18:30Z'],
    ['clocks skip midnight', 'Asia/Beirut', '2026-03-29T12:00Z', '2026-03-28T22:00Z', '2026-03-29T21:00Z'],
    [
      'midnight is skipped',
      'America/Sao_Paulo',
      '2018-11-04T12:00Z',
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
    ],
    [
      'midnight passes twice',
      'America/Havana',
      '2026-11-01T04:30Z',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
    ],
    ['its second passing', 'America/Havana', '2026-11-01T05:30Z', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    [
      'clocks back by a minute past',
      'America/St_Johns',
      '2010-11-07T03:00Z',
      '2010-11-07T02:30Z',
      '2010-11-08T03:30Z',
    ],
    [
      'clocks go back over midnight',
      'America/Goose_Bay',
      '1999-10-31T03:30Z',
      '1999-10-31T03:00Z',
      '1999-11-01T04:00Z',
    ],
    ['a day left out', 'Pacific/Apia', '2011-12-30T10:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
    [
      'before the day left out',
      'Pacific/Apia',
      '2011-12-30T09:59Z',
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
    ],
    [
      'east of the date line',
      'Pacific/Kiritimati',
      '2026-06-15T12:00Z',
      '2026-06-15T10:00Z',
      '2026-06-16T10:00Z',
    ],
  ])('%s: %s at %s', (_name, timeZone, now, start, end) => {
    expect(period(now, { timeZone })).toEqual([start, end]);
  });

  test('a month of a zone begins at its own midnight, in its own offset', () => {
    expect(period('2026-04-01T00:00:00Z', { period: 'month', timeZone: 'Europe/Berlin' })).toEqual([
      '2026-03-31T22:00Z',
      '2026-04-30T22:00Z',
    ]);
    expect(
      period('2026-11-14T07:59:59Z', { period: 'month', timeZone: 'America/Los_Angeles', resetDay: 14 }),
    ).toEqual(['2026-10-14T07:00Z', '2026-11-14T08:00Z']);
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Beirut',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Antarctica/Troll',
];
/** Moments at which clocks of these zones were or will be changed. */
const CHANGES = [
  '2026-03-29T01:00Z',
  '2026-10-25T01:00Z',
  '2026-11-01T05:00Z',
  '2018-11-04T03:00Z',
  '2011-12-30T10:00Z',
  '2026-03-28T22:00Z',
  '2007-03-11T03:31Z',
  '2010-11-07T02:31Z',
];
const TWO_DAYS_MS = 172_800_000;
const moment = fc.oneof(
  fc.integer({ min: at('1990-01-02T00:00:00Z'), max: at('2100-01-01T00:00:00Z') }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -TWO_DAYS_MS, max: TWO_DAYS_MS }))
    .map(([text, offMs]) => at(text) + offMs),
);
const parts = fc
  .record({
    period: fc.constantFrom('day' as const, 'month' as const),
    timeZone: fc.constantFrom(...ZONES),
    resetDay: fc.integer({ min: 1, max: 31 }),
  })
  .map((made) => (made.period === 'day' ? { ...made, resetDay: 1 } : made));

/** The date that a wall clock in the zone shows, by another way of asking: `2026-11-22`. */
function shownDate(ms: number, timeZone: string): string {
  return new Date(ms).toLocaleString('sv-SE', { timeZone }).slice(0, 10);
}

/** Does a period of the quota begin on this date? Counted on the text alone. */
function beginsOn(date: string, { period, resetDay }: QuotaCalendarParts): boolean {
  if (period === 'day') return true;
  const day = Number(date.slice(8));
  const isLastOfMonth = new Date(`${date}T24:00:00Z`).getUTCDate() === 1;
  return day === resetDay || (isLastOfMonth && resetDay > day);
}

test('against a wall clock asked hour by hour: no day on which a period begins lies inside one, over 300 cases', () => {
  fc.assert(
    fc.property(moment, parts, (nowMs, made) => {
      const { startMs, endMs } = new QuotaCalendar(made).periodAt(nowMs);
      expect(startMs <= nowMs && nowMs < endMs).toBe(true);
      const first = shownDate(startMs, made.timeZone);
      expect(shownDate(startMs - 1, made.timeZone) < first).toBe(true);
      // Apia left out 30 December 2011: a period that would begin on it begins with the next day.
      expect(beginsOn(first, made) || first === '2011-12-31').toBe(true);
      const until = shownDate(endMs, made.timeZone);
      // Clocks that go back over midnight show the day before once more, in the first hours alone.
      for (let ms = startMs + 3_600_000; ms < endMs; ms += made.period === 'day' ? 3_600_000 : 43_200_000) {
        const shown = shownDate(ms, made.timeZone);
        const isAgain = shown < first && ms < startMs + 4 * 3_600_000;
        expect(isAgain || shown === first || !beginsOn(shown, made)).toBe(true);
        expect(shown < until).toBe(true);
      }
      expect(beginsOn(until, made) || until === '2011-12-31').toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('periods join without gap or overlap, and one calendar asked in any order agrees with a new one', () => {
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 5 }), parts, (moments, made) => {
      const calendar = new QuotaCalendar(made);
      for (const nowMs of moments) {
        const found = calendar.periodAt(nowMs);
        expect(found).toEqual(new QuotaCalendar(made).periodAt(nowMs));
        expect(calendar.periodAt(found.endMs - 1)).toEqual(found);
        expect(calendar.periodAt(found.endMs).startMs).toBe(found.endMs);
        expect(calendar.periodAt(found.startMs)).toEqual(found);
      }
    }),
  );
});

test('shares of a quota are reached once, the highest of those that one request passes', () => {
  expect(reachedThreshold(49, 50, 100)).toBe(50);
  expect(reachedThreshold(50, 51, 100)).toBeNull();
  expect(reachedThreshold(0, 1, 1)).toBe(100);
  expect(reachedThreshold(70, 96, 100)).toBe(95);
  expect(reachedThreshold(2, 2, 3)).toBeNull();
  expect(reachedThreshold(1, 2, 3)).toBe(50);
  expect(reachedThreshold(100, 130, 100)).toBeNull();
});
