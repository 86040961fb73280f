import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenCalm } from './when-calm.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How often the work was done after each of so many minutes of this load. */
function doneBy(perSecond: (second: number) => number, minutes: number): number[] {
  let requests = 0;
  const work = vi.fn();
  const stop = whenCalm(() => requests, work);
  const done = Array.from({ length: minutes }, (_, minute) => {
    for (let second = 0; second < 60; second += 1) {
      requests += perSecond(minute * 60 + second);
      vi.advanceTimersByTime(1_000);
    }
    return work.mock.calls.length;
  });
  stop();
  return done;
}

test('work waits while many requests come, for the first calm moment or an hour, and is done once', () => {
  expect(doneBy(() => 0, 2)).toEqual([1, 1]);
  expect(doneBy(() => 900, 2)).toEqual([1, 1]);
  expect(doneBy((second) => (second < 130 ? 2_000 : 0), 4)).toEqual([0, 0, 1, 1]);
  expect(doneBy(() => 20_000, 62).slice(57)).toEqual([0, 0, 1, 1, 1]);
});

test('work that is called off is not done', () => {
  const work = vi.fn();
  whenCalm(() => 0, work)();
  vi.advanceTimersByTime(7_200_000);
  expect(work).not.toHaveBeenCalled();
});
