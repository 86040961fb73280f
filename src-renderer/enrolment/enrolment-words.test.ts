import { expect, test } from 'vitest';
import { keyId } from '#contract/ids.ts';
import { parseRequestQuery } from '#contract/request-query.ts';
import {
  barParts,
  busiest,
  groupQuery,
  originText,
  policyObstacle,
  tokenObstacle,
} from './enrolment-words.ts';

const NOTHING = { version: null, commit: null, build: null, device: null, developer: null };

test('a child is told by what it is of, a commit by its first eight digits', () => {
  const child = { ...NOTHING, version: '318', commit: 'abcdef0123456789' };
  expect(originText(child)).toBe('318 · abcdef01');
  expect(originText(NOTHING)).toBe('');
});

test('only a key that works can have a token', () => {
  expect(tokenObstacle({ status: 'rotating' })).toBeUndefined();
  expect(tokenObstacle({ status: 'suspended' })).toContain('suspended');
});

test('a group leads to exactly its requests in the log', () => {
  const [token] = parseRequestQuery(groupQuery('version', '3.1.8+b:2'));
  expect(token?.test).toEqual({ kind: 'words', field: 'tag', parts: ['version=3.1.8+b:2'] });
});

test('a bar is as long as its group is busy, and its ill part as its error rate says', () => {
  expect(busiest([{ total: 40 }, { total: 10 }])).toBe(40);
  expect(busiest([])).toBe(1);
  expect(barParts({ total: 10, errorRate: 0.5 }, 40)).toEqual({ well: 12.5, ill: 12.5 });
});

test('the policy of a child is changed at its parent', () => {
  const parent = { keyId: keyId.parse('k7Qd2mX9pR4t'), name: 'Shop' };
  expect(policyObstacle({ status: 'active', parent: null })).toBeUndefined();
  expect(policyObstacle({ status: 'active', parent })).toContain('Shop');
  expect(policyObstacle({ status: 'revoked', parent: null })).toBe('The key is revoked.');
});
