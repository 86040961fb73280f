import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { bucketText, tickText } from './tick-text.ts';

describe('tick text', () => {
  it('says the hour within a day and the day at its midnight', () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    expect(tickText(noon, 'utc', HOUR_MS)).toBe('12:00');
    expect(tickText(Date.UTC(2026, 10, 22), 'utc', DAY_MS)).toBe('22 Nov');
    expect(tickText(noon, 'utc', 7 * DAY_MS)).toBe('22 Nov 12:00');
    expect(bucketText({ start: noon, end: noon + HOUR_MS }, 'utc')).toBe('22 Nov, 12:00 to 13:00');
  });
});
