import type { Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { firstRowOf } from '#main/sqlite/requests-row-id.ts';
import { countCallers, newestTraffic } from './count-callers.ts';
import { principalsOf } from './principals-of.ts';
import type { RotationQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';

/** Who still uses the retiring secret since the rotation, and how the last hour's traffic is shared between the two. Exact to the
 *  millisecond: the minute of the rotation is counted from rows, the rest from roll-ups. */
export function usageRotation(
  store: RequestsStore,
  { keyId, currentVersion, retiringVersion, rotatedAtMs }: RotationQuestion,
  nowMs: number,
): Output<'usage.rotation'> {
  const windowFrom = timestampMs.parse(Math.max(rotatedAtMs, nowMs - ROLLUP_MS.hour));
  const currentCount = countSince(store, keyId, currentVersion, windowFrom);
  const retiringCount = countSince(store, keyId, retiringVersion, windowFrom);
  const both = currentCount + retiringCount;
  return {
    migratedShare: both === 0 ? null : currentCount / both,
    currentCount,
    retiringCount,
    windowFrom,
    retiringCallers: countCallers(
      newestTraffic(store, { keyId, secretVersion: retiringVersion, from: rotatedAtMs }),
    ),
  };
}

function countSince({ db }: RequestsStore, keyId: string, secretVersion: number, fromMs: number): number {
  const principals = principalsOf(db, { keyId, secretVersion }).map((row) => row.id);
  if (principals.length === 0) return 0;
  const wholeFrom = Math.ceil(fromMs / ROLLUP_MS.minute);
  const whole = db.rollups.minute
    .totals({ principals, fromBucket: wholeFrom, toBucket: Number.MAX_SAFE_INTEGER, services: null })
    .reduce((sum, row) => sum + row.total, 0);
  const range = { fromId: firstRowOf(fromMs), toId: firstRowOf(wholeFrom * ROLLUP_MS.minute) };
  return whole + db.search.count({ principals }, range);
}
