import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  absoluteTime,
  clockTime,
  fromLocalInput,
  relativeTime,
  toLocalInput,
  zoneName,
  zoneOffsetMs,
} from './time.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 2, 31, 482);

test('relative times never promise more than is left nor claim more than has passed', () => {
  expect(relativeTime(NOW - 3 * 60_000 - 59_000, NOW)).toBe('3 min ago');
  expect(relativeTime(NOW + 2 * 86_400_000 - 1, NOW)).toBe('in 1 day');
  expect(relativeTime(NOW - 2_000, NOW)).toBe('now');
  expect(relativeTime(NOW + 2_000, NOW)).toBe('now');
});

test('UTC is always named', () => {
  expect(absoluteTime(NOW, 'utc')).toBe('22 Nov 2026, 14:02:31 UTC');
  expect(clockTime(NOW, 'utc', true)).toBe('14:02:31.482');
});

test('the clock of any zone can be shown, named by its distance from UTC at that moment', () => {
  expect(absoluteTime(NOW, 'Asia/Tokyo')).toBe('22 Nov 2026, 23:02:31 UTC+9');
  expect(zoneName('Asia/Kathmandu', NOW)).toBe('UTC+5:45');
  expect(zoneName('America/St_Johns', NOW)).toBe('UTC−3:30');
  const summer = Date.UTC(2026, 6, 1);
  expect(zoneOffsetMs(summer, 'Europe/Berlin') - zoneOffsetMs(NOW, 'Europe/Berlin')).toBe(3_600_000);
});

test('a moment put into a date field comes back, to the minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (atMs) => {
      const minute = Math.floor(atMs / 60_000) * 60_000;
      const back = fromLocalInput(toLocalInput(minute));
      // An hour that a change of clocks repeats may come back as its twin.
      expect(Math.abs((back ?? 0) - minute) % 3_600_000).toBe(0);
    }),
  );
  expect(fromLocalInput('')).toBeNull();
  expect(fromLocalInput('soon')).toBeNull();
});
