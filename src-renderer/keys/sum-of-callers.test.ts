import { expect, it } from 'vitest';
import { keyId, timestampMs } from '#contract/ids.ts';
import type { Caller } from '#contract/usage.ts';
import { sumOfCallers } from './sum-of-callers.ts';

const caller = (changes: Partial<Caller>): Caller => ({
  keyId: keyId.parse('k7Qd2mX9pR4t'),
  secretVersion: 1,
  clientIp: '192.0.2.1',
  userAgent: 'agent/1',
  tags: [],
  count: 1,
  lastAt: timestampMs.parse(1_000),
  ...changes,
});

it('a caller of several keys counts once, with all its requests and its newest tags', () => {
  const sums = sumOfCallers([
    caller({ count: 2, tags: ['old'] }),
    caller({ clientIp: '192.0.2.2', count: 4 }),
    caller({ secretVersion: 2, count: 5, tags: ['new'], lastAt: timestampMs.parse(2_000) }),
    caller({ userAgent: null, count: 3 }),
  ]);
  expect(sums.map(({ clientIp, userAgent, count, tags }) => [clientIp, userAgent, count, tags])).toEqual([
    ['192.0.2.1', 'agent/1', 7, ['new']],
    ['192.0.2.2', 'agent/1', 4, []],
    ['192.0.2.1', null, 3, []],
  ]);
});
