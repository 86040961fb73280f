import type { TimestampMs } from '#contract/ids.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import { idRange } from './list-requests.ts';
import type { GrantedRequest } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { ENDLESS } from './search-budget.ts';
import { searchOf } from './search-ranges.ts';

/** Requests that were granted from `from` on and whose ids their callers made up: at most `max`, the newest first. */
export async function grantedRequests(
  store: RequestsStore,
  { from, max }: { readonly from: TimestampMs; readonly max: number },
  pause: Pause,
): Promise<readonly GrantedRequest[]> {
  const search = searchOf(store.db, { code: 'VALID' });
  const condition = { ...search.condition, isGivenId: true } as const;
  const found: GrantedRequest[] = [];
  const range = idRange({ from });
  await eachStretch({ store, search, range, pause, budget: ENDLESS }, (stretch) => {
    for (const { row } of store.db.search.rows(condition, stretch, max - found.length)) {
      const { requestId, serviceId, at, keyId, method, path } = row;
      found.push({ requestId, serviceId, at, keyId, method, path });
    }
    return found.length >= max ? 'enough' : 'more';
  });
  return found;
}
