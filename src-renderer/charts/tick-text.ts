import { DAY_MS } from '#contract/usage.ts';
import { dayOfMonth, hourAndMinute, type TimeZoneChoice } from '#renderer/format/time.ts';

/** Label of a moment on the time axis of a range: `14:15` within a day, `22 Nov` at midnight, both beyond a day. */
export function tickText(atMs: number, choice: TimeZoneChoice, rangeMs: number): string {
  const clock = hourAndMinute(atMs, choice);
  if (clock === '00:00') return dayOfMonth(atMs, choice);
  return rangeMs > DAY_MS ? `${dayOfMonth(atMs, choice)} ${clock}` : clock;
}

/** A bucket in words: `22 Nov, 12:00 to 13:00`. */
export function bucketText(
  bucket: { readonly start: number; readonly end: number },
  choice: TimeZoneChoice,
): string {
  return `${dayOfMonth(bucket.start, choice)}, ${hourAndMinute(bucket.start, choice)} to ${hourAndMinute(bucket.end, choice)}`;
}
