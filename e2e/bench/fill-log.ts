import { requestId, timestampMs, type KeyId } from '#contract/ids.ts';
import { encodeBase62Fixed } from '#main/domain/base62.ts';
import { RequestsStore } from '#main/requests/requests-store.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import { DecisionSource } from './log-decisions.ts';

const DAY_MS = 86_400_000;
/** Rows of one transaction. */
const BATCH_ROWS = 4_000;
/** Keys that the rows are of, at most. */
const KEYS = 1_000;

/** Fills the request log of a server that is not running with rows of the last day, through the code that its worker runs: seconds a
 *  million, where verifications would take minutes. They are of the first of `keyIds`, or of keys that no store holds. */
export function fillLog(file: string, rows: number, keyIds: readonly KeyId[] = [], nowMs = Date.now()): void {
  const source = new DecisionSource({
    keys: Math.min(KEYS, keyIds.length || KEYS),
    busiestShare: 0.1,
    keyIds,
  });
  const store = RequestsStore.over(openRequestsDatabase(file));
  const stepMs = DAY_MS / rows;
  for (let start = 0; start < rows; start += BATCH_ROWS) {
    const decisions = Array.from({ length: Math.min(BATCH_ROWS, rows - start) }, (_none, index) => {
      const atMs = Math.floor(nowMs - DAY_MS + (start + index) * stepMs);
      const chance = encodeBase62Fixed((start + index) * 7_919, 12);
      const id = requestId.parse(`req_${encodeBase62Fixed(atMs, 8)}${chance}`);
      return source.next(timestampMs.parse(atMs), id);
    });
    store.write([{ decisions, reports: [], lost: [] }], nowMs);
    if (store.rollups.isFoldDue) for (const _step of store.rollups.fold());
  }
  store.close();
}
