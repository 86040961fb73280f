import { expect, test } from 'vitest';
import { applicationId } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { newHours, NO_BINDINGS } from '#renderer/bindings/binding-draft.ts';
import { NEW_NAMED_LIMIT, NO_LIMITS } from '#renderer/limits/limit-draft.ts';
import { EMPTY_DRAFT, problemAt, readDraft, type KeyDraft } from './key-draft.ts';

const NOW = Date.UTC(2026, 10, 22);
const GOOD: KeyDraft = {
  ...EMPTY_DRAFT,
  applicationId: applicationId.parse('app_0123456789abcdef'),
  name: 'Data feed',
};
const problemsOf = (draft: KeyDraft) => {
  const read = readDraft(draft, NOW);
  return read.ok ? [] : read.problems.map((problem) => problem.fieldId);
};

test('an application and a name are enough: 90 days, nothing allowed', () => {
  const read = readDraft(GOOD, NOW);
  expect(read).toMatchObject({
    ok: true,
    input: {
      name: 'Data feed',
      environment: 'live',
      scopeIds: [],
      expiresAt: NOW + 90 * DAY_MS,
      noExpiryReason: null,
    },
  });
});

test('problems come in the order of the form, one a field', () => {
  expect(problemsOf({ ...EMPTY_DRAFT, expiry: 'none', tags: 'a b!' })).toEqual([
    'key-application',
    'key-name',
    'key-no-expiry-reason',
    'key-tags',
  ]);
});

test('a key without an end needs a reason, and the reason is kept', () => {
  expect(problemsOf({ ...GOOD, expiry: 'none' })).toEqual(['key-no-expiry-reason']);
  expect(
    readDraft({ ...GOOD, expiry: 'none', noExpiryReason: 'Kiosks cannot be reached' }, NOW),
  ).toMatchObject({
    ok: true,
    input: { expiresAt: null, noExpiryReason: 'Kiosks cannot be reached' },
  });
});

test('the grace is sent with an end that it can follow, and its problem stands at its field', () => {
  const graceOf = (draft: KeyDraft) => {
    const read = readDraft(draft, NOW);
    return read.ok ? read.input.expiryGraceMs : read.problems;
  };
  expect(graceOf(GOOD)).toBeNull();
  expect(graceOf({ ...GOOD, graceHours: 48 })).toBe(2 * DAY_MS);
  expect(graceOf({ ...GOOD, graceHours: 48, expiry: 'none', noExpiryReason: 'Kiosks' })).toBeNull();
  expect(problemsOf({ ...GOOD, graceHours: 10_000 })).toEqual(['key-expiry-grace']);
});

test('a date must be there and in the future', () => {
  expect(problemsOf({ ...GOOD, expiry: 'date' })).toEqual(['key-expiry']);
  expect(problemsOf({ ...GOOD, expiry: 'date', expiryDate: '2020-01-01T00:00' })).toEqual(['key-expiry']);
  expect(problemsOf({ ...GOOD, expiry: 'date', expiryDate: '2027-01-01T00:00' })).toEqual([]);
});

test('lines, tags and limits become what the command takes', () => {
  expect(
    readDraft(
      {
        ...GOOD,
        bindings: { ...NO_BINDINGS, ipAllow: '10.0.0.0/8\n 203.0.113.9 \n' },
        tags: 'team=search, v=2',
        limits: { ...NO_LIMITS, rateLimit: 600, quota: 5 },
      },
      NOW,
    ),
  ).toMatchObject({
    ok: true,
    input: {
      ipAllow: ['10.0.0.0/8', '203.0.113.9'],
      tags: ['team=search', 'v=2'],
      rateLimit: { limit: 600, windowMs: 60_000 },
      quota: { limit: 5, period: 'month' },
    },
  });
});

test('a problem of the server lands at its field', () => {
  expect(problemAt('ipAllow.1', 'Not an address.')).toEqual({
    fieldId: 'key-ipAllow',
    label: 'Allowed addresses',
    message: 'Not an address.',
  });
});

test('a problem inside a list leads to its own control, after the fields above it', () => {
  const limits = {
    ...NO_LIMITS,
    rateLimit: 0,
    named: [NEW_NAMED_LIMIT, { ...NEW_NAMED_LIMIT, name: 'a b', limit: 1 }],
  };
  const bindings = { ...NO_BINDINGS, timeAllow: [{ ...newHours('UTC'), from: '8' }] };
  const read = readDraft({ ...GOOD, limits, bindings, tags: 'b!' }, NOW);
  expect(read.ok ? [] : read.problems.map(({ fieldId, label }) => [fieldId, label])).toEqual([
    ['key-rateLimit-limit', 'Rate limit'],
    ['key-rateLimits-0-name', 'Further rate limits 1'],
    ['key-rateLimits-0-limit', 'Further rate limits 1'],
    ['key-rateLimits-1-name', 'Further rate limits 2'],
    ['key-timeAllow-0-from', 'Hours 1'],
    ['key-tags', 'Tags'],
  ]);
});
