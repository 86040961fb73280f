import { expect, test } from 'vitest';
import { keyFilter } from '#contract/keys.ts';
import { keyFilterOf, keysSearch, looksLikeKey } from './keys-search.ts';

test('revoked keys are left out unless the address says otherwise', () => {
  expect(keyFilterOf(keysSearch.parse({}), null).status).not.toContain('revoked');
  expect(keyFilterOf(keysSearch.parse({ status: 'any' }), null).status).toBeUndefined();
  expect(keyFilterOf(keysSearch.parse({ status: 'expiring' }), null).status).toEqual(['expiring']);
});

test('what cannot be read is left out, and the rest is a filter the contract accepts', () => {
  const search = keysSearch.parse({
    status: 'expiring,nonsense',
    partner: '???',
    text: 'feed',
    sort: 'up',
    tag: 'a=b',
    template: 'tpl_0123456789abcdef',
  });
  expect(search.partner).toBeUndefined();
  expect(search.sort).toBeUndefined();
  expect(keyFilter.parse(keyFilterOf(search, 'live'))).toEqual({
    status: ['expiring'],
    environment: 'live',
    text: 'feed',
    tag: 'a=b',
    templateId: 'tpl_0123456789abcdef',
  });
  expect(keysSearch.parse(search)).toEqual(search);
});

test('whole keys, cut keys and tokens are recognised, names and ids are not', () => {
  const key = `lk_live_datafeed_k7Qd2mX9pR4t_${'a'.repeat(43)}000000`;
  expect(looksLikeKey(key)).toBe(true);
  expect(looksLikeKey(key.slice(0, 60))).toBe(true);
  expect(looksLikeKey(`see ${key}, please`)).toBe(true);
  expect(looksLikeKey('a'.repeat(49))).toBe(true);
  expect(looksLikeKey('Data feed')).toBe(false);
  expect(looksLikeKey('k7Qd2mX9pR4t')).toBe(false);
  expect(looksLikeKey('lk_live_datafeed')).toBe(false);
});
