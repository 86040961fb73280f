import type { RequestFilter } from '#contract/requests.ts';
import type { Caller } from '#contract/usage.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import type { TrafficRow } from '#main/sqlite/requests-search-queries.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import { idRange } from './list-requests.ts';
import type { RequestsStore } from './requests-store.ts';
import { searchOf } from './search-ranges.ts';
import { tagsOf } from './stored-tags.ts';

/** Rows that callers and endpoints are counted from: the newest of the range. */
const TRAFFIC_ROWS_MAX = 10_000;
/** Callers that are told at most. */
export const CALLERS_MAX = 50;

/** The newest rows that match, at most TRAFFIC_ROWS_MAX, newest first. */
export async function newestTraffic(
  store: RequestsStore,
  filter: RequestFilter,
  pause: Pause,
): Promise<readonly TrafficRow[]> {
  const search = searchOf(store.db, filter);
  const found: TrafficRow[] = [];
  await eachStretch({ store, search, range: idRange(filter), pause }, (stretch) => {
    for (const row of store.db.search.traffic(search.condition, stretch, TRAFFIC_ROWS_MAX - found.length)) {
      found.push(row);
    }
    return found.length >= TRAFFIC_ROWS_MAX ? 'enough' : 'more';
  });
  return found;
}

/** Who is behind the rows: one entry a key, secret, address and agent; most frequent first. */
export function countCallers(rows: readonly TrafficRow[]): readonly Caller[] {
  const callers = new Map<string, Caller>();
  for (const { id, keyId, secretVersion, clientIp, userAgent, tags } of rows) {
    const name = JSON.stringify([keyId, secretVersion, clientIp, userAgent]);
    const known = callers.get(name);
    // Rows come newest first: the first one seen is the last call.
    if (known === undefined) {
      const caller = { keyId, secretVersion, clientIp, userAgent, tags: tagsOf(tags) };
      callers.set(name, { ...caller, count: 1, lastAt: atMsOfRow(id) });
    } else callers.set(name, { ...known, count: known.count + 1 });
  }
  return [...callers.values()].sort((a, b) => b.count - a.count || b.lastAt - a.lastAt);
}

/** Those of `callers` whose newest call came after their newest one in `moved`: who has moved on is left out. */
export function notMoved(callers: readonly Caller[], moved: readonly Caller[]): readonly Caller[] {
  const nameOf = ({ clientIp, userAgent }: Caller): string => JSON.stringify([clientIp, userAgent]);
  const movedAt = new Map(moved.map((caller) => [nameOf(caller), caller.lastAt]));
  return callers.filter((caller) => caller.lastAt >= (movedAt.get(nameOf(caller)) ?? 0));
}
