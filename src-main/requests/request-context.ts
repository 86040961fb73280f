import type { HandlerInput, Output } from '#contract/contract.ts';
import type { RequestFilter, RequestRow } from '#contract/requests.ts';
import type { Pause } from './each-stretch.ts';
import { idRange, searchRows } from './list-requests.ts';
import type { RequestsStore } from './requests-store.ts';
import { rowsAfter } from './rows-after.ts';
import type { SearchBudget } from './search-budget.ts';

/** Rows before and after a request of the same key or address, newest first; null when there is no such request. A request without a
 *  key or address has no such context: both lists are empty. */
export async function requestContext(
  store: RequestsStore,
  { requestId, of, count }: HandlerInput<'requests.context'>,
  pause: Pause,
  budget: SearchBudget,
): Promise<Output<'requests.context'> | null> {
  const [found] = (
    await searchRows({ store, filter: { requestId }, range: idRange({}), limit: 1, pause, budget })
  ).rows;
  if (found === undefined) return null;
  const filter = sameAs(found.row, of);
  if (filter === null) return { newer: [], older: [], isWhole: true };
  const range = { fromId: 0, toId: found.id };
  const older = await searchRows({ store, filter, range, limit: count, pause, budget });
  const newer = await rowsAfter({ store, filter, afterId: found.id, limit: count, pause, budget });
  return {
    newer: newer.rows.map(({ row }) => row).reverse(),
    older: older.rows.map(({ row }) => row),
    isWhole: older.end.kind !== 'spent' && newer.isWhole,
  };
}

function sameAs({ keyId, clientIp }: RequestRow, of: 'key' | 'caller'): RequestFilter | null {
  if (of === 'key') return keyId === null ? null : { keyId };
  return clientIp === null ? null : { clientIp };
}
