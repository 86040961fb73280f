import { expect, test } from 'vitest';
import { draftWords, replayRemarks, replaySentence } from './replay-words.ts';

const COUNTS = {
  replayed: 1_204,
  same: 1_201,
  newlyRefused: 2,
  newlyAllowed: 1,
  refusedOtherwise: 0,
  alreadySaved: 0,
  ofOtherKeys: 0,
};

test('a result is one sentence that adds up, also when nothing changes and when there was nothing', () => {
  expect(replaySentence(COUNTS)).toBe(
    '3 of 1,204 requests would be decided otherwise: 2 newly refused, 1 newly allowed.',
  );
  expect(replaySentence({ ...COUNTS, same: 1_204, newlyRefused: 0, newlyAllowed: 0 })).toBe(
    'None of 1,204 requests would be decided otherwise.',
  );
  expect(replaySentence({ ...COUNTS, replayed: 0, same: 0 })).toBe(
    'There are no requests to replay in this time.',
  );
});

test('what an earlier edit already does, and what changes for other keys, is told apart', () => {
  expect(replayRemarks({ counts: COUNTS })).toEqual([]);
  expect(replayRemarks({ counts: { ...COUNTS, alreadySaved: 1, ofOtherKeys: 2 } })).toEqual([
    '1 of them would already be decided so by what is saved: it was edited since those requests.',
    '2 requests of other keys that share a limit would be decided otherwise too.',
  ]);
});

test('a draft is named by the fields that it holds', () => {
  expect(draftWords({ rules: [], scopeIds: [], rateLimit: null })).toBe('scopes, rules, rate limit');
  expect(draftWords({})).toBe('');
});
