import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { coverRange } from './cover-range.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import { idRange } from './list-requests.ts';
import type { RequestsStore } from './requests-store.ts';
import type { SearchBudget } from './search-budget.ts';
import { searchOf } from './search-ranges.ts';
import { UsageCounts } from './usage-counts.ts';

type Uses = Output<'usage.bySecret'>;

/** How each secret of a key was used, ascending. Counts from roll-ups; the newest request of each from the rows, and null where the
 *  budget ends before it is found. */
export async function usageBySecret(
  store: RequestsStore,
  { keyId }: HandlerInput<'usage.bySecret'>,
  parts: { readonly nowMs: number; readonly pause: Pause; readonly budget: SearchBudget },
): Promise<Uses> {
  const principals = new Map<number, number[]>();
  for (const { id, secretVersion } of store.db.dimensions.principalsOfKey(keyId)) {
    // 0 = a report that named the key without its secret.
    if (secretVersion > 0) principals.set(secretVersion, [...(principals.get(secretVersion) ?? []), id]);
  }
  const ranges = coverRange(0, parts.nowMs + ROLLUP_MS.day, store.floors());
  const uses: Uses[number][] = [];
  for (const [version, ids] of [...principals].sort(([one], [other]) => one - other)) {
    const counts = new UsageCounts();
    for (const { width, fromBucket, toBucket } of ranges) {
      for (const cell of store.rollups.cells(width, {
        principals: ids,
        fromBucket,
        toBucket,
        services: null,
      }))
        counts.add(cell);
    }
    const last = await newestOf(store, { keyId, secretVersion: version }, parts);
    uses.push({ version, requests: counts.total, refused: counts.refused, last });
    await parts.pause();
  }
  return uses;
}

async function newestOf(
  store: RequestsStore,
  filter: { readonly keyId: KeyId; readonly secretVersion: number },
  { pause, budget }: { readonly pause: Pause; readonly budget: SearchBudget },
): Promise<Uses[number]['last']> {
  const search = searchOf(store.db, filter);
  let last: Uses[number]['last'] = null;
  await eachStretch({ store, search, range: idRange({}), pause, budget }, (stretch) => {
    const [newest] = store.db.search.rows(search.condition, stretch, 1);
    if (newest === undefined) return 'more';
    const { at, clientIp, userAgent } = newest.row;
    last = { at: timestampMs.parse(at), clientIp, userAgent };
    return 'enough';
  });
  return last;
}
