import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import {
  hasExpired,
  isInGrace,
  keyEndsAt,
  keyStatus,
  overlapEndsAt,
  restorableUntil,
  retiringSecret,
  secretState,
} from './key-status.ts';

const NOW = 1_000_000;
const FREE = { revokedAtMs: null, suspendedAtMs: null, expiresAtMs: null, expiryGraceMs: null };
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
  expect(keyStatus({ ...FREE, expiresAtMs: NOW, suspendedAtMs: 1, revokedAtMs: 1 }, TWO, NOW)).toBe(
    'revoked',
  );
});

test('a key expires at its very millisecond, not one before', () => {
  expect(hasExpired({ ...FREE, expiresAtMs: NOW }, NOW - 1)).toBe(false);
  expect(hasExpired({ ...FREE, expiresAtMs: NOW }, NOW)).toBe(true);
});

test('a grace begins at the very millisecond of the expiry and ends at the very millisecond of its own end, whatever both are', () => {
  const draws = Array.from({ length: 500 }, () => ({
    expiresAtMs: 1 + Math.floor(Math.random() * 4e12),
    expiryGraceMs: 1 + Math.floor(Math.random() * 30 * 86_400_000),
  }));
  for (const key of draws) {
    const endsAtMs = key.expiresAtMs + key.expiryGraceMs;
    const told = (nowMs: number) => [isInGrace(key, nowMs), hasExpired(key, nowMs)];
    expect(keyEndsAt(key)).toBe(endsAtMs);
    expect(told(key.expiresAtMs - 1), JSON.stringify(key)).toEqual([false, false]);
    expect(told(key.expiresAtMs), JSON.stringify(key)).toEqual([true, false]);
    expect(told(endsAtMs - 1), JSON.stringify(key)).toEqual([true, false]);
    expect(told(endsAtMs), JSON.stringify(key)).toEqual([false, true]);
  }
  expect(keyStatus({ ...FREE, expiresAtMs: NOW - 1, expiryGraceMs: 2 }, TWO, NOW)).toBe('rotating');
  expect(isInGrace({ ...FREE, expiresAtMs: NOW }, NOW)).toBe(false);
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
