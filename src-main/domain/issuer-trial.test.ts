import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { BASE62, randomBase62 } from './base62.ts';
import { issuerProblems, judgeSecrets } from './issuer-trial.ts';
import { formatKey } from './key-format.ts';

const keyId = 'k7Qd2mX9pR4t' as KeyId;
const textsOf = (secret: (index: number) => string) =>
  Array.from({ length: 2_000 }, (_, index) =>
    formatKey({ environment: 'test', slug: 'feed', keyId, secret43: secret(index) }),
  );
const random = () => randomBase62(43, randomBytes);
const problemsOf = (secret: (index: number) => string) => issuerProblems(judgeSecrets(textsOf(secret)));
const UNEVEN = 'The characters of new secrets are not spread as chance would: do not issue keys from here.';

test('secrets of a good source are distinct, readable, of 256 bits and evenly spread', () => {
  const trial = judgeSecrets(textsOf(random));
  expect(issuerProblems(trial)).toEqual([]);
  expect(trial).toMatchObject({ secrets: 2_000, distinct: 2_000, readable: 2_000, bits: 256 });
  // Tables: 61 degrees of freedom have 0.999 of their mass below 100.9.
  expect(trial.chiSquareMax).toBeGreaterThan(100.9);
  expect(trial.chiSquareMax).toBeLessThan(140);
});

test('a source that repeats, counts, favours characters by the rest of a division, or keeps one place fixed is told', () => {
  const first = random();
  expect(problemsOf((index) => (index < 2 ? first : random()))).toEqual([
    'Only 1999 of 2000 new secrets are distinct.',
  ]);
  expect(problemsOf((index) => String(index).padStart(43, '0'))).toEqual([UNEVEN]);
  const unfair = () => Array.from(randomBytes(43), (byte) => BASE62.charAt(byte % 62)).join('');
  expect(problemsOf(unfair)).toEqual([UNEVEN]);
  expect(problemsOf(() => `a${random().slice(1)}`)).toEqual([UNEVEN]);
});

test('a checksum that does not fit and a secret that is too short are told', () => {
  const texts = textsOf(random);
  const broken = [`${texts[0]?.slice(0, -1) ?? ''}!`, ...texts.slice(1)];
  expect(issuerProblems(judgeSecrets(broken))).toEqual([
    'Only 1999 of 2000 new secrets have a checksum that fits.',
  ]);
  const short = texts.map((text) => text.slice(-48));
  expect(issuerProblems(judgeSecrets(short))).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Only 0 of 2000 new secrets have a checksum/)]),
  );
});
