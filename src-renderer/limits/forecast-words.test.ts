import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import { forecastSentence } from './forecast-words.ts';

const QUOTA = { limit: 1_000, period: 'month', by: 'key' } as const;
const at = timestampMs.parse(Date.UTC(2026, 11, 12, 9));

test('the day on which a quota will be reached is told with the growth that it is taken from', () => {
  expect(forecastSentence({ ...QUOTA, forecast: { kind: 'reaches', at, growthPerWeek: 70 } }, 'utc')).toBe(
    'At the growth of the last 4 weeks (70 requests a day more each week) this key reaches its monthly quota around 12 Dec.',
  );
  const shared = { limit: 1_000, period: 'day', by: 'application' } as const;
  expect(forecastSentence({ ...shared, forecast: { kind: 'later', growthPerWeek: 0 } }, 'utc')).toBe(
    'At the growth of the last 4 weeks (less than one request a day more each week) this key does not reach its application’s daily quota in the next 90 days.',
  );
});

test('what is not known is said, and no day is made up', () => {
  const said = (forecast: Parameters<typeof forecastSentence>[0]['forecast']) =>
    forecastSentence({ ...QUOTA, forecast }, 'utc');
  expect(said({ kind: 'unknown', why: 'few' })).toBe(
    'Too little data to say: it takes 14 days and 100 requests.',
  );
  expect(said({ kind: 'unknown', why: 'erratic' })).toBe('Its days differ too much to say.');
  expect(said({ kind: 'steady' })).toBe('No growth in the last 4 weeks.');
  expect(said({ kind: 'reached' })).toBe('Its monthly quota is used up.');
});
