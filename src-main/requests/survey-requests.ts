import type { Output } from '#contract/contract.ts';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import { FACET_VALUES_MAX } from '#contract/request-explorer.ts';
import { STATUS_CLASSES } from '#contract/requests.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import { codeOfNumber } from '#main/sqlite/requests-codes.ts';
import type { TallyRow } from '#main/sqlite/requests-search-queries.ts';
import { eachStretch, type Pause, type StretchesEnd } from './each-stretch.ts';
import { endpointNames } from './endpoint-names.ts';
import { idRange } from './list-requests.ts';
import type { SurveyQuestion } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import type { SearchBudget } from './search-budget.ts';
import { searchOf, type Search } from './search-ranges.ts';
import { addToHistogram, emptyHistogram, histogramFromRollups, type Histogram } from './survey-histogram.ts';

type Survey = Output<'requests.survey'>;
type Facet<Value> = Survey['facets']['method'] extends infer Some
  ? Omit<Some & object, 'values'> & {
      readonly values: readonly {
        readonly value: Value | null;
        readonly label: string;
        readonly count: number;
      }[];
    }
  : never;

const MINUTE_MS = 60_000;
/** Rows of one stretch that matched: as many as a stretch can have. */
const ALL = Number.MAX_SAFE_INTEGER;

/** Facets and histogram of the matching rows, counted from the newest on while the budget lasts. */
export async function surveyRequests(
  store: RequestsStore,
  { filter, buckets, endpoints }: SurveyQuestion,
  parts: { readonly nowMs: number; readonly pause: Pause; readonly budget: SearchBudget },
): Promise<Survey> {
  const search = searchOf(store.db, filter);
  const fromMs = filter.from ?? oldestMinute(store, parts.nowMs);
  const toMs = Math.max(fromMs + 1, filter.to ?? Math.ceil((parts.nowMs + 1) / MINUTE_MS) * MINUTE_MS);
  const histogram = emptyHistogram(fromMs, toMs, buckets);
  const known = histogramFromRollups(store, search, { histogram, fromMs, toMs });
  const tally = new Tally(known === null ? histogram : null);
  const end = await countRows(store, search, { range: idRange(filter), tally, ...parts });
  const reachedMs = end.kind === 'spent' ? timestampMs.parse(atMsOfRow(end.reachedId)) : null;
  const exact = known === null ? null : [...known.byCode.values()].reduce((sum, count) => sum + count, 0);
  return {
    matched: exact ?? tally.rows,
    isExact: exact !== null || reachedMs === null,
    bucketMs: histogram.bucketMs,
    buckets: [...histogram.counts].map(([startMs, counts]) => ({
      bucketStart: timestampMs.parse(startMs),
      ...counts,
    })),
    countedFrom: known === null ? reachedMs : null,
    sample: { rows: tally.rows, from: reachedMs },
    facets: facetsOf(store, tally, endpoints),
  };
}

function oldestMinute(store: RequestsStore, nowMs: number): number {
  const oldest = store.db.rows.oldestId();
  return Math.floor((oldest === null ? nowMs : atMsOfRow(oldest)) / MINUTE_MS) * MINUTE_MS;
}

async function countRows(
  store: RequestsStore,
  search: Search,
  {
    range,
    tally,
    pause,
    budget,
  }: {
    readonly range: ReturnType<typeof idRange>;
    readonly tally: Tally;
    readonly pause: Pause;
    readonly budget: SearchBudget;
  },
): Promise<StretchesEnd> {
  return eachStretch({ store, search, range, pause, budget }, (stretch) => {
    for (const row of store.db.search.tally(search.condition, stretch, ALL)) tally.add(row);
    return 'more';
  });
}

/** Rows counted by what they refer to. */
class Tally {
  rows = 0;
  readonly codes = new Map<number, number>();
  readonly statuses = new Map<number, number>();
  readonly methods = new Map<number, number>();
  readonly principals = new Map<number, number>();
  readonly callers = new Map<number | string, number>();
  /** By method, then by path. */
  readonly paths = new Map<number, Map<number | string, number>>();
  readonly #histogram: Histogram | null;

  /** `histogram` is filled too; null = it is known already. */
  constructor(histogram: Histogram | null) {
    this.#histogram = histogram;
  }

  add(row: TallyRow): void {
    this.rows += 1;
    grow(this.codes, row.code);
    grow(this.statuses, row.status === null ? 0 : Math.floor(row.status / 100));
    grow(this.methods, row.methodId);
    grow(this.principals, row.principalId);
    grow(this.callers, row.clientIp ?? row.clientIpId);
    let paths = this.paths.get(row.methodId);
    if (paths === undefined) this.paths.set(row.methodId, (paths = new Map<number | string, number>()));
    grow(paths, row.path ?? row.pathId);
    if (this.#histogram !== null) addToHistogram(this.#histogram, atMsOfRow(row.id), row.code);
  }
}

function grow<K>(counts: Map<K, number>, key: K, count = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function facetsOf(
  store: RequestsStore,
  tally: Tally,
  endpoints: SurveyQuestion['endpoints'],
): Survey['facets'] {
  const { texts } = store.db;
  const callerTexts = texts.textsOf([...tally.callers.keys()].filter((one) => typeof one === 'number'));
  const methodTexts = texts.textsOf([...tally.methods.keys()]);
  const named = <K>(counts: ReadonlyMap<K, number>, nameOf: (key: K) => string | null) => {
    const byName = new Map<string | null, number>();
    for (const [key, count] of counts) grow(byName, nameOf(key), count);
    return byName;
  };
  const textFacet = (counts: ReadonlyMap<string | null, number>) =>
    facet(counts, (value) => value ?? 'not sent');
  return {
    outcome: facet(
      new Map([...tally.codes].map(([code, count]) => [codeOfNumber(code), count])),
      (code) => code ?? '',
    ),
    status: facet(
      new Map([...tally.statuses].map(([index, count]) => [STATUS_CLASSES[index - 1] ?? null, count])),
      (statusClass) => statusClass ?? 'not reported',
    ),
    method: textFacet(named(tally.methods, (id) => methodTexts.get(id) ?? null)),
    key: keyFacet(store, tally),
    endpoint: textFacet(endpointNames(store.db, tally.paths, { methodTexts, endpoints })),
    caller: textFacet(
      named(tally.callers, (one) => (typeof one === 'string' ? one : (callerTexts.get(one) ?? null))),
    ),
  };
}

function keyFacet(store: RequestsStore, tally: Tally): Survey['facets']['key'] {
  const principals = new Map(store.db.dimensions.allPrincipals().map((row) => [row.id, row]));
  const counts = new Map<KeyId | null, number>();
  const names = new Map<KeyId | null, string>();
  // Ascending: the later of two with one key has the newer name.
  for (const [id, count] of [...tally.principals].sort(([a], [b]) => a - b)) {
    const row = principals.get(id);
    grow(counts, row?.keyId ?? null, count);
    names.set(row?.keyId ?? null, row?.keyName ?? 'no known key');
  }
  return facet(counts, (keyId) => names.get(keyId) ?? '');
}

function facet<Value>(
  counts: ReadonlyMap<Value | null, number>,
  labelOf: (value: Value | null) => string,
): Facet<Value> {
  const values = [...counts]
    .map(([value, count]) => ({ value, label: labelOf(value), count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, FACET_VALUES_MAX);
  return { values, total: counts.size };
}
