import { zoneOffsetMs } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { tickText } from './tick-text.ts';
import { timeTicks } from './time-range.ts';

/** Ticks and their texts for the time axis of these buckets, in the zone that the person chose. */
export function useTimeAxis(points: readonly { readonly start: number; readonly end: number }[]): {
  readonly ticks: number[];
  readonly tickFormatter: (atMs: number) => string;
} {
  const { choice } = useTimeZone();
  const first = points[0];
  const last = points.at(-1);
  const rangeMs = first === undefined || last === undefined ? 0 : last.end - first.start;
  return {
    ticks: [
      ...timeTicks(
        points.map((point) => point.start),
        (atMs) => zoneOffsetMs(atMs, choice),
      ),
    ],
    tickFormatter: (atMs) => tickText(atMs, choice, rangeMs),
  };
}
