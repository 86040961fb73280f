import { useMemo } from 'react';
import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import {
  bucketRange,
  bucketStart,
  customRange,
  DEFAULT_TIME_RANGE,
  TIME_RANGES,
  type ShownRange,
  type TimeRangeName,
} from '#renderer/charts/time-range.ts';
import { bucketText } from '#renderer/charts/tick-text.ts';
import { useNow } from '#renderer/format/clock.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import type { KeyDetailSearch } from './key-detail-search.ts';

/** The range that charts and lists of a key share, as input for the usage procedures and in words. */
export interface TrafficRange extends ShownRange {
  /** null: the person's own. */
  readonly name: TimeRangeName | null;
  /** Start of the bucket that fills now, ms UTC. */
  readonly fillingFrom: number;
  readonly from: TimestampMs;
  readonly to: TimestampMs;
}

/** The range that an address means: a preset that ends now, or two moments of the person's own. The same one until it moves. */
export function useTrafficRange({
  range,
  since,
  until,
}: Pick<KeyDetailSearch, 'range' | 'since' | 'until'>): TrafficRange {
  const now = useNow(15_000);
  const { choice } = useTimeZone();
  const isCustom = range === 'custom' && since !== undefined && until !== undefined && since < until;
  const name = isCustom ? null : range === undefined || range === 'custom' ? DEFAULT_TIME_RANGE : range;
  const { fromMs, toMs, bucketMs } = isCustom
    ? customRange(since, until)
    : bucketRange(name ?? DEFAULT_TIME_RANGE, now);
  const fillingFrom = bucketStart(now, bucketMs);
  return useMemo(
    () => ({
      name,
      from: timestampMs.parse(fromMs),
      to: timestampMs.parse(toMs),
      bucketMs,
      fillingFrom,
      last: name === null ? bucketText({ start: fromMs, end: toMs }, choice) : TIME_RANGES[name].last,
      lengthMs: toMs - fromMs,
    }),
    [name, fromMs, toMs, bucketMs, fillingFrom, choice],
  );
}
