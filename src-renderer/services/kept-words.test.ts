import { expect, test } from 'vitest';
import { keptConsequence, keptSummary } from './kept-words.ts';

test('whoever lets answers be kept reads for how long a revoked key may go on passing, of which keys', () => {
  expect(keptConsequence('live', 0)).toBe(
    'Answers are not kept: a revoked key is refused at its next request.',
  );
  expect(keptConsequence('live', 5)).toMatch(
    /^A revoked or changed live key may pass for up to 5 s at services/,
  );
  expect(keptConsequence('test', 60)).toContain('test key may pass for up to 60 s');
  expect(keptSummary({ live: 0, test: 0 })).toBeNull();
  expect(keptSummary({ live: 0, test: 9 })).toBe(
    'may keep answers: a revoked test key may pass for up to 9 s',
  );
  expect(keptSummary({ live: 5, test: 60 })).toBe(
    'may keep answers: a revoked live key may pass for up to 5 s, a revoked test key may pass for up to 60 s',
  );
});
