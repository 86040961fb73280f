import { expect, test } from 'vitest';
import { sharingSentence, unusedRulesSentence } from './hygiene-words.ts';

test('the evidence of sharing is told in plain words, with what is new by name', () => {
  expect(
    sharingSentence({
      callers: 7,
      callersADay: 2,
      callersWeek: 9,
      networks: 7,
      networksADay: 2,
      newNetworks: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '10.0.0.0/24'],
      agents: 3,
      agentsADay: 1,
      newAgents: ['postmanruntime'],
      baselineDays: 28,
      parties: 0,
      otherApps: [],
      newEndpoints: [],
    }),
  ).toBe(
    '7 networks in the last 24 hours, at most 2 on any of the 28 days with requests before; ' +
      'new: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 and 1 more; 3 programs, at most 1 before; new: postmanruntime.',
  );
});

test('likely parties are told first', () => {
  const evidence = {
    callers: 2,
    callersADay: 2,
    callersWeek: 2,
    networks: 2,
    networksADay: 2,
    newNetworks: [],
    otherApps: [],
    newEndpoints: [],
  };
  expect(
    sharingSentence({ ...evidence, agents: 2, agentsADay: 2, newAgents: [], baselineDays: 28, parties: 2 }),
  ).toBe(
    'Likely 2 parties; 2 networks in the last 24 hours, at most 2 on any of the 28 days with requests before.',
  );
});

test('of many unused rules a few are named', () => {
  expect(unusedRulesSentence(['allow GET /a (x)', 'allow GET /b (x)'])).toBe(
    'Never needed: allow GET /a (x), allow GET /b (x).',
  );
});
