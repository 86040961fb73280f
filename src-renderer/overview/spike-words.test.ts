import { expect, test } from 'vitest';
import { spikeSentence } from './spike-words.ts';

test('a spike is said with what is usual for the key, and with its busiest ten minutes', () => {
  expect(spikeSentence({ requests: 4_210, usual: 120, most: 310 })).toBe(
    '4,210 requests in 10 minutes; usual is 120, most in 7 days 310',
  );
});
