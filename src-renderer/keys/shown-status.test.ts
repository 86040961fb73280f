import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { shownStatus } from './shown-status.ts';

const NOW = Date.UTC(2026, 10, 22);
const at = (ms: number) => timestampMs.parse(ms);
const used = at(NOW - DAY_MS);

test('a status other than active is shown as it is, whatever the dates say', () => {
  expect(shownStatus({ status: 'revoked', expiresAt: at(NOW), lastUsedAt: null }, NOW)).toBe('revoked');
  expect(shownStatus({ status: 'rotating', expiresAt: at(NOW + 1), lastUsedAt: null }, NOW)).toBe('rotating');
});

test('an active key is expiring within 14 days of its end, unused without a request for 30 days', () => {
  expect(shownStatus({ status: 'active', expiresAt: at(NOW + 14 * DAY_MS), lastUsedAt: used }, NOW)).toBe(
    'expiring',
  );
  expect(shownStatus({ status: 'active', expiresAt: at(NOW + 14 * DAY_MS + 1), lastUsedAt: used }, NOW)).toBe(
    'active',
  );
  expect(shownStatus({ status: 'active', expiresAt: null, lastUsedAt: null }, NOW)).toBe('unused');
  expect(shownStatus({ status: 'active', expiresAt: null, lastUsedAt: at(NOW - 30 * DAY_MS) }, NOW)).toBe(
    'unused',
  );
});
