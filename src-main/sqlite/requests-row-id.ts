import type { TimestampMs } from '#contract/ids.ts';

/** Ids of requests are `ms * ROWS_PER_MS + counter`: time order, and room for a million decisions a second. */
export const ROWS_PER_MS = 1_024;

/** When the row with this id happened. */
export function atMsOfRow(id: number): TimestampMs {
  return Math.floor(id / ROWS_PER_MS) as TimestampMs;
}

/** The lowest id that a row of this millisecond can have. */
export function firstRowOf(atMs: number): number {
  return atMs * ROWS_PER_MS;
}
