import { expect, test } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { ListenerProgress } from './listener-progress.ts';

const at = (ms: number) => ms as TimestampMs;

test('an acknowledgement that is repeated, or that a later one has overtaken, is good and changes nothing', () => {
  const progress = new ListenerProgress();
  for (const seq of [1, 2, 3]) progress.sent(seq, seq * 10)(at(seq * 10));
  expect(progress.acknowledge(2, at(25))).toBe(true);
  const told = progress.now();
  expect(told).toEqual({ lastTakenAt: 30, lastAcknowledgedAt: 25, behind: 1, lagMs: 5 });
  expect([progress.acknowledge(2, at(90)), progress.acknowledge(1, at(95))]).toEqual([true, true]);
  expect(progress.now()).toEqual(told);
});

test('what was never sent cannot be acknowledged', () => {
  const progress = new ListenerProgress();
  expect(progress.acknowledge(0, at(1))).toBe(false);
  progress.sent(4, 40)(at(40));
  // Those between were about keys of others.
  expect([progress.acknowledge(3, at(50)), progress.acknowledge(5, at(50))]).toEqual([false, false]);
  expect(progress.now()).toMatchObject({ behind: 0, lastAcknowledgedAt: null });
  expect(progress.acknowledge(4, at(50))).toBe(true);
});
