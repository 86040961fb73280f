import type { RequestSurvey } from '#contract/request-explorer.ts';

/** One column of the histogram above the log. */
export interface HistogramColumn {
  /** Never before the range that is shown. */
  readonly startMs: number;
  /** Exclusive; never after the range. */
  readonly endMs: number;
  /** It begins before the range or ends after it, so that it holds less time than the others. */
  readonly isPartial: boolean;
  readonly allowed: number;
  readonly refused: number;
  /** The search has looked at all of its time. */
  readonly isCounted: boolean;
}

/** Columns that are picked, by their numbers, both included. */
export interface Picked {
  readonly anchor: number;
  readonly head: number;
}

/** The range that is shown, ms UTC, from inclusive, to exclusive; absent = open. */
export interface ShownRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Columns of a survey and the height that fills the chart, at least 1. Those at the ends tell the time that is theirs. */
export function histogramColumns(
  { buckets, bucketMs, countedFrom }: RequestSurvey,
  { from = -Infinity, to = Infinity }: ShownRange,
): {
  readonly columns: readonly HistogramColumn[];
  readonly highest: number;
} {
  const columns = buckets.map(({ bucketStart, allowed, refused }) => {
    const bucketEnd = bucketStart + bucketMs;
    return {
      startMs: Math.max(bucketStart, from),
      endMs: Math.min(bucketEnd, to),
      isPartial: bucketStart < from || bucketEnd > to,
      allowed,
      refused,
      isCounted: countedFrom === null || bucketEnd > countedFrom,
    };
  });
  return { columns, highest: Math.max(1, ...columns.map(({ allowed, refused }) => allowed + refused)) };
}

/** The time of the picked columns; null when they are not there any more. */
export function pickedRange(
  { anchor, head }: Picked,
  columns: readonly HistogramColumn[],
): { readonly fromMs: number; readonly toMs: number } | null {
  const [first, last] = [columns[Math.min(anchor, head)], columns[Math.max(anchor, head)]];
  return first === undefined || last === undefined ? null : { fromMs: first.startMs, toMs: last.endMs };
}
