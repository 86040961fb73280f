import { expect, test } from 'vitest';
import { contract } from '#contract/contract.ts';
import { keyId } from '#contract/ids.ts';
import { formatAdminToken, formatKey } from '#main/domain/key-format.ts';
import { searchPaste } from './found-keys.ts';

const SECRET = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA2cD4eF6gH8j';
const ID = keyId.parse('k7Qd2mX9pR4t');
const KEY = formatKey({ environment: 'live', slug: 'datafeed', keyId: ID, secret43: SECRET });

test('a key at several places is one key with its hash and its places, and nothing of its secret is left', () => {
  const found = searchPaste(`x ${KEY}\n\n${KEY} ${formatAdminToken(SECRET)} lk_live_ab_k7Qd2mX9pR4u_…9f4A`);
  expect(found.keys).toEqual([
    {
      keyId: ID,
      name: 'lk_live_datafeed_k7Qd2mX9pR4t',
      isWhole: true,
      places: ['line 1', 'line 3'],
      placeCount: 2,
    },
    {
      keyId: 'k7Qd2mX9pR4u',
      name: 'lk_live_ab_k7Qd2mX9pR4u',
      isWhole: false,
      places: ['line 3'],
      placeCount: 1,
    },
  ]);
  expect(found.hashes).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect(found.tokens).toEqual([{ kind: 'admin_token', name: 'lka', place: 'line 3' }]);
  const text = JSON.stringify(found);
  for (let at = 0; at + 5 <= SECRET.length; at += 1) expect(text).not.toContain(SECRET.slice(at, at + 5));
  const asked = { hashes: found.hashes, keyIds: found.keys.map((key) => key.keyId) };
  expect(contract['leaks.match'].input.safeParse(asked).success).toBe(true);
});

test('words of a paste without a key of ours are asked about as keys of another system, by their hash', () => {
  expect(searchPaste('the key is k3J9sQ0aZx8LmN2vB7cT5yRw').hashes).toHaveLength(1);
  expect(searchPaste(`${KEY} k3J9sQ0aZx8LmN2vB7cT5yRw`).hashes).toHaveLength(1);
});

test('more places than are named are counted, and a mistyped key is a look-alike', () => {
  const [key] = searchPaste(`${KEY}\n`.repeat(30)).keys;
  expect(key?.places).toHaveLength(20);
  expect(key?.placeCount).toBe(30);
  const typo = searchPaste(`${KEY.slice(0, -1)}${KEY.endsWith('A') ? 'B' : 'A'}`);
  expect(typo).toMatchObject({ keys: [], lookAlikes: ['lk_live_datafeed_k7Qd2mX9pR4t'] });
});

test('a report of latchkey scan brings its hashes: whoever ran it has sent no secret', () => {
  const hash = 'ab'.repeat(32);
  const report = JSON.stringify(
    { leaks: [{ name: 'lk_live_datafeed_k7Qd2mX9pR4t', sha256: hash }] },
    null,
    2,
  );
  expect(searchPaste(report)).toMatchObject({ hashes: [hash], keys: [{ keyId: ID, isWhole: false }] });
  const sarif = JSON.stringify({ partialFingerprints: { 'latchkeySecret/v1': hash } });
  expect(searchPaste(sarif).hashes).toContain(hash);
});
