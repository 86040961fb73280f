import { expect, test } from 'vitest';
import { isSharingSuspected, type SharingSigns } from './key-sharing.ts';

const USUAL: SharingSigns = {
  networks: 2,
  networksADay: 2,
  newNetworks: [],
  agents: 1,
  agentsADay: 1,
  newAgents: [],
  baselineDays: 28,
};

test('twice the networks of the busiest day with more programs, or thrice with the usual ones, new ones among them, are suspicious', () => {
  const more = { ...USUAL, agents: 2 };
  expect(isSharingSuspected({ ...more, networks: 4, newNetworks: ['a', 'b'] })).toBe(true);
  expect(isSharingSuspected({ ...more, networks: 3, newNetworks: ['a', 'b'] })).toBe(false);
  expect(isSharingSuspected({ ...more, networks: 4, newNetworks: ['a'] })).toBe(false);
  expect(isSharingSuspected({ ...USUAL, networks: 6, newNetworks: ['a', 'b'] })).toBe(true);
  expect(isSharingSuspected({ ...USUAL, networks: 5, newNetworks: ['a', 'b'] })).toBe(false);
});

test('a key is judged by its own past: a large fleet that was always large is not', () => {
  expect(isSharingSuspected({ ...USUAL, networks: 900, networksADay: 800, newNetworks: ['a', 'b'] })).toBe(
    false,
  );
});

test('a key that moves to one new network is not, nor is one without a past', () => {
  expect(isSharingSuspected({ ...USUAL, networks: 1, networksADay: 1, newNetworks: ['a'] })).toBe(false);
  const many = { ...USUAL, networks: 9, newNetworks: ['a', 'b', 'c'] };
  expect(isSharingSuspected({ ...many, baselineDays: 2 })).toBe(false);
  expect(isSharingSuspected({ ...many, baselineDays: 3 })).toBe(true);
});

test('several new programs are, when one comes from a new network', () => {
  const programs = { ...USUAL, agents: 3, newAgents: ['a', 'b'] };
  expect(isSharingSuspected(programs)).toBe(false);
  expect(isSharingSuspected({ ...programs, newNetworks: ['a'] })).toBe(true);
});
