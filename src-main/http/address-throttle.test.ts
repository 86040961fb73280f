import { expect, test } from 'vitest';
import { AddressThrottle } from './address-throttle.ts';

const HOUR_MS = 3_600_000;

test('an address has so many turns at once and gets them back evenly; others are not touched', () => {
  const throttle = new AddressThrottle({ limit: 5, windowMs: HOUR_MS });
  for (let turn = 0; turn < 5; turn += 1) expect(throttle.take('203.0.113.9', 1_000)).toBe(0);
  expect(throttle.take('203.0.113.9', 1_000)).toBe(HOUR_MS / 5);
  expect(throttle.take('198.51.100.1', 1_000)).toBe(0);
  expect(throttle.take('203.0.113.9', 1_000 + HOUR_MS / 5 - 1)).toBe(1);
  expect(throttle.take('203.0.113.9', 1_000 + HOUR_MS / 5)).toBe(0);
  for (let turn = 0; turn < 5; turn += 1) expect(throttle.take('203.0.113.9', 3 * HOUR_MS)).toBe(0);
});

test('an IPv6 address counts by its network, callers without one together, and a clock that goes back locks nobody out', () => {
  const throttle = new AddressThrottle({ limit: 1, windowMs: HOUR_MS });
  expect(throttle.take('2001:db8:1:2::1', 10 * HOUR_MS)).toBe(0);
  expect(throttle.take('2001:db8:1:2:ffff::9', 10 * HOUR_MS)).toBeGreaterThan(0);
  expect(throttle.take('2001:db8:1:3::1', 10 * HOUR_MS)).toBe(0);
  expect(throttle.take(null, 10 * HOUR_MS)).toBe(0);
  expect(throttle.take('no address', 10 * HOUR_MS)).toBeGreaterThan(0);
  expect(throttle.take('2001:db8:1:2::1', HOUR_MS)).toBeLessThanOrEqual(HOUR_MS);
});
