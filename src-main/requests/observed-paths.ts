import { OBSERVED_MAX } from '#contract/endpoint-import.ts';
import { timestampMs } from '#contract/ids.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { suggestTemplates, type ObservedPath } from '#main/domain/suggest-templates.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import type { TallyRow } from '#main/sqlite/requests-search-queries.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import { templateTree } from './endpoint-names.ts';
import { idRange } from './list-requests.ts';
import type { ObservedQuestion, RequestsQueries } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import type { SearchBudget } from './search-budget.ts';
import { searchOf } from './search-ranges.ts';

type Observed = RequestsQueries['endpoints.observed']['output'];

/** Rows that are read at most, newest first. */
const ROWS_MAX = 200_000;
/** Different methods and paths that are counted; more are noise, such as a scanner makes. */
const PATHS_MAX = 20_000;
/** Numbers of principals below it are not of a key. */
export const FIRST_KEY_PRINCIPAL = 16;
/** The service says that it has no such path. */
const NOT_FOUND = 404;

/** Templates for the paths of a service that no endpoint of its catalogue fits, from requests with a key of ours: whoever has none could
 *  write anything into the catalogue. Bounded in rows, paths and time; `isWhole` false where it stopped early. */
export async function observedPaths(
  store: RequestsStore,
  { serviceId, fromMs, endpoints }: ObservedQuestion,
  parts: { readonly nowMs: number; readonly pause: Pause; readonly budget: SearchBudget },
): Promise<Observed> {
  const filter = { serviceId, from: timestampMs.parse(fromMs), to: timestampMs.parse(parts.nowMs + 1) };
  const seen = new SeenPaths();
  let reachedId: number | null = null;
  const search = searchOf(store.db, filter);
  const end = await eachStretch({ store, search, range: idRange(filter), ...parts }, (stretch) => {
    for (const row of store.db.search.tally(search.condition, stretch, ROWS_MAX)) seen.add(row);
    if (seen.rows < ROWS_MAX) return 'more';
    reachedId = stretch.fromId;
    return 'enough';
  });
  if (end.kind === 'spent') reachedId = end.reachedId;
  const tree = templateTree(endpoints);
  const unknown = seen.paths(store).filter(({ method, path }) => {
    const asked = normalisePath(path);
    return asked.ok && tree.find(method, asked.segments) === null;
  });
  const items = suggestTemplates(unknown, endpoints)
    .slice(0, OBSERVED_MAX)
    .map(({ method, path, requests, allowed, pathCount, examples, lastMs }) => ({
      ...{ method, path, requests, allowed, pathCount, examples },
      lastAt: timestampMs.parse(lastMs),
    }));
  return {
    items,
    rows: seen.rows,
    from: reachedId === null ? filter.from : timestampMs.parse(atMsOfRow(reachedId)),
    isWhole: reachedId === null,
  };
}

interface Count {
  readonly methodId: number;
  readonly path: number | string;
  requests: number;
  allowed: number;
  lastMs: number;
}

class SeenPaths {
  rows = 0;
  readonly #counts = new Map<string, Count>();

  add({ id, principalId, code, status, methodId, pathId, path }: TallyRow): void {
    this.rows += 1;
    const of = path ?? pathId;
    if (principalId < FIRST_KEY_PRINCIPAL || status === NOT_FOUND || methodId === 0 || of === 0) return;
    const name = `${String(methodId)} ${of}`;
    let count = this.#counts.get(name);
    if (count === undefined) {
      if (this.#counts.size >= PATHS_MAX) return;
      this.#counts.set(name, (count = { methodId, path: of, requests: 0, allowed: 0, lastMs: 0 }));
    }
    count.requests += 1;
    if (code === CODE_NUMBERS.VALID) count.allowed += 1;
    count.lastMs = Math.max(count.lastMs, atMsOfRow(id));
  }

  paths(store: RequestsStore): readonly ObservedPath[] {
    const counts = [...this.#counts.values()];
    const ids = counts.flatMap(({ methodId, path }) =>
      typeof path === 'number' ? [methodId, path] : [methodId],
    );
    const texts = store.db.texts.textsOf([...new Set(ids)]);
    return counts.flatMap(({ methodId, path, requests, allowed, lastMs }) => {
      const method = texts.get(methodId);
      const text = typeof path === 'string' ? path : texts.get(path);
      return method === undefined || text === undefined
        ? []
        : [{ method, path: text, requests, allowed, lastMs }];
    });
  }
}
