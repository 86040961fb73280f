import { describe, expect, it } from 'vitest';
import { NEW_NAMED_LIMIT } from '#renderer/limits/limit-draft.ts';
import { draftChanges, draftOf, expiresAtOnce } from './key-draft.ts';
import { NOW, key } from './shown-key.test-support.ts';

describe('edit form', () => {
  it('changes nothing when nothing was touched', () => {
    const { input, isChanged, problems } = draftChanges(key, draftOf(key));
    expect({ input, isChanged, problems }).toEqual({
      input: { keyId: key.keyId },
      isChanged: false,
      problems: {},
    });
  });

  it('sends only what was changed', () => {
    const start = draftOf(key);
    const bindings = { ...start.bindings, ipAllow: '10.0.0.0/8\n\n 192.0.2.7 ' };
    const draft = { ...start, bindings, tags: 'a, b  c' };
    expect(draftChanges(key, draft).input).toEqual({
      keyId: key.keyId,
      ipAllow: ['10.0.0.0/8', '192.0.2.7'],
      tags: ['a', 'b', 'c'],
    });
  });

  it('sends a quota with another time zone, and leaves the rate limit alone', () => {
    const limits = { ...draftOf(key).limits, quota: 1_000, quotaZone: 'Europe/Berlin', quotaResetDay: 15 };
    expect(draftChanges(key, { ...draftOf(key), limits }).input).toEqual({
      keyId: key.keyId,
      quota: {
        limit: 1_000,
        period: 'month',
        timeZone: 'Europe/Berlin',
        resetDay: 15,
        isSoft: false,
        by: 'key',
      },
    });
  });

  it('wants a reason for a key that never expires, and a moment for one that does', () => {
    const never = { ...draftOf(key), neverExpires: true };
    expect(draftChanges(key, never).problems).toHaveProperty('noExpiryReason');
    expect(draftChanges(key, { ...never, noExpiryReason: 'Kiosks in the field' }).input).toMatchObject({
      expiresAt: null,
      noExpiryReason: 'Kiosks in the field',
    });
    expect(draftChanges(key, { ...draftOf(key), expiresAt: '' }).problems).toHaveProperty('expiresAt');
  });

  it('names the field that the contract refuses', () => {
    expect(draftChanges(key, { ...draftOf(key), name: ' ' }).problems).toHaveProperty('name');
    expect(draftChanges(key, { ...draftOf(key), tags: 'good not!ok' }).problems).toHaveProperty('tags');
    const limits = { ...draftOf(key).limits, rateLimit: 0, named: [{ ...NEW_NAMED_LIMIT, limit: 5 }] };
    expect(Object.keys(draftChanges(key, { ...draftOf(key), limits }).problems)).toEqual([
      'rateLimit.limit',
      'rateLimits.0.name',
    ]);
  });

  it('knows a moment that has passed', () => {
    expect(expiresAtOnce({ ...draftOf(key), expiresAt: '2020-01-01T00:00' }, NOW)).toBe(true);
    expect(expiresAtOnce(draftOf(key), NOW)).toBe(false);
  });
});
