import { expect, test } from 'vitest';
import { keyId } from '#contract/ids.ts';
import type { LeakMatch } from '#contract/leaks.ts';
import type { FoundKeys } from './found-keys.ts';
import { contactText, powerSentence, resultSentence, tokenSentence } from './leak-words.ts';

const NOTHING: FoundKeys = {
  ...{ keys: [], hashes: [], tokens: [], lookAlikes: [], texts: 1, bytes: 1, unreadable: [], isCut: false },
};
const MATCH: LeakMatch = {
  ...{
    keyId: keyId.parse('k7Qd2mX9pR4t'),
    name: 'Feed',
    environment: 'live',
    status: 'active',
    state: 'usable',
  },
  ...{ partnerName: 'Acme', applicationName: 'Feed', contactEmail: 'a@acme.example', expiresAt: null },
  ...{ secretVersion: 1, secretCount: 1, may: ['GET /a'], mayCount: 1, canWrite: false, limits: [] },
  ...{ lastDay: null, lastUsedAt: null, openLeakId: null },
};

test('the result says how many of ours work, what is of others, and what only looks like a key', () => {
  expect(resultSentence(NOTHING, [], 0)).toBe('No key of Latchkey was found.');
  expect(resultSentence({ ...NOTHING, lookAlikes: ['x'] }, [], 0)).toContain('1 look-alike');
  expect(resultSentence(NOTHING, [MATCH], 0)).toBe('Found 1 key of this store, 1 of which works now.');
  const dead: LeakMatch = { ...MATCH, state: 'dead' };
  const token = { kind: 'service_token', name: 'lks_trade', place: 'line 2' } as const;
  expect(resultSentence({ ...NOTHING, tokens: [token] }, [dead, dead], 2)).toBe(
    'Found 2 keys of this store, none of which is known to work; 2 keys of another store; 1 token.',
  );
  expect(tokenSentence(token)).toContain('lks_trade_… (line 2). Service token:');
});

test('a key is said to read or to change, with its first rules', () => {
  expect(powerSentence({ ...MATCH, may: [], mayCount: 0 })).toBe('May call nothing.');
  expect(powerSentence(MATCH)).toBe('May read: GET /a.');
  const may = ['POST /a', 'GET /b', 'GET /c', 'GET /d', 'GET /e'];
  expect(powerSentence({ ...MATCH, may, mayCount: 6, canWrite: true })).toBe(
    'May read and change: POST /a, GET /b, GET /c, GET /d and 2 more rules.',
  );
});

test('the text for the owner says what was found where, what was done and what to do', () => {
  const told = {
    keyName: 'Feed',
    keyId: 'k7Qd2mX9pR4t',
    place: 'a gist',
    contained: null,
    isReplaced: false,
  };
  expect(contactText(told)).toContain('(a gist).\n\nIt still works');
  const done = contactText({ ...told, place: '', contained: 'The key was revoked', isReplaced: true });
  expect(done).toContain(
    'can read it.\n\nThe key was revoked: requests with it are refused.\n\nA new key is on its way',
  );
});
