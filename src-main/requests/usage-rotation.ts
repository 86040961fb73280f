import type { Output } from '#contract/contract.ts';
import { timestampMs, type KeyId, type TimestampMs } from '#contract/ids.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { CALLERS_MAX, countCallers, newestTraffic, notMoved } from './count-callers.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import { idRange } from './list-requests.ts';
import { principalsOf } from './principals-of.ts';
import type { RotationQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { searchOf } from './search-ranges.ts';

/** Whose newest request since the rotation came with the retiring secret, and how the last hour's traffic is shared between the two. Exact to the
 *  millisecond: the minute of the rotation is counted from rows, the rest from roll-ups. */
export async function usageRotation(
  store: RequestsStore,
  { keyId, currentVersion, retiringVersion, rotatedAtMs }: RotationQuestion,
  nowMs: number,
  pause: Pause,
): Promise<Output<'usage.rotation'>> {
  const windowFrom = timestampMs.parse(Math.max(rotatedAtMs, nowMs - ROLLUP_MS.hour));
  const currentCount = await countSince(
    store,
    { keyId, secretVersion: currentVersion, from: windowFrom },
    nowMs,
    pause,
  );
  const retiringCount = await countSince(
    store,
    { keyId, secretVersion: retiringVersion, from: windowFrom },
    nowMs,
    pause,
  );
  const both = currentCount + retiringCount;
  const callersOf = async (secretVersion: number) =>
    countCallers(await newestTraffic(store, { keyId, secretVersion, from: rotatedAtMs }, pause));
  const currentCallers = await callersOf(currentVersion);
  const retiringCallers = notMoved(await callersOf(retiringVersion), currentCallers);
  return {
    migratedShare: both === 0 ? null : currentCount / both,
    currentCount,
    retiringCount,
    windowFrom,
    retiringCallers: retiringCallers.slice(0, CALLERS_MAX),
    retiringCallerCount: retiringCallers.length,
    currentCallers: currentCallers.slice(0, CALLERS_MAX),
  };
}

async function countSince(
  store: RequestsStore,
  filter: { readonly keyId: KeyId; readonly secretVersion: number; readonly from: TimestampMs },
  nowMs: number,
  pause: Pause,
): Promise<number> {
  const search = searchOf(store.db, filter);
  const principals = principalsOf(store.db, filter).map((row) => row.id);
  if (principals.length === 0) return 0;
  const wholeFrom = Math.ceil(filter.from / ROLLUP_MS.minute);
  let count = 0;
  // A clock that was put back leaves rows ahead of now.
  const toBucket = Math.ceil((nowMs + ROLLUP_MS.day) / ROLLUP_MS.minute);
  const buckets = { fromBucket: wholeFrom, toBucket };
  for (const cell of store.rollups.cells('minute', { principals, ...buckets, services: null })) {
    count += cell.total;
  }
  const range = idRange({ from: filter.from, to: timestampMs.parse(wholeFrom * ROLLUP_MS.minute) });
  await eachStretch({ store, search, range, pause }, (stretch) => {
    count += store.db.search.count(search.condition, stretch);
    return 'more';
  });
  return count;
}
