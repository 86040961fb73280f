import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingWindow } from './rate-limit.ts';

const traffic = fc.record({
  rate: fc.record({ limit: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 1, max: 50 }) }),
  calls: fc.array(
    fc.record({
      waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 })),
      cost: fc.integer({ min: 0, max: 4 }),
    }),
    { maxLength: 300 },
  ),
});

test('no window of any position ever holds more than the limit, and nothing below it is refused', () => {
  fc.assert(
    fc.property(traffic, ({ rate, calls }) => {
      const window = new SlidingWindow(rate);
      const admitted: { atMs: number; cost: number }[] = [];
      // The naive limiter: add up everything of the last windowMs, every time.
      const usedAt = (nowMs: number) =>
        admitted.reduce((sum, { atMs, cost }) => (atMs > nowMs - rate.windowMs ? sum + cost : sum), 0);
      let nowMs = 0;
      for (const { waitMs, cost } of calls) {
        nowMs += waitMs;
        const room = rate.limit - usedAt(nowMs);
        const fits = cost <= room;
        const before = window.peek(nowMs, cost);
        expect(before).toMatchObject({ fits, remaining: room });
        expect(window.peek(nowMs, cost)).toEqual(before);
        const after = window.admit(nowMs, cost);
        if (fits && cost > 0) admitted.push({ atMs: nowMs, cost });
        expect(after).toMatchObject({ fits, remaining: fits ? room - cost : room });
        expect(usedAt(nowMs)).toBeLessThanOrEqual(rate.limit);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('the time to wait is exact: one millisecond earlier is refused, at it the request fits', () => {
  fc.assert(
    fc.property(traffic, ({ rate, calls }) => {
      const window = new SlidingWindow(rate);
      let nowMs = 0;
      for (const { waitMs, cost } of calls) {
        nowMs += waitMs;
        const { fits, retryAfterMs } = window.admit(nowMs, cost);
        if (fits) continue;
        if (retryAfterMs === null) {
          expect(cost).toBeGreaterThan(rate.limit);
          continue;
        }
        expect(window.peek(nowMs + retryAfterMs - 1, cost).fits).toBe(false);
        nowMs += retryAfterMs;
        expect(window.peek(nowMs, cost).fits).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('reset says when the oldest admission leaves the window', () => {
  const window = new SlidingWindow({ limit: 3, windowMs: 100 });
  expect(window.peek(0, 1)).toEqual({ fits: true, remaining: 3, resetMs: 0, retryAfterMs: 0 });
  expect(window.admit(0, 1)).toEqual({ fits: true, remaining: 2, resetMs: 100, retryAfterMs: 0 });
  expect(window.admit(60, 2)).toEqual({ fits: true, remaining: 0, resetMs: 40, retryAfterMs: 0 });
  expect(window.admit(60, 2)).toEqual({ fits: false, remaining: 0, resetMs: 40, retryAfterMs: 100 });
  expect(window.isEmpty(159.9)).toBe(false);
  expect(window.isEmpty(160)).toBe(true);
});

test('a ring that grows after its oldest entries left keeps the order of the others', () => {
  const window = new SlidingWindow({ limit: 100, windowMs: 100 });
  for (const atMs of [0, 10, 20, 30, 40]) window.admit(atMs, 1);
  for (const atMs of [115, 116, 117, 118]) window.admit(atMs, 2);
  expect(window.peek(119, 1)).toMatchObject({ remaining: 89, resetMs: 1 });
  expect(window.peek(120, 1)).toMatchObject({ remaining: 90, resetMs: 10 });
  expect(window.peek(140, 1)).toMatchObject({ remaining: 92, resetMs: 75 });
  expect(window.peek(217, 1)).toMatchObject({ remaining: 98, resetMs: 1 });
});

test('a changed limit counts what was admitted before', () => {
  const window = new SlidingWindow({ limit: 10, windowMs: 100 });
  for (let call = 0; call < 6; call += 1) window.admit(call, 1);
  window.setRate({ limit: 5, windowMs: 100 });
  expect(window.peek(10, 1)).toMatchObject({ fits: false, remaining: 0, retryAfterMs: 91 });
  window.setRate({ limit: 7, windowMs: 100 });
  expect(window.peek(10, 1)).toMatchObject({ fits: true, remaining: 1 });
});

test('what is counted without asking, of a soft limit, leaves the window like any other', () => {
  fc.assert(
    fc.property(traffic, ({ rate, calls }) => {
      const window = new SlidingWindow(rate);
      const counted: { atMs: number; cost: number }[] = [];
      let nowMs = 0;
      for (const { waitMs, cost } of calls) {
        nowMs += waitMs;
        const used = counted.reduce(
          (sum, { atMs, cost: one }) => (atMs > nowMs - rate.windowMs ? sum + one : sum),
          0,
        );
        const left = Math.max(0, rate.limit - used);
        expect(window.peek(nowMs, cost)).toMatchObject({ fits: cost === 0 || cost <= left, remaining: left });
        counted.push({ atMs: nowMs, cost });
        expect(window.count(nowMs, cost).remaining).toBe(Math.max(0, rate.limit - used - cost));
      }
    }),
    { numRuns: 300 },
  );
});

test('a window of a soft limit keeps a bounded number of entries and loses no cost', () => {
  const window = new SlidingWindow({ limit: 1_000_000, windowMs: 1_000 });
  for (let call = 0; call < 150_000; call += 1) window.count(call / 1_000, 1);
  expect(window.peek(150, 1).remaining).toBe(850_000);
  expect(window.peek(1_099, 1).remaining).toBe(949_001);
  expect(window.isEmpty(1_150)).toBe(true);
});

test('what an earlier run admitted goes first, and leaves when it would have', () => {
  const window = new SlidingWindow({ limit: 10, windowMs: 100 });
  window.admit(50, 4);
  window.restore([
    { atMs: -40, cost: 70_000 },
    { atMs: -10, cost: 2 },
    { atMs: 60, cost: 1 },
  ]);
  expect(window.peek(59, 1)).toMatchObject({ fits: false, remaining: 0, resetMs: 1 });
  expect(window.peek(60, 1)).toMatchObject({ fits: true, remaining: 3 });
  expect(window.peek(90, 1).remaining).toBe(5);
  expect(window.peek(150, 1).remaining).toBe(10);
});

test('what is counted beyond the entries that are kept joins the newest, and leaves with it', () => {
  const window = new SlidingWindow({ limit: 1, windowMs: 1_000 });
  for (let use = 0; use < 100_000; use += 1) window.count(0, 1);
  window.setRate({ limit: 100_003, windowMs: 1_000 });
  expect(window.count(500, 2).remaining).toBe(1);
  expect(window.peek(500, 1).fits).toBe(true);
  expect(window.peek(500, 2)).toMatchObject({ fits: false, retryAfterMs: 500 });
  // All but the last of the old ones are gone; that one has joined the two.
  expect(window.peek(1_000, 1).remaining).toBe(100_000);
  expect(window.peek(1_499, 1).remaining).toBe(100_000);
  expect(window.peek(1_500, 1)).toMatchObject({ remaining: 100_003, resetMs: 0 });
});

test('counting forgets what has left, costs nothing for nothing, and says when the first comes back', () => {
  const window = new SlidingWindow({ limit: 3, windowMs: 1_000 });
  expect(window.count(0, 0)).toMatchObject({ remaining: 3, resetMs: 0 });
  expect(window.count(0, 2)).toMatchObject({ remaining: 1, resetMs: 1_000 });
  expect(window.count(1_000, 1)).toMatchObject({ remaining: 2, resetMs: 1_000 });
  expect(window.isEmpty(1_999)).toBe(false);
  expect(window.isEmpty(2_000)).toBe(true);
  expect(window.peek(2_000, 4).retryAfterMs).toBeNull();
});
