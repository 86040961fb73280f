import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Key } from '#contract/keys.ts';
import { requestSearch } from '#renderer/requests/request-search.ts';
import { draftChanges, draftOf, expiresAtOnce } from './key-draft.ts';
import { fullLogSearch, keyDetailSearch, requestSearchOf, withRequestSearch } from './key-detail-search.ts';
import { statusSentence } from './status-sentence.ts';

const NOW = Date.UTC(2026, 10, 22, 10);
const DAY = 86_400_000;
const key = {
  keyId: 'k7Qd2mX9pR4t',
  name: 'Data feed',
  status: 'active',
  lastUsedAt: NOW - 60_000,
  expiresAt: NOW + 61 * DAY + 5_000,
  noExpiryReason: null,
  overlapEndsAt: null,
  revocation: null,
  suspension: null,
  planId: null,
  rateLimit: { limit: 600, windowMs: 60_000 },
  quota: null,
  ipAllow: ['10.0.0.0/8'],
  originAllow: [],
  tags: ['team=search'],
  externalId: null,
  note: '',
} as unknown as Key;

describe('status sentence', () => {
  it('says state, use and end in words', () => {
    expect(statusSentence(key, 3, NOW)).toBe('Active, used 1 min ago by 3 callers, expires in 61 days.');
    expect(statusSentence({ ...key, lastUsedAt: null, expiresAt: null }, null, NOW)).toBe(
      'Active, never used, never expires.',
    );
  });

  it('says nothing about the expiry of a revoked key, and that an expiry has passed', () => {
    const revocation = {
      reason: 'leaked',
      note: null,
      at: NOW - 3_600_000,
      restorableUntil: null,
    } as Key['revocation'];
    expect(statusSentence({ ...key, status: 'revoked', revocation }, 0, NOW)).toBe(
      'Revoked 1 hr ago, used 1 min ago.',
    );
    expect(
      statusSentence(
        { ...key, status: 'expired', expiresAt: (NOW - 2 * DAY) as Key['expiresAt'] },
        null,
        NOW,
      ),
    ).toContain('expired 2 days ago');
  });
});

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

describe('key page in the address bar', () => {
  it('keeps the request filters through the key page and back', () => {
    const search = fc.record(
      {
        outcome: fc.constantFrom('allowed', 'refused'),
        status: fc.constantFrom('2xx', '5xx'),
        method: fc.constantFrom('GET', 'DELETE'),
        path: fc.constantFrom('/offers', '/x'),
        range: fc.constantFrom('1h', 'all'),
        row: fc.constant('req_1'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(search, (raw) => {
        const requests = requestSearch.parse(raw);
        const address = withRequestSearch(keyDetailSearch.parse({ tab: 'requests', range: '7d' }), requests);
        expect(keyDetailSearch.parse(address)).toMatchObject({ tab: 'requests', range: '7d' });
        expect(requestSearch.parse(requestSearchOf(keyDetailSearch.parse(address)))).toEqual(requests);
      }),
    );
  });

  it('leads to the same rows in the log over all keys', () => {
    const search = keyDetailSearch.parse({ method: 'GET', log: '1h' });
    expect(requestSearch.parse(fullLogSearch(search, key.keyId))).toMatchObject({
      key: key.keyId,
      method: 'GET',
      range: '1h',
    });
  });
});
