import { expect, it } from 'vitest';
import { lifetimeProblem } from './key-lifetime.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const POLICY = [
  { tier: 'external', defaultDays: 30, maxDays: 90, idleDays: null },
  { tier: 'first_party', defaultDays: 365, maxDays: null, idleDays: null },
];
const mayEnd = (tier: string, endsAtMs: number | null) =>
  lifetimeProblem(POLICY, tier, { endsAtMs, nowMs: 1_000 }) === null;

it('a key may live as long as its tier allows, with an hour for a form that is open, and not longer', () => {
  expect(mayEnd('external', 1_000 + 90 * DAY_MS + HOUR_MS)).toBe(true);
  expect(mayEnd('external', 1_000 + 90 * DAY_MS + HOUR_MS + 1)).toBe(false);
  expect(mayEnd('external', null)).toBe(false);
});

it('a tier without a maximum, and one that no policy names, may live for ever', () => {
  expect(mayEnd('first_party', null)).toBe(true);
  expect(mayEnd('federal', null)).toBe(true);
});
