import { expect, test } from 'vitest';
import { ANSWER_TIMES_MS, AnswerTimes } from './answer-times.ts';

test('half, 95 % and 99 % of the answers are within the time that is told, and it is at most 19 % above theirs', () => {
  const times = new AnswerTimes();
  for (let ms = 1; ms <= 1_000; ms += 1) times.note(ms / 10, 5_000);
  const { count, latencyUs } = times.figures(5_000);
  expect(count).toBe(1_000);
  for (const [told, exact] of [
    [latencyUs?.p50, 50_000],
    [latencyUs?.p95, 95_000],
    [latencyUs?.p99, 99_000],
  ] as const) {
    expect(told).toBeGreaterThanOrEqual(exact);
    expect(told).toBeLessThanOrEqual(exact * 1.2);
  }
});

test('what is older than an hour is forgotten, also when nothing came since', () => {
  const times = new AnswerTimes();
  expect(times.figures(0)).toEqual({ count: 0, latencyUs: null });
  times.note(400, 10);
  times.note(1, ANSWER_TIMES_MS / 2);
  expect(times.figures(ANSWER_TIMES_MS / 2).count).toBe(2);
  expect(times.figures(ANSWER_TIMES_MS)).toMatchObject({ count: 1 });
  expect(times.figures(3 * ANSWER_TIMES_MS)).toEqual({ count: 0, latencyUs: null });
  // The slot of the first is used again, empty.
  times.note(1, ANSWER_TIMES_MS);
  expect(times.figures(ANSWER_TIMES_MS).latencyUs?.p99).toBeLessThan(2_000);
});
