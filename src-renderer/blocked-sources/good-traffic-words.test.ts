import { expect, test } from 'vitest';
import { keyId } from '#contract/ids.ts';
import { goodTrafficSentence } from './good-traffic-words.ts';

const network = '203.0.113.0/24';
const feed = {
  keyId: keyId.parse('k7Qd2mX9pR4t'),
  name: 'Feed',
  applicationName: 'Data feed',
  partnerName: 'Acme',
  requests: 1_200,
};

test('a block that would stop good requests says how many and whose', () => {
  const goodTraffic = { requests: 1_200, isExact: true, keys: [feed], addresses: ['203.0.113.9'] };
  expect(goodTrafficSentence({ network, blockedBy: null, goodTraffic })).toBe(
    'Careful: 1,200 good requests of the last seven days came from 203.0.113.0/24 and would be refused. Feed (Data feed, Acme): 1,200.',
  );
  expect(
    goodTrafficSentence({ network, blockedBy: null, goodTraffic: { ...goodTraffic, isExact: false } }),
  ).toContain('at least 1,200');
});

test('a search that was not finished, and a log that does not answer, are no all-clear', () => {
  const none = { requests: 0, isExact: true, keys: [], addresses: [] };
  expect(goodTrafficSentence({ network, blockedBy: null, goodTraffic: none })).toContain('no good request');
  expect(
    goodTrafficSentence({ network, blockedBy: null, goodTraffic: { ...none, isExact: false } }),
  ).toContain('not searched');
  expect(goodTrafficSentence({ network, blockedBy: '203.0.0.0/16', goodTraffic: null })).toBe(
    '203.0.113.0/24: the request log does not answer, so nobody knows whom this would stop. It is in 203.0.0.0/16, which is blocked already.',
  );
});
