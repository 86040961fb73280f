import { expect, test } from 'vitest';
import { contract, isProcedureName } from '#contract/contract.ts';
import { CHANGED_SUBJECTS } from '#contract/events.ts';
import { readsOf, subjectsOf } from './query-keys.ts';

test('every read of the contract that shows changing data is refreshed by some announcement', () => {
  const refreshed = new Set<string>(readsOf(CHANGED_SUBJECTS));
  const oneOff = new Set(['keys.identify', 'requests.export', 'audit.export', 'system.whoami']);
  // What a replay found does not change, and the others are asked for by hand.
  for (const name of ['replay.start', 'replay.result', 'replay.suggest']) oneOff.add(name);
  for (const name of [
    'services.tryVerification',
    'keys.export',
    'keys.identifyHashes',
    'leaks.match',
    'handoffs.previewList',
    'leaks.report',
    // Asked when somebody is about to block.
    'blockedSources.preview',
    'requests.stopSearch',
    'system.diagnostics',
    'ports.test',
    'partners.digest',
  ])
    oneOff.add(name);
  // Polled by the page that shows it: with every announced request it would be asked for once a second.
  const polled = new Set(['usage.health', 'requests.tail', 'hygiene.callers']);
  // Counted again when the person asks for another search: under traffic it would be counted without end.
  for (const name of ['requests.survey', 'requests.context']) oneOff.add(name);
  const missing = Object.keys(contract)
    .filter(isProcedureName)
    .filter((name) => contract[name].kind === 'query' && !oneOff.has(name) && !polled.has(name))
    .filter((name) => !refreshed.has(name));
  expect(missing).toEqual([]);
});

test('only reads are fetched again, never commands', () => {
  expect(readsOf(CHANGED_SUBJECTS).filter((name) => contract[name].kind !== 'query')).toEqual([]);
});

test('a command refreshes its own subject and the audit trail', () => {
  expect(subjectsOf('keys.rotate')).toEqual(['keys', 'audit']);
  expect(subjectsOf('backups.restore')).toEqual(expect.arrayContaining([...CHANGED_SUBJECTS]));
});

test('what came of the requests of a version is fetched again with traffic: the log may be behind the first look', () => {
  expect(readsOf(['requests'])).toContain('enrolment.pivot');
});
