import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import {
  bucketRange,
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
  readonly now: number;
  readonly from: TimestampMs;
  readonly to: TimestampMs;
}

/** The range that an address means: a preset that ends now, or two moments of the person's own. */
export function useTrafficRange(search: Pick<KeyDetailSearch, 'range' | 'since' | 'until'>): TrafficRange {
  const now = useNow(15_000);
  const { choice } = useTimeZone();
  const { range, since, until } = search;
  if (range === 'custom' && since !== undefined && until !== undefined && since < until) {
    const { fromMs, toMs, bucketMs } = customRange(since, until);
    const last = bucketText({ start: fromMs, end: toMs }, choice);
    const lengthMs = toMs - fromMs;
    return {
      name: null,
      now,
      from: timestampMs.parse(fromMs),
      to: timestampMs.parse(toMs),
      bucketMs,
      last,
      lengthMs,
    };
  }
  const name = range === undefined || range === 'custom' ? DEFAULT_TIME_RANGE : range;
  const { fromMs, toMs, bucketMs } = bucketRange(name, now);
  const { last, lengthMs } = TIME_RANGES[name];
  return {
    name,
    now,
    from: timestampMs.parse(fromMs),
    to: timestampMs.parse(toMs),
    bucketMs,
    last,
    lengthMs,
  };
}
