import { expect, test } from 'vitest';
import { callersSentence } from './callers-words.ts';

const evidence = {
  callers: 3,
  callersADay: 2,
  callersWeek: 5,
  networks: 1,
  networksADay: 1,
  newNetworks: [],
  agents: 1,
  agentsADay: 1,
  newAgents: [],
  baselineDays: 12,
  parties: 0,
  otherApps: [],
  newEndpoints: [],
};

test('callers of a day stand beside those of a week and of the busiest day before', () => {
  expect(callersSentence(evidence)).toBe(
    '3 callers in the last 24 hours, 5 in 7 days; at most 2 on any of the 12 days with requests in the 28 before.',
  );
  expect(callersSentence({ ...evidence, callers: 1, callersADay: 0, baselineDays: 0 })).toBe(
    '1 caller in the last 24 hours, 5 in 7 days; no day before to compare with.',
  );
});

test('no more are told than are told apart', () => {
  expect(callersSentence({ ...evidence, callers: 500, callersWeek: 500, baselineDays: 1 })).toBe(
    '500+ callers in the last 24 hours, 500+ in 7 days; at most 2 on the one day with requests in the 28 before.',
  );
});
