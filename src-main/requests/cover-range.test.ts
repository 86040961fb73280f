import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { coverRange } from './cover-range.ts';

const DAY = ROLLUP_MS.day;
const HOUR = ROLLUP_MS.hour;
const MINUTE = ROLLUP_MS.minute;
const NONE = { minuteMs: 0, hourMs: 0 };

it('covers a range without gap or overlap, widened to whole minutes and no further', () => {
  const time = fc.integer({ min: 0, max: 5 * DAY });
  fc.assert(
    fc.property(time, time, (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const parts = coverRange(from, to, NONE);
      let at = Math.floor(from / MINUTE) * MINUTE;
      for (const { width, fromBucket, toBucket } of parts) {
        expect(fromBucket * ROLLUP_MS[width]).toBe(at);
        expect(toBucket).toBeGreaterThan(fromBucket);
        at = toBucket * ROLLUP_MS[width];
      }
      if (from < to) expect(at).toBe(Math.ceil(to / MINUTE) * MINUTE);
      else expect(parts).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

it('reads few buckets: minutes and hours only at the edges', () => {
  expect(coverRange(HOUR - MINUTE, 3 * DAY + HOUR + MINUTE, NONE)).toEqual([
    { width: 'minute', fromBucket: 59, toBucket: 60 },
    { width: 'hour', fromBucket: 1, toBucket: 24 },
    { width: 'day', fromBucket: 1, toBucket: 3 },
    { width: 'hour', fromBucket: 72, toBucket: 73 },
    { width: 'minute', fromBucket: 73 * 60, toBucket: 73 * 60 + 1 },
  ]);
});

it('uses wider buckets where the narrower ones were removed', () => {
  const parts = coverRange(HOUR + 5 * MINUTE, 3 * DAY + MINUTE, { minuteMs: 3 * DAY, hourMs: 2 * DAY });
  expect(parts).toEqual([
    { width: 'day', fromBucket: 0, toBucket: 3 },
    { width: 'minute', fromBucket: 3 * 1_440, toBucket: 3 * 1_440 + 1 },
  ]);
});
