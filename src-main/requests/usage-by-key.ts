import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import type { RequestsStore } from './requests-store.ts';
import { UsageCounts } from './usage-counts.ts';

const HOURS = 24;

/** Traffic of each key by hour, the last 24 hours including the present one, oldest first; answers in the order asked. */
export function usageByKey(
  store: RequestsStore,
  { keyIds }: HandlerInput<'usage.byKey'>,
  nowMs: number,
): Output<'usage.byKey'> {
  const hours = lastHours(nowMs);
  return keyIds.map((keyId) => usageOfKey(store, keyId, hours));
}

/** Hours from (inclusive) to (exclusive). */
interface Hours {
  readonly fromBucket: number;
  readonly toBucket: number;
}

/** The last 24 hours including the present one. */
export function lastHours(nowMs: number): Hours {
  const toBucket = Math.floor(nowMs / ROLLUP_MS.hour) + 1;
  return { fromBucket: toBucket - HOURS, toBucket };
}

/** Traffic of one key in HOURS hours. */
export function usageOfKey(
  { db, rollups }: RequestsStore,
  keyId: KeyId,
  { fromBucket, toBucket }: Hours,
): Output<'usage.byKey'>[number] {
  const principals = db.dimensions.principalsOfKey(keyId).map((row) => row.id);
  const counts = new UsageCounts();
  const series = Array.from({ length: HOURS }, () => ({ allowed: 0, refused: 0 }));
  for (const cell of rollups.cells('hour', { principals, fromBucket, toBucket, services: null })) {
    counts.add(cell);
    const hour = series[cell.bucket - fromBucket];
    if (hour === undefined) continue;
    if (cell.code === CODE_NUMBERS.VALID) hour.allowed += cell.total;
    else hour.refused += cell.total;
  }
  return { keyId, total: counts.total, errorRate: counts.errorRate, series };
}
