import { expect, test } from 'vitest';
import { enrollResponse } from '#contract/enrolment.ts';
import { randomBytes } from '#main/platform/random.ts';
import { EnrolmentRepeats } from './enrolment-repeats.ts';

const MINUTE_MS = 60_000;
const request = { version: '318', requestId: 'run-4711' };
const answer = enrollResponse.parse({
  key: { keyId: 'k7Qd2mX9pR4t', name: 'Shop 318', environment: 'live', scopes: [], expiresAt: 1, tags: [] },
  secret: 'lk_live_shop_secret',
  parent: { keyId: 'k7Qd2mX9pR4u', name: 'Shop' },
  isRepeat: false,
});

test('the same request gets the same answer for ten minutes, and nothing after', () => {
  const repeats = new EnrolmentRepeats(randomBytes);
  repeats.keep('lke_one', 'enr_1', { request, answer }, 0);
  expect(repeats.find('lke_one', 'enr_1', request, 10 * MINUTE_MS - 1)).toEqual({
    ...answer,
    isRepeat: true,
  });
  expect(repeats.find('lke_one', 'enr_1', { ...request, version: '319' }, 1)).toBeNull();
  expect(repeats.find('lke_one', 'enr_2', request, 1)).toBeNull();
  expect(repeats.find('lke_one', 'enr_1', request, 10 * MINUTE_MS)).toBeNull();
});

test('without the very token nobody can read an answer that is kept', () => {
  const repeats = new EnrolmentRepeats(randomBytes);
  repeats.keep('lke_one', 'enr_1', { request, answer }, 0);
  expect(() => repeats.find('lke_two', 'enr_1', request, 1)).toThrow();
});

test('a request without an id is kept nowhere, and of very many only the newest thousand are', () => {
  const repeats = new EnrolmentRepeats(randomBytes);
  repeats.keep('lke_one', 'enr_1', { request: { version: '1' }, answer }, 0);
  expect(repeats.find('lke_one', 'enr_1', { version: '1' }, 0)).toBeNull();
  const numbered = (number: number) => ({ version: '1', requestId: `run-${String(number)}` });
  for (let number = 0; number < 1_001; number += 1) {
    repeats.keep('lke_one', 'enr_1', { request: numbered(number), answer }, number);
  }
  expect(repeats.find('lke_one', 'enr_1', numbered(0), 2_000)).toBeNull();
  expect(repeats.find('lke_one', 'enr_1', numbered(1_000), 2_000)).not.toBeNull();
});
