import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import {
  apartSentence,
  contactNote,
  offeredName,
  type Party,
  partyLines,
  partyName,
} from './sharing-words.ts';

const party: Party = {
  app: null,
  networks: ['10.1.2.0/24', '10.1.3.0/24', '10.1.4.0/24', '10.1.5.0/24'],
  networkCount: 6,
  programs: ['node-fetch'],
  endpoints: [{ endpoint: 'GET /items/*', requests: 40 }],
  endpointCount: 1,
  requests: 40,
  hours: [8, 9, 17],
  days: 5,
  firstAt: timestampMs.parse(Date.UTC(2026, 10, 18)),
  lastAt: timestampMs.parse(Date.UTC(2026, 10, 22)),
  apart: ['networks', 'programs', 'endpoints'],
  commonHours: 12,
  rules: null,
};

test('what a party does is told in plain words', () => {
  expect(partyName(party, 1)).toBe('Party B');
  expect(partyName({ app: 'billing' }, 0)).toBe('Party A: billing');
  const [when = '', where, what] = partyLines(party);
  expect(when).toMatch(
    /^40 requests on 5 days, between 08:00 and 18:00 UTC; first on .*18.*, last on .*22.*\.$/,
  );
  expect(where).toBe('From 10.1.2.0/24, 10.1.3.0/24, 10.1.4.0/24 and 3 more with node-fetch.');
  expect(what).toBe('Calls GET /items/*.');
});

test('why two are told apart is a sentence, and the largest needs none', () => {
  expect(apartSentence(party)).toBe(
    'Told apart from party A because it comes from other networks, it uses another program and it calls other endpoints; both called in 12 hours of the month.',
  );
  expect(apartSentence({ apart: [], commonHours: 0 })).toBeNull();
});

test('the name offered for a key of a party fits', () => {
  const long = { name: 'A key with a very long name that leaves hardly any room for more words' };
  expect(offeredName(long, party, 1).length).toBeLessThanOrEqual(64);
  expect(offeredName({ name: 'Feed' }, party, 1)).toBe('Feed – node-fetch B');
  expect(offeredName({ name: 'Feed' }, { ...party, app: 'billing' }, 0)).toBe('Feed – billing');
});

test('the note to the contact names every party and no secret', () => {
  const key = { name: 'Feed', hint: 'lk_live_feed_k7Qd2mX9pR4t_…9f4A', applicationName: 'Data feed' };
  const { text } = contactNote(key, [party, { ...party, app: 'billing' }]);
  expect(text).toContain('seems to be used by 2 parties');
  expect(text).toContain('Party B: billing');
  expect(text).not.toContain('new to us');
  expect(contactNote(key, [party], ['It called GET /new.']).text).toContain(
    'new to us, too:\n- It called GET /new.',
  );
});
