import { DAY_MS } from '#contract/usage.ts';
import type { TimeZoneChoice } from '#renderer/format/time.ts';

const zone = (choice: TimeZoneChoice) => (choice === 'utc' ? { timeZone: 'UTC' } : {});

/** Label of a moment on the time axis of a range: `14:15` within a day, `22 Nov` at midnight, both beyond a day. */
export function tickText(atMs: number, choice: TimeZoneChoice, rangeMs: number): string {
  const clock = clockText(atMs, choice);
  if (clock === '00:00') return dayText(atMs, choice);
  return rangeMs > DAY_MS ? `${dayText(atMs, choice)} ${clock}` : clock;
}

/** A bucket in words: `22 Nov, 12:00 to 13:00`. */
export function bucketText(
  bucket: { readonly start: number; readonly end: number },
  choice: TimeZoneChoice,
): string {
  return `${dayText(bucket.start, choice)}, ${clockText(bucket.start, choice)} to ${clockText(bucket.end, choice)}`;
}

/** How far the shown clock is ahead of UTC at a moment, ms. */
export function zoneOffsetMs(atMs: number, choice: TimeZoneChoice): number {
  return choice === 'utc' ? 0 : -new Date(atMs).getTimezoneOffset() * 60_000;
}

function clockText(atMs: number, choice: TimeZoneChoice): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone(choice),
  }).format(atMs);
}

function dayText(atMs: number, choice: TimeZoneChoice): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...zone(choice) }).format(atMs);
}
