import { expect, test } from 'vitest';
import { quota } from '#contract/plans.ts';
import { quotaText, rateText } from './limit-refusals.ts';

test('a limit of one is told as one request, any other as requests', () => {
  expect(rateText({ limit: 1, windowMs: 60_000 })).toBe('1 request in 60 s');
  expect(rateText({ limit: 600, windowMs: 500 })).toBe('600 requests in 500 ms');
  expect(quotaText(quota.parse({ limit: 1, period: 'day' }))).toBe('1 request a day');
  expect(quotaText(quota.parse({ limit: 2, period: 'month', timeZone: 'Asia/Tokyo', resetDay: 15 }))).toBe(
    '2 requests a month from day 15 in Asia/Tokyo',
  );
});
