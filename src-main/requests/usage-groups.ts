import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { coverRange } from './cover-range.ts';
import type { Pause } from './each-stretch.ts';
import type { GroupsQuestion, GroupTotals } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { UsageCounts } from './usage-counts.ts';

/** What became of the requests of each group of keys in a time range, in the order asked. Roll-ups alone, whole minutes. */
export async function usageGroups(
  store: RequestsStore,
  { groups, from, to }: GroupsQuestion,
  nowMs: number,
  pause: Pause,
): Promise<readonly GroupTotals[]> {
  const { db, rollups } = store;
  // Nothing is in the future: a range without end is as good as one that ends tomorrow, and far cheaper to cover.
  const parts = coverRange(from, Math.min(to, nowMs + ROLLUP_MS.day), store.floors());
  const answers: GroupTotals[] = [];
  for (const keyIds of groups) {
    const counts = new UsageCounts();
    const principals = keyIds.flatMap((keyId) => db.dimensions.principalsOfKey(keyId).map((row) => row.id));
    if (principals.length > 0) {
      for (const { width, fromBucket, toBucket } of parts) {
        for (const cell of rollups.cells(width, { principals, fromBucket, toBucket, services: null }))
          counts.add(cell);
      }
    }
    const { total, refused, reported, errorRate } = counts;
    answers.push({ total, refused, reported, errorRate, failed: counts.byStatusClass['5xx'] ?? 0 });
    await pause();
  }
  return answers;
}
