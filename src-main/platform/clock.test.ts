import { expect, it } from 'vitest';
import { createClock } from './clock.ts';

function fake(wall: number, monotonic: number) {
  const at = { wall, monotonic };
  return { at, clock: createClock({ wallMs: () => at.wall, monotonicMs: () => at.monotonic }) };
}

it('follows the wall clock while that goes forward', () => {
  const { at, clock } = fake(1_000_000, 5);
  expect(clock.nowMs()).toBe(1_000_000);
  at.wall += 90_000;
  at.monotonic += 90_000.4;
  expect(clock.nowMs()).toBe(1_090_000);
});

it('goes on at the pace of the monotonic clock when the wall clock is set back, and follows again once that has caught up', () => {
  const { at, clock } = fake(10_000_000, 0);
  at.wall -= 3_600_000;
  at.monotonic += 1_500;
  expect(clock.nowMs()).toBe(10_001_500);
  at.wall += 500;
  at.monotonic += 500;
  expect(clock.nowMs()).toBe(10_002_000);
  at.wall = 10_050_000;
  expect(clock.nowMs()).toBe(10_050_000);
});

it('does not run ahead of the wall clock by rounding, however often it is read', () => {
  const { at, clock } = fake(1_000_000, 0.9);
  for (let step = 0; step < 10_000; step += 1) {
    at.monotonic += 0.3;
    at.wall += 0.3;
    clock.nowMs();
  }
  expect(clock.nowMs()).toBeLessThanOrEqual(Math.ceil(at.wall) + 1);
});

it('time goes on from what an earlier run saw, at the pace of the monotonic clock, until the wall clock has caught up', () => {
  const at = { wallMs: 1_000_000, monotonicMs: 50 };
  const clock = createClock({ wallMs: () => at.wallMs, monotonicMs: () => at.monotonicMs });
  expect(clock.notBefore?.(900_000)).toBe(true);
  expect(clock.nowMs()).toBe(1_000_000);
  expect(clock.notBefore?.(1_500_000)).toBe(true);
  expect(clock.nowMs()).toBe(1_500_000);
  at.wallMs += 1_000;
  at.monotonicMs += 1_000;
  expect(clock.nowMs()).toBe(1_501_000);
  at.wallMs = 1_600_000;
  expect(clock.nowMs()).toBe(1_600_000);
});

it('what an earlier run saw more than a day from now is not believed: a wrong date must not end keys for good', () => {
  const clock = createClock({ wallMs: () => 1_000_000, monotonicMs: () => 0 });
  expect(clock.notBefore?.(1_000_000 + 86_400_001)).toBe(false);
  expect(clock.nowMs()).toBe(1_000_000);
  expect(clock.notBefore?.(1_000_000 + 86_400_000)).toBe(true);
  expect(clock.nowMs()).toBe(87_400_000);
});
