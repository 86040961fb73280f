/** Start of the bucket that contains `atMs`. Buckets are counted from 1970-01-01 UTC; both arguments are whole ms. */
export function bucketStart(atMs: number, bucketMs: number): number {
  return Math.floor(atMs / bucketMs) * bucketMs;
}

/** Starts of all buckets that touch the time from `fromMs` (inclusive) to `toMs` (exclusive), ascending, no gaps.
 *  Empty when the range is. Unbounded: check bucketCount first. */
export function bucketStarts(fromMs: number, toMs: number, bucketMs: number): number[] {
  const starts: number[] = [];
  if (toMs <= fromMs) return starts;
  for (let startMs = bucketStart(fromMs, bucketMs); startMs < toMs; startMs += bucketMs) starts.push(startMs);
  return starts;
}

/** How many starts bucketStarts gives for the same arguments. */
export function bucketCount(fromMs: number, toMs: number, bucketMs: number): number {
  if (toMs <= fromMs) return 0;
  return Math.ceil((toMs - bucketStart(fromMs, bucketMs)) / bucketMs);
}
