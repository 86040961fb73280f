import { describe, expect, it } from 'vitest';
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
    const draft = { ...draftOf(key), ipAllow: '10.0.0.0/8\n\n 192.0.2.7 ', tags: 'a, b  c' };
    expect(draftChanges(key, draft).input).toEqual({
      keyId: key.keyId,
      ipAllow: ['10.0.0.0/8', '192.0.2.7'],
      tags: ['a', 'b', 'c'],
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
    expect(draftChanges(key, { ...draftOf(key), rateLimit: 0 }).problems).toHaveProperty('rateLimit');
  });

  it('knows a moment that has passed', () => {
    expect(expiresAtOnce({ ...draftOf(key), expiresAt: '2020-01-01T00:00' }, NOW)).toBe(true);
    expect(expiresAtOnce(draftOf(key), NOW)).toBe(false);
  });
});
