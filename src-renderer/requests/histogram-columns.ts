import type { RequestSurvey } from '#contract/request-explorer.ts';

/** One column of the histogram above the log. */
export interface HistogramColumn {
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
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

/** Columns of a survey and the height that fills the chart, at least 1. */
export function histogramColumns({ buckets, bucketMs, countedFrom }: RequestSurvey): {
  readonly columns: readonly HistogramColumn[];
  readonly highest: number;
} {
  const columns = buckets.map(({ bucketStart, allowed, refused }) => ({
    startMs: bucketStart,
    endMs: bucketStart + bucketMs,
    allowed,
    refused,
    isCounted: countedFrom === null || bucketStart + bucketMs > countedFrom,
  }));
  return { columns, highest: Math.max(1, ...columns.map(({ allowed, refused }) => allowed + refused)) };
}

/** The time of the picked columns; null when they are not there any more. */
export function pickedRange(
  { anchor, head }: Picked,
  { buckets, bucketMs }: RequestSurvey,
): { readonly fromMs: number; readonly toMs: number } | null {
  const [first, last] = [buckets[Math.min(anchor, head)], buckets[Math.max(anchor, head)]];
  return first === undefined || last === undefined
    ? null
    : { fromMs: first.bucketStart, toMs: last.bucketStart + bucketMs };
}
