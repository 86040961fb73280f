import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import type { TrafficRow } from '#main/sqlite/requests-search-queries.ts';
import { CALLERS_MAX, countCallers, newestTraffic } from './count-callers.ts';
import { coverRange } from './cover-range.ts';
import type { Pause } from './each-stretch.ts';
import { isAboutOwner, principalsOf, rollupPrincipals } from './principals-of.ts';
import type { RequestsStore } from './requests-store.ts';
import { totalsByPrincipal, type TotalsQuestion } from './totals-by-principal.ts';
import { UsageCounts } from './usage-counts.ts';

type Summary = Output<'usage.summary'>;

/** Keys and endpoints that are listed. */
const TOP_MAX = 10;

/** Totals and top keys of a time range from roll-ups (whole minutes); endpoints and callers from the newest rows of it. */
export async function usageSummary(
  store: RequestsStore,
  input: HandlerInput<'usage.summary'>,
  nowMs: number,
  pause: Pause,
): Promise<Summary> {
  const { from, to, ...filter } = input;
  const { db } = store;
  // Nothing is in the future: a range without end is as good as one that ends tomorrow, and far cheaper to cover.
  const parts = coverRange(from, Math.min(to, nowMs + ROLLUP_MS.day), store.floors());
  const services = filter.serviceId === undefined ? null : db.dimensions.numbersOfService(filter.serviceId);
  const counts = new UsageCounts();
  const principals = rollupPrincipals(db, filter);
  for (const { width, fromBucket, toBucket } of parts) {
    for (const cell of store.rollups.cells(width, { principals, fromBucket, toBucket, services }))
      counts.add(cell);
  }
  const traffic = await newestTraffic(store, input, pause);
  return {
    totals: {
      total: counts.total,
      byCode: counts.byCode,
      byStatusClass: counts.byStatusClass,
      reported: counts.reported,
      errorRate: counts.errorRate,
    },
    topKeys: await topKeys(store, filter, { parts, services, pause }),
    topEndpoints: topEndpoints(traffic),
    callers: countCallers(traffic).slice(0, CALLERS_MAX),
  };
}

async function topKeys(
  store: RequestsStore,
  filter: Omit<HandlerInput<'usage.summary'>, 'from' | 'to'>,
  asked: Omit<TotalsQuestion, 'principals'>,
): Promise<Summary['topKeys']> {
  const principals = new Map(principalsOf(store.db, filter).map((row) => [row.id, row]));
  const isOfAll = !isAboutOwner(filter);
  const totals = await totalsByPrincipal(store, {
    ...asked,
    principals: isOfAll ? null : [...principals.keys()],
  });
  const keys = new Map<KeyId, { total: number; refused: number }>();
  for (const [principalId, { total, refused }] of totals) {
    const principal = principals.get(principalId);
    if (principal === undefined || total === 0) continue;
    const key = keys.get(principal.keyId) ?? { total: 0, refused: 0 };
    key.total += total;
    key.refused += refused;
    keys.set(principal.keyId, key);
  }
  // Ascending ids: the newest name of a key is the last one.
  const names = new Map([...principals.values()].map((row) => [row.keyId, row.keyName]));
  return [...keys]
    .map(([keyId, { total, refused }]) => ({ keyId, name: names.get(keyId) ?? '', total, refused }))
    .sort((a, b) => b.total - a.total)
    .slice(0, TOP_MAX);
}

function topEndpoints(traffic: readonly TrafficRow[]): Summary['topEndpoints'] {
  const endpoints = new Map<string, { method: string; path: string; total: number; refused: number }>();
  for (const { method, path, code } of traffic) {
    if (method === null || path === null) continue;
    const name = `${method} ${path}`;
    const endpoint = endpoints.get(name) ?? { method, path, total: 0, refused: 0 };
    endpoint.total += 1;
    if (code !== CODE_NUMBERS.VALID) endpoint.refused += 1;
    endpoints.set(name, endpoint);
  }
  return [...endpoints.values()].sort((a, b) => b.total - a.total).slice(0, TOP_MAX);
}
