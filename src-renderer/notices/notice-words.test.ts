import { expect, test } from 'vitest';
import { keyId, timestampMs } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import type { QuotaNotice } from '#contract/notices.ts';
import { latestNotices, noticeText } from './notice-words.ts';

const NOW = 10_000;
const notice: QuotaNotice = {
  id: 1,
  at: timestampMs.parse(1_000),
  ownerKind: 'key',
  ownerId: 'k7Qd2mX9pR4t',
  ownerName: 'Data feed',
  keyId: keyId.parse('k7Qd2mX9pR4t'),
  threshold: 80,
  used: 200_000,
  limit: 250_000,
  period: 'month',
  periodStartAt: timestampMs.parse(0),
};

test('a notice in words', () => {
  expect(noticeText(notice)).toBe('used 80 % of its quota: 200,000 of 250,000 in the month');
  expect(noticeText({ ...notice, threshold: 100, used: 250_000 })).toBe(
    'used up its quota: 250,000 of 250,000 in the month',
  );
});

test('of one quota only its latest notice is news; another owner and a newer period are of their own', () => {
  const later = { ...notice, id: 2, threshold: 95, at: timestampMs.parse(2_000) };
  const other = {
    ...notice,
    id: 3,
    ownerKind: 'partner',
    ownerId: 'par_1',
    at: timestampMs.parse(3_000),
  } as const;
  const anew = {
    ...notice,
    id: 4,
    threshold: 50,
    at: timestampMs.parse(9_000),
    periodStartAt: timestampMs.parse(8_000),
  };
  expect(latestNotices([other, later, notice], NOW).map(({ id }) => id)).toEqual([3, 2]);
  expect(latestNotices([anew, other, later, notice], NOW).map(({ id }) => id)).toEqual([4, 3]);
  expect(latestNotices([later, notice], 31 * DAY_MS)).toEqual([]);
});
