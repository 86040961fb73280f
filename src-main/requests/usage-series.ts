import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import { SERIES_BUCKETS_MAX } from '#contract/usage.ts';
import { bucketCount, bucketStart, bucketStarts } from '#main/domain/time-buckets.ts';
import { AppError } from '#main/platform/app-error.ts';
import { ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import { rollupPrincipals } from './principals-of.ts';
import type { RequestsStore } from './requests-store.ts';
import { UsageCounts } from './usage-counts.ts';

/** Counts in buckets of `bucketMs`, ascending, empty buckets filled with zero; the first contains `from`, the last touches `to`.
 *  Where only the widening to whole buckets makes one too many, the oldest, which is not whole in the range, is left out. Reads the widest roll-ups whose width divides the bucket. Throws INVALID_INPUT when the width is not whole minutes,
 *  RANGE_TOO_LARGE above SERIES_BUCKETS_MAX buckets. */
export function usageSeries(
  store: RequestsStore,
  { from: asked, to, bucketMs, ...filter }: HandlerInput<'usage.series'>,
): Output<'usage.series'> {
  if (bucketMs % ROLLUP_MS.minute !== 0) {
    const message = 'bucketMs must be a multiple of 60000, one minute.';
    throw new AppError('INVALID_INPUT', message, [{ path: 'bucketMs', message }]);
  }
  const isWideOnlyByEdges =
    to - asked <= SERIES_BUCKETS_MAX * bucketMs && bucketCount(asked, to, bucketMs) > SERIES_BUCKETS_MAX;
  const from = isWideOnlyByEdges ? bucketStart(asked, bucketMs) + bucketMs : asked;
  if (bucketCount(from, to, bucketMs) > SERIES_BUCKETS_MAX) {
    throw new AppError(
      'RANGE_TOO_LARGE',
      `The range has more than ${String(SERIES_BUCKETS_MAX)} buckets. Choose a shorter range or wider buckets.`,
    );
  }
  const starts = bucketStarts(from, to, bucketMs);
  const [firstMs = 0] = starts;
  const buckets = starts.map(() => new UsageCounts());
  const width = widestDividing(bucketMs);
  const widthMs = ROLLUP_MS[width];
  const cells = store.rollups.cells(width, {
    principals: rollupPrincipals(store.db, filter),
    fromBucket: firstMs / widthMs,
    toBucket: (firstMs + buckets.length * bucketMs) / widthMs,
    services: filter.serviceId === undefined ? null : store.db.dimensions.numbersOfService(filter.serviceId),
  });
  for (const cell of cells) buckets[Math.floor((cell.bucket * widthMs - firstMs) / bucketMs)]?.add(cell);
  return buckets.map((counts, index) => ({
    bucketStart: timestampMs.parse(firstMs + index * bucketMs),
    total: counts.total,
    byCode: counts.byCode,
    byStatusClass: counts.byStatusClass,
    reported: counts.reported,
    reported429: counts.reported429,
    latencyUs: counts.latencyUs,
    durationMs: counts.durationMs,
  }));
}

function widestDividing(bucketMs: number): RollupWidth {
  if (bucketMs % ROLLUP_MS.day === 0) return 'day';
  return bucketMs % ROLLUP_MS.hour === 0 ? 'hour' : 'minute';
}
