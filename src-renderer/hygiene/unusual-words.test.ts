import { expect, test } from 'vitest';
import { askNote, unusualLines } from './unusual-words.ts';

const KEY = { name: 'Feed', hint: 'lk_live_feed_k7Qd2mX9pR4t_…9f4A', applicationName: 'Data feed' };

test('a name that is not that of the key’s application, and endpoints that are new, are told with their requests', () => {
  const lines = unusualLines({
    otherApps: [
      { name: 'billing', requests: 1_200 },
      { name: 'search', requests: 1 },
    ],
    newEndpoints: [{ endpoint: 'DELETE /items/*', requests: 2 }],
  });
  expect(lines).toEqual([
    'In the last 29 days requests called their application billing (1,200 requests), search (1 request): that is not the application of this key.',
    'In the last 24 hours it called what it did not call in the 28 days before: DELETE /items/* (2 requests).',
  ]);
});

test('nothing is out of the ordinary without evidence, nor while there is nothing to compare with', () => {
  expect(unusualLines({ otherApps: [], newEndpoints: [] })).toEqual([]);
  expect(unusualLines({ otherApps: [], newEndpoints: null })).toEqual([]);
});

test('of many endpoints a few are named and the rest counted', () => {
  const newEndpoints = Array.from({ length: 7 }, (_none, n) => ({
    endpoint: `GET /a${String(n)}`,
    requests: 9,
  }));
  expect(unusualLines({ otherApps: [], newEndpoints })[0]).toMatch(/GET \/a4 \(9 requests\) and 2 more\.$/);
});

test('the question to the contact holds every sentence, names the key by its hint, and accuses nobody', () => {
  const { subject, text } = askNote(KEY, ['One.', 'Two.']);
  expect(subject).toBe('Is this you? Feed is used in a new way');
  expect(text).toContain('“Feed” (lk_live_feed_k7Qd2mX9pR4t_…9f4A) of Data feed');
  expect(text).toContain('- One.\n- Two.');
  expect(text).toContain('nothing changes');
});
