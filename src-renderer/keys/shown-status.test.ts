import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { shownStatus } from './shown-status.ts';

const NOW = Date.UTC(2026, 10, 22);
const at = (ms: number) => timestampMs.parse(ms);
const NO_GRACE = { graceEndsAt: null };
const used = at(NOW - DAY_MS);

test('a status other than active is shown as it is, whatever the dates say', () => {
  expect(shownStatus({ ...NO_GRACE, status: 'revoked', expiresAt: at(NOW), lastUsedAt: null }, NOW)).toBe(
    'revoked',
  );
  expect(
    shownStatus({ ...NO_GRACE, status: 'rotating', expiresAt: at(NOW + 1), lastUsedAt: null }, NOW),
  ).toBe('rotating');
});

test('an active key is expiring within 14 days of its end, unused without a request for 30 days', () => {
  expect(
    shownStatus({ ...NO_GRACE, status: 'active', expiresAt: at(NOW + 14 * DAY_MS), lastUsedAt: used }, NOW),
  ).toBe('expiring');
  expect(
    shownStatus(
      { ...NO_GRACE, status: 'active', expiresAt: at(NOW + 14 * DAY_MS + 1), lastUsedAt: used },
      NOW,
    ),
  ).toBe('active');
  expect(shownStatus({ ...NO_GRACE, status: 'active', expiresAt: null, lastUsedAt: null }, NOW)).toBe(
    'unused',
  );
  expect(
    shownStatus({ ...NO_GRACE, status: 'active', expiresAt: null, lastUsedAt: at(NOW - 30 * DAY_MS) }, NOW),
  ).toBe('unused');
});

test('an active key whose expiry is past is in its grace, and no longer expiring', () => {
  const key = {
    status: 'active',
    expiresAt: at(NOW),
    graceEndsAt: at(NOW + DAY_MS),
    lastUsedAt: used,
  } as const;
  expect(shownStatus(key, NOW - 1)).toBe('expiring');
  expect(shownStatus(key, NOW)).toBe('grace');
  expect(shownStatus({ ...key, status: 'expired' }, NOW + DAY_MS)).toBe('expired');
});
