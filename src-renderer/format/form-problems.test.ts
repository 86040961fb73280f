import { expect, test } from 'vitest';
import { createKeyInput } from '#contract/key-policy.ts';
import { formProblems } from './form-problems.ts';

const GOOD = { applicationId: 'app_0123456789abcdef', name: 'x', environment: 'live', expiresAt: null };
const problemsOf = (part: object) => formProblems(createKeyInput.safeParse({ ...GOOD, ...part }).error);

test('a form that fits has no problems', () => {
  expect(problemsOf({})).toEqual([]);
});

test('numbers are talked about like a person does', () => {
  expect(problemsOf({ rateLimit: { limit: null, windowMs: 500 } })).toEqual([
    { path: 'rateLimit.limit', message: 'Fill this in.' },
    { path: 'rateLimit.windowMs', message: 'At least 1,000.' },
  ]);
  expect(problemsOf({ rateLimit: { limit: 100_001, windowMs: 1_000 } })).toEqual([
    { path: 'rateLimit.limit', message: 'At most 100,000.' },
  ]);
  expect(problemsOf({ rateLimit: { limit: 1.5, windowMs: 1_000 } })).toEqual([
    { path: 'rateLimit.limit', message: 'Enter a whole number.' },
  ]);
});

test('a field that may be left out is judged by what was typed, down to the control', () => {
  expect(problemsOf({ rateLimits: [{ name: 'burst', limit: null, windowMs: 1_000 }] })).toEqual([
    { path: 'rateLimits.0.limit', message: 'Fill this in.' },
  ]);
});

test('sentences of the contract pass as they are', () => {
  expect(problemsOf({ timeAllow: [{ days: [1], from: '8', to: '10:00', timeZone: 'UTC' }] })).toEqual([
    { path: 'timeAllow.0.from', message: 'Use a time such as 08:30.' },
  ]);
});
