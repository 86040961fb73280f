import { expect, test } from 'vitest';
import { contract } from '#contract/contract.ts';
import { pastedKeys } from './pasted-keys.ts';

const SECRET = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA2cD4eF6gH8jKmNpQr';
const KEY = `lk_live_datafeed_k7Qd2mX9pR4t_${SECRET}`;

test('a whole key becomes its hash and its public id, and nothing of its secret is left', () => {
  const asked = pastedKeys(`see ${KEY}, please`);
  expect(asked).toEqual({ hashes: [expect.stringMatching(/^[0-9a-f]{64}$/)], keyIds: ['k7Qd2mX9pR4t'] });
  const text = JSON.stringify(asked);
  for (let at = 0; at + 5 <= SECRET.length; at += 1) expect(text).not.toContain(SECRET.slice(at, at + 5));
  expect(contract['keys.identifyHashes'].input.safeParse(asked).success).toBe(true);
});

test('of a part of a key only what is public of it is asked about', () => {
  expect(pastedKeys(KEY.slice(0, -10))).toEqual({ hashes: [], keyIds: ['k7Qd2mX9pR4t'] });
  expect(pastedKeys('lk_live_datafeed_k7Qd2mX9pR4t_…9f4A')).toEqual({ hashes: [], keyIds: ['k7Qd2mX9pR4t'] });
});

test('a key of another system is asked about by its hash', () => {
  const { hashes, keyIds } = pastedKeys('k3J9sQ0aZx8LmN2vB7cT5yRw');
  expect(keyIds).toEqual([]);
  expect(hashes).toHaveLength(1);
});
