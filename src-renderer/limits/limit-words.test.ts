import { describe, expect, it } from 'vitest';
import type { NamedRateLimit, Quota } from '#contract/plans.ts';
import { limitFacts, limitSentences, limitText } from './limit-words.ts';

const burst: NamedRateLimit = { name: 'burst', limit: 20, windowMs: 1_000, by: 'clientIp', isSoft: false };
const shared: NamedRateLimit = {
  name: 'team',
  limit: 600,
  windowMs: 60_000,
  by: 'application',
  isSoft: true,
};
const month: Quota = {
  limit: 250_000,
  period: 'month',
  timeZone: 'Europe/Berlin',
  resetDay: 15,
  isSoft: false,
  by: 'partner',
};

describe('limits in words', () => {
  it('the simple case is short', () => {
    const quota: Quota = { ...month, timeZone: 'UTC', resetDay: 1, by: 'key' };
    expect(limitText({ rateLimit: { limit: 600, windowMs: 60_000 }, rateLimits: [], quota })).toBe(
      '600 per minute, 250,000 per month',
    );
    expect(limitText({ rateLimit: null, rateLimits: [], quota: null })).toBe('none of its own');
  });

  it('every limit is a fact with who shares it and whether it only warns', () => {
    expect(limitFacts({ rateLimit: null, rateLimits: [burst, shared], quota: month })).toEqual([
      'burst: 20 per second, each address',
      'team: 600 per minute, application together, warns only',
      '250,000 per month from the 15th (Europe/Berlin), partner together',
    ]);
  });

  it('sentences say what happens, to whom, and when it is refused', () => {
    const limits = { rateLimit: { limit: 1, windowMs: 86_400_000 }, rateLimits: [shared], quota: month };
    expect(limitSentences(limits, 'each key')).toEqual([
      'At most 1 request in any 24 hours for each key. The next one is refused until the window has room.',
      'team: more than 600 requests in any minute, counted for all keys of the application together, pass with a warning.',
      'At most 250,000 requests in a calendar month that starts on the 15th (Europe/Berlin), counted for all keys of the partner together. After that everything is refused until the next month begins.',
    ]);
  });
});
