import { useMemo } from 'react';
import { zoneOffsetMs } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { tickText } from './tick-text.ts';
import { timeTicks, valueTicks } from './time-range.ts';

interface TimeFrame {
  /** What the chart library is given: the buckets without their values. */
  readonly data: { readonly start: number }[];
  readonly xAxis: { readonly ticks: number[]; readonly tickFormatter: (atMs: number) => string };
  readonly yAxis: { readonly ticks: number[]; readonly domain: [number, number] };
  /** Value at the upper edge. */
  readonly top: number;
}

/** Buckets and axes of a chart over time, in the zone that the person chose, with room for the value `highest`. They stay the same
 *  objects while only the values in the buckets change: the chart library then has nothing to work out anew, and only the layers that
 *  draw the values do. */
export function useTimeFrame(
  points: readonly { readonly start: number; readonly end: number }[],
  highest: number,
  isWhole: boolean,
): TimeFrame {
  const { choice } = useTimeZone();
  const starts = points.map((point) => point.start).join(' ');
  const end = points.at(-1)?.end ?? 0;
  const time = useMemo(() => {
    const moments = starts === '' ? [] : starts.split(' ').map(Number);
    const rangeMs = end - (moments[0] ?? end);
    return {
      data: moments.map((start) => ({ start })),
      xAxis: {
        ticks: [...timeTicks(moments, (atMs) => zoneOffsetMs(atMs, choice))],
        tickFormatter: (atMs: number) => tickText(atMs, choice, rangeMs),
      },
    };
  }, [starts, end, choice]);
  const height = useMemo(() => {
    const ticks = [...valueTicks(highest, isWhole)];
    const top = ticks.at(-1) ?? 1;
    const domain: [number, number] = [0, top];
    return { yAxis: { ticks, domain }, top };
  }, [highest, isWhole]);
  return { ...time, ...height };
}
