import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotaPeriod } from './quota.ts';

const at = (text: string) => Date.parse(text);

test('a day and a month are those of the UTC calendar, also around leap days, new year and clock changes', () => {
  expect(quotaPeriod(at('2028-02-29T23:59:59.999Z'), 'day')).toEqual({
    startMs: at('2028-02-29T00:00:00Z'),
    endMs: at('2028-03-01T00:00:00Z'),
  });
  expect(quotaPeriod(at('2026-12-31T23:59:59.999Z'), 'month')).toEqual({
    startMs: at('2026-12-01T00:00:00Z'),
    endMs: at('2027-01-01T00:00:00Z'),
  });
  const { startMs, endMs } = quotaPeriod(at('2026-03-29T01:30:00Z'), 'day');
  expect(endMs - startMs).toBe(86_400_000);
});

test('periods join without gap or overlap', () => {
  const moment = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') });
  fc.assert(
    fc.property(moment, fc.constantFrom('day', 'month'), (nowMs, period) => {
      const { startMs, endMs } = quotaPeriod(nowMs, period);
      expect(startMs <= nowMs && nowMs < endMs).toBe(true);
      expect(quotaPeriod(endMs - 1, period)).toEqual({ startMs, endMs });
      expect(quotaPeriod(endMs, period).startMs).toBe(endMs);
    }),
  );
});
