import { DAY_MS } from '#contract/usage.ts';
import { zoneOptions, type TimeZoneChoice } from '#renderer/format/time.ts';

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

function clockText(atMs: number, choice: TimeZoneChoice): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zoneOptions(choice),
  }).format(atMs);
}

function dayText(atMs: number, choice: TimeZoneChoice): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...zoneOptions(choice) }).format(
    atMs,
  );
}
