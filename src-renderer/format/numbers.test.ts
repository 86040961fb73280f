import { expect, test } from 'vitest';
import { countdown, duration, latency } from './durations.ts';
import { bytes, cappedCount, counted, percent } from './numbers.ts';

test('a share above zero is never shown as zero', () => {
  expect(percent(0)).toBe('0 %');
  expect(percent(0.0004)).toBe('< 0.1 %');
  expect(percent(0.038)).toBe('3.8 %');
});

test('counts above 9,999 are capped in badges', () => {
  expect(cappedCount(9_999)).toBe('9,999');
  expect(cappedCount(10_000)).toBe('10k+');
  expect(counted(1, 'key')).toBe('1 key');
  expect(counted(0, 'key')).toBe('0 keys');
});

test('durations name at most two neighbouring units, rounded down', () => {
  expect(duration(177)).toBe('177 ms');
  expect(duration(90 * 60_000)).toBe('1 hour 30 minutes');
  expect(duration(2 * 86_400_000 + 60_000)).toBe('2 days');
  expect(latency(84)).toBe('84 µs');
  expect(latency(1_840)).toBe('1.8 ms');
  expect(countdown(44_100)).toBe('45 s');
  expect(bytes(5_120)).toBe('5.1 kB');
});
