import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import {
  hasExpired,
  keyStatus,
  overlapEndsAt,
  restorableUntil,
  retiringSecret,
  secretState,
} from './key-status.ts';

const NOW = 1_000_000;
const FREE = { revokedAtMs: null, suspendedAtMs: null, expiresAtMs: null };
const ONE = [{ version: 1, endsAtMs: null }];
const TWO = [
  { version: 2, endsAtMs: null },
  { version: 1, endsAtMs: NOW + 1 },
];

test('revoked hides suspended hides expired hides rotating hides active', () => {
  expect(keyStatus(FREE, ONE, NOW)).toBe('active');
  expect(keyStatus(FREE, TWO, NOW)).toBe('rotating');
  expect(keyStatus({ ...FREE, expiresAtMs: NOW }, TWO, NOW)).toBe('expired');
  expect(keyStatus({ ...FREE, expiresAtMs: NOW, suspendedAtMs: 1 }, TWO, NOW)).toBe('suspended');
  expect(keyStatus({ expiresAtMs: NOW, suspendedAtMs: 1, revokedAtMs: 1 }, TWO, NOW)).toBe('revoked');
});

test('a key expires at its very millisecond, not one before', () => {
  expect(hasExpired({ expiresAtMs: NOW }, NOW - 1)).toBe(false);
  expect(hasExpired({ expiresAtMs: NOW }, NOW)).toBe(true);
});

test('an old secret retires until its end and has ended at it; the one without an end is current', () => {
  expect(secretState({ endsAtMs: NOW, isCurrent: false }, NOW - 1)).toBe('retiring');
  expect(secretState({ endsAtMs: NOW, isCurrent: false }, NOW)).toBe('ended');
  expect(secretState({ endsAtMs: null, isCurrent: false }, NOW)).toBe('ended');
  expect(secretState({ endsAtMs: null, isCurrent: true }, NOW)).toBe('current');
  expect(retiringSecret(TWO, NOW)?.version).toBe(1);
  expect(overlapEndsAt(TWO, NOW)).toBe(NOW + 1);
  expect(overlapEndsAt(TWO, NOW + 1)).toBeNull();
  expect(keyStatus(FREE, TWO, NOW + 1)).toBe('active');
});

test('a revoked key can be restored for ten minutes, a leaked one never', () => {
  const revokedAtMs = timestampMs.parse(NOW);
  expect(restorableUntil({ revokedAtMs, reason: 'other' }, NOW + 599_999)).toBe(NOW + 600_000);
  expect(restorableUntil({ revokedAtMs, reason: 'other' }, NOW + 600_000)).toBeNull();
  expect(restorableUntil({ revokedAtMs, reason: 'leaked' }, NOW)).toBeNull();
});
