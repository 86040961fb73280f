import type { HandlerInput, Output } from '#contract/contract.ts';
import { rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { atMsOfRow, firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { RequestsStore } from './requests-store.ts';

/** How many rows other limits would remove now. The part that the size limit removes is an estimate from the mean size of a row.
 *  `fileBytes` includes the -wal file. */
export function previewRetention(
  store: RequestsStore,
  { requestRetentionDays, requestStoreMbMax }: HandlerInput<'settings.previewRetention'>,
  fileBytes: number,
  nowMs: number,
): Output<'settings.previewRetention'> {
  const cutoffId = firstRowOf(Math.max(0, nowMs - requestRetentionDays * ROLLUP_MS.day));
  const byAge = rowsBefore(store, cutoffId);
  const bytesOfRow = store.rowCount === 0 ? 0 : fileBytes / store.rowCount;
  const excessBytes = fileBytes - byAge * bytesOfRow - requestStoreMbMax * 1024 * 1024;
  const bySize = excessBytes <= 0 || bytesOfRow === 0 ? 0 : Math.ceil(excessBytes / bytesOfRow);
  const rowsRemoved = Math.min(store.rowCount, byAge + bySize);
  const oldestKept = idAfter(store, rowsRemoved);
  return {
    rowsRemoved,
    rowsKept: store.rowCount - rowsRemoved,
    oldestKeptAt: oldestKept === null ? null : atMsOfRow(oldestKept),
  };
}

function rowsBefore({ db: { rows } }: RequestsStore, id: number): number {
  let count = 0;
  for (const day of rows.days.oldestFirst()) {
    const { fromId, toId } = rowsOfDay(day);
    if (toId <= id) count += rows.days.rowsOf(day);
    else if (fromId < id) count += rows.countBefore(day, id);
  }
  return count;
}

/** Id of the row that has `count` older ones; null when there are not so many. */
function idAfter({ db: { rows } }: RequestsStore, count: number): number | null {
  let rest = count;
  for (const day of rows.days.oldestFirst()) {
    const inDay = rows.days.rowsOf(day);
    if (rest < inDay) return rows.idAfter(day, rest);
    rest -= inDay;
  }
  return null;
}
