import { timestampMs } from '#contract/ids.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { parsePattern } from '#main/domain/path-rules.ts';
import { RuleTree } from '#main/domain/rule-tree.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import type { TallyRow } from '#main/sqlite/requests-search-queries.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import { idRange } from './list-requests.ts';
import { FIRST_KEY_PRINCIPAL } from './observed-paths.ts';
import type { EndpointCounts, ObservedQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import type { SearchBudget } from './search-budget.ts';
import { searchOf } from './search-ranges.ts';

/** Rows of one stretch. */
const STRETCH_ROWS_MAX = 200_000;

/** How often each endpoint of a service was asked for with a key of ours, and when last, in the order asked. A request counts for the first
 *  endpoint that fits, as elsewhere. Bounded in time; `isWhole` false where it stopped early. */
export async function endpointCounts(
  store: RequestsStore,
  { serviceId, fromMs, endpoints }: ObservedQuestion,
  parts: { readonly nowMs: number; readonly pause: Pause; readonly budget: SearchBudget },
): Promise<EndpointCounts> {
  const filter = { serviceId, from: timestampMs.parse(fromMs), to: timestampMs.parse(parts.nowMs + 1) };
  const search = searchOf(store.db, filter);
  const counter = new EndpointCounter(store, endpoints);
  const end = await eachStretch({ store, search, range: idRange(filter), ...parts }, (stretch) => {
    counter.add(store.db.search.tally(search.condition, stretch, STRETCH_ROWS_MAX));
    return 'more';
  });
  return {
    counts: counter.counts(),
    from: end.kind === 'spent' ? timestampMs.parse(atMsOfRow(end.reachedId)) : filter.from,
    isWhole: end.kind !== 'spent',
  };
}

class EndpointCounter {
  readonly #store: RequestsStore;
  readonly #tree = new RuleTree<number>();
  readonly #requests: number[];
  readonly #lastMs: (number | null)[];
  /** Texts of methods and of paths that many requests share, by number. */
  readonly #texts = new Map<number, string>();
  /** Places of endpoints by numbers of method and path; null = in no endpoint. */
  readonly #places = new Map<number, Map<number, number | null>>();

  constructor(store: RequestsStore, endpoints: ObservedQuestion['endpoints']) {
    this.#store = store;
    this.#requests = endpoints.map(() => 0);
    this.#lastMs = endpoints.map(() => null);
    for (const [place, { method, path }] of endpoints.entries()) {
      const parsed = parsePattern(path);
      if (parsed.ok) this.#tree.add(parsed.pattern, method === null ? null : new Set([method]), place);
    }
  }

  /** `rows` of one stretch, newest first. */
  add(rows: readonly TallyRow[]): void {
    const ofKeys = rows.filter(({ principalId }) => principalId >= FIRST_KEY_PRINCIPAL);
    this.#learn(ofKeys);
    for (const row of ofKeys) {
      const place = this.#placeOf(row);
      if (place === null) continue;
      this.#requests[place] = (this.#requests[place] ?? 0) + 1;
      this.#lastMs[place] = Math.max(this.#lastMs[place] ?? 0, atMsOfRow(row.id));
    }
  }

  counts(): EndpointCounts['counts'] {
    return this.#requests.map((requests, place) => {
      const lastMs = this.#lastMs[place] ?? null;
      return { requests, lastAt: lastMs === null ? null : timestampMs.parse(lastMs) };
    });
  }

  #learn(rows: readonly TallyRow[]): void {
    const unknown = new Set<number>();
    for (const { methodId, pathId } of rows) {
      for (const id of [methodId, pathId]) if (id !== 0 && !this.#texts.has(id)) unknown.add(id);
    }
    if (unknown.size === 0) return;
    for (const [id, text] of this.#store.db.texts.textsOf([...unknown])) this.#texts.set(id, text);
  }

  #placeOf({ methodId, pathId, path }: TallyRow): number | null {
    const method = this.#texts.get(methodId);
    if (method === undefined) return null;
    if (path !== null) return this.#find(method, path);
    const known = this.#places.get(methodId) ?? new Map<number, number | null>();
    this.#places.set(methodId, known);
    let place = known.get(pathId);
    if (place === undefined) {
      const text = this.#texts.get(pathId);
      place = text === undefined ? null : this.#find(method, text);
      known.set(pathId, place);
    }
    return place;
  }

  #find(method: string, path: string): number | null {
    const asked = normalisePath(path);
    return asked.ok ? this.#tree.find(method, asked.segments) : null;
  }
}
