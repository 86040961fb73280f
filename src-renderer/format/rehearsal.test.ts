import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { Caller } from '#contract/usage.ts';
import { rehearse } from './rehearsal.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const caller = (userAgent: string, count: number, secretVersion = 1): Caller => ({
  ...{ keyId: null, clientIp: null, tags: [], lastAt: timestampMs.parse(0) },
  ...{ userAgent, count, secretVersion },
});
const CALLERS = [caller('each hour', 168), caller('each day', 7), caller('once', 1), caller('newer', 500, 2)];
const named = (callers: readonly Caller[]) => callers.map(({ userAgent }) => userAgent);
const rehearsed = (overlapMs: number, idleEndMs: number | null = null) => {
  const { told, untold } = rehearse(CALLERS, { version: 1, overlapMs, idleEndMs, rangeMs: WEEK_MS });
  return [named(told), named(untold)];
};

test('who calls at least once an overlap is told in time, who calls more rarely is not, and other secrets do not count', () => {
  expect(rehearsed(HOUR_MS)).toEqual([['each hour'], ['each day', 'once']]);
  expect(rehearsed(24 * HOUR_MS)).toEqual([['each hour', 'each day'], ['once']]);
  expect(rehearsed(WEEK_MS)).toEqual([['each hour', 'each day', 'once'], []]);
});

test('without an overlap nobody is told in time', () => {
  expect(rehearsed(0)).toEqual([[], ['each hour', 'each day', 'once']]);
});

test('an old secret that ends when it is idle is not counted on for longer than that', () => {
  expect(rehearsed(WEEK_MS, 6 * HOUR_MS)).toEqual([['each hour'], ['each day', 'once']]);
});
