import { PRINCIPALS_MAX, ROLLUP_WIDTHS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import type { Pause } from './each-stretch.ts';
import type { ForgetQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';

/** Groups of roll-ups looked at in one step, some ms. */
const STEP_GROUPS = 500;

/** Takes every request that a service asked for out of the log: rows, counts, last uses, quotas, names. How many rows. What other
 *  services asked for stays as it is, in rows and counts. */
export async function forgetService(
  store: RequestsStore,
  { serviceId, partnerIds }: ForgetQuestion,
  pause: Pause,
): Promise<number> {
  const { db, rollups } = store;
  const numbers = db.dimensions.numbersOfService(serviceId);
  // What only memory counts would come back with the next fold.
  for (const _step of rollups.fold()) await pause();
  for (const _step of store.indexPrincipals()) await pause();
  let removed = 0;
  for (const day of db.rows.days.oldestFirst()) {
    removed += db.transaction(() => db.forget.removeRows(day, numbers));
    await pause();
  }
  for (const width of ROLLUP_WIDTHS) {
    const ids = db.forget.groupIds(width);
    for (let at = 0; at < ids.length; at += STEP_GROUPS) {
      db.transaction(() => {
        for (const id of ids.slice(at, at + STEP_GROUPS)) withoutServices(store, width, id, numbers);
      });
      await pause();
    }
  }
  db.transaction(() => {
    db.forget.removeOwners(serviceId, partnerIds);
  });
  // With no row left no text is used; else texts go with the rows that came after them, as ever.
  store.removeTexts(store.rowCount === 0 ? Number.MAX_SAFE_INTEGER : 0);
  store.forgetNames();
  return removed;
}

function withoutServices(
  { db }: RequestsStore,
  width: RollupWidth,
  id: number,
  numbers: readonly number[],
): void {
  const [group, principalId] = [Math.floor(id / PRINCIPALS_MAX), id % PRINCIPALS_MAX];
  const cells = db.rollups[width].cells(group, principalId);
  const kept = cells.filter((cell) => !numbers.includes(cell.serviceNumber));
  if (kept.length === cells.length) return;
  if (kept.length === 0) db.forget.removeGroup(width, id);
  else db.rollups[width].put({ group, principalId, cells: kept });
}
