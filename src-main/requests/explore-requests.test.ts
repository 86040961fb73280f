import { describe, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import type { RequestFilter } from '#contract/requests.ts';
import { listRequests } from './list-requests.ts';
import {
  DAY,
  decision,
  HOUR,
  MINUTE,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  report,
  write,
} from './log.test-support.ts';
import { requestContext } from './request-context.ts';
import type { RequestsStore } from './requests-store.ts';
import { ENDLESS, RunningSearches, type SearchBudget } from './search-budget.ts';
import { surveyRequests } from './survey-requests.ts';
import { tailRequests } from './tail-requests.ts';

const at = (ms: number) => ms as TimestampMs;
const SPENT: SearchBudget = { isSpent: () => true };
const ENDPOINTS = [
  { method: 'GET', path: '/offers/{id}' },
  { method: 'POST', path: '/offers' },
];

/** 600 rows over a day, every second one refused. */
function seed(store: RequestsStore): void {
  const rows = Array.from({ length: 600 }, (_none, n) =>
    decision({
      atMs: at(NOW - DAY + n * 144_000),
      code: n % 2 === 0 ? 'VALID' : 'RATE_LIMITED',
      path: n % 3 === 0 ? `/offers/${String(n)}` : n % 3 === 1 ? '/offers?page=2' : '/health',
      method: n % 3 === 1 ? 'POST' : 'GET',
      principal: n % 5 === 0 ? OTHER_PRINCIPAL : n % 5 === 1 ? null : PRINCIPAL,
      clientIp: n % 4 === 0 ? null : `192.0.2.${String(n % 4)}`,
    }),
  );
  write(store, rows, [
    report(rows.slice(0, 100).map(({ requestId }) => ({ requestId, responseStatus: 200 }))),
  ]);
}

const survey = (store: RequestsStore, filter: RequestFilter, budget = ENDLESS, pause = noPause) =>
  surveyRequests(store, { filter, buckets: 60, endpoints: ENDPOINTS }, { nowMs: NOW, pause, budget });
const day = { from: at(NOW - DAY - 30_000), to: at(NOW + 30_000) };
const totalOf = ({ buckets }: Awaited<ReturnType<typeof survey>>) =>
  buckets.reduce((sum, { allowed, refused }) => sum + allowed + refused, 0);

describe('a survey', () => {
  it('counts the same with roll-ups as row by row, and its columns add up to the rows', async () => {
    const store = openStore();
    seed(store);
    for (const filter of [
      {},
      { keyId: PRINCIPAL.keyId },
      { query: 'outcome:refused' },
      { query: 'status:2xx' },
      { query: 'key:probe' },
    ]) {
      const known = await survey(store, { ...filter, ...day });
      // A test that holds for every row, but which roll-ups do not know.
      const counted = await survey(store, {
        ...filter,
        ...day,
        query: `${'query' in filter ? filter.query : ''} cost:>=0`,
      });
      expect(known.buckets).toEqual(counted.buckets);
      expect(known).toMatchObject({ matched: counted.matched, isExact: true, countedFrom: null });
      expect(totalOf(known)).toBe(known.matched);
      expect(known.matched).toBeGreaterThan(0);
    }
    store.close();
  });

  it('names facets by key, template and address, most frequent first; rows without one are told apart', async () => {
    const store = openStore();
    seed(store);
    const { facets } = await survey(store, day);
    expect(facets.outcome.values).toEqual([
      { value: 'RATE_LIMITED', label: 'RATE_LIMITED', count: 300 },
      { value: 'VALID', label: 'VALID', count: 300 },
    ]);
    expect(facets.endpoint.values).toEqual([
      { value: 'GET /health', label: 'GET /health', count: 200 },
      { value: 'GET /offers/{id}', label: 'GET /offers/{id}', count: 200 },
      { value: 'POST /offers', label: 'POST /offers', count: 200 },
    ]);
    expect(facets.key.values.map(({ value, count }) => [value, count])).toEqual([
      [PRINCIPAL.keyId, 360],
      [OTHER_PRINCIPAL.keyId, 120],
      [null, 120],
    ]);
    expect(facets.status.values).toMatchObject([
      { value: null, count: 500 },
      { value: '2xx', count: 100 },
    ]);
    expect(facets.caller.values).toContainEqual({ value: null, label: 'not sent', count: 150 });
    store.close();
  });

  it('whose time is up says how far it came; what roll-ups know is whole all the same', async () => {
    const store = openStore();
    seed(store);
    const byRows = await survey(store, { ...day, query: 'cost:>=0' }, SPENT);
    expect(byRows.isExact).toBe(false);
    expect(byRows.countedFrom).toBeGreaterThan(day.from);
    expect(byRows.sample).toEqual({ rows: byRows.matched, from: byRows.countedFrom });
    const known = await survey(store, day, SPENT);
    expect(known).toMatchObject({ matched: 600, isExact: true, countedFrom: null });
    expect(known.sample.rows).toBeLessThanOrEqual(600);
    store.close();
  });
});

describe('a search with a budget', () => {
  it('answers with what it has when it is stopped, and its cursor goes on to exactly the rest', async () => {
    const store = openStore();
    const many = Array.from({ length: 6_000 }, (_none, n) =>
      decision({ atMs: at(NOW - 6_000 + n), path: n % 1_500 === 7 ? '/rare' : '/x' }),
    );
    write(store, many);
    const searches = new RunningSearches();
    const input = { filter: { query: 'path:/rare' }, limit: 10 } as const;
    const stopping = () => {
      searches.stop('a-search-of-mine-1');
      return noPause();
    };
    const first = await searches.run({ searchId: 'a-search-of-mine-1' }, (budget) =>
      listRequests(store, input, stopping, budget),
    );
    expect(first.searchedTo).not.toBeNull();
    expect(first.items.length).toBeLessThan(4);
    const rest = await listRequests(store, { ...input, cursor: first.nextCursor ?? '' }, noPause);
    expect([...first.items, ...rest.items].map((row) => row.at)).toEqual(
      many
        .filter(({ path }) => path === '/rare')
        .map(({ atMs }) => atMs)
        .reverse(),
    );
    expect(rest).toMatchObject({ nextCursor: null, searchedTo: null });
    // Of another name or gone: nothing happens.
    searches.stop('a-search-of-mine-1');
    store.close();
  });

  it('ends within its time and a stretch', async () => {
    const store = openStore();
    for (let part = 0; part < 10; part += 1) {
      write(
        store,
        Array.from({ length: 5_000 }, (_none, n) => decision({ atMs: at(NOW - HOUR + part * 5_000 + n) })),
      );
    }
    const startMs = performance.now();
    const page = await new RunningSearches().run({ budgetMs: 2 }, (budget) =>
      listRequests(
        store,
        { filter: { query: 'path:nowhere ip:10.0.0.0/8' }, limit: 10 },
        () => new Promise(setImmediate),
        budget,
      ),
    );
    expect(performance.now() - startMs).toBeLessThan(2_000);
    expect(page.items).toEqual([]);
    expect(page.nextCursor).not.toBeNull();
    store.close();
  });
});

describe('a tail', () => {
  it('begins with the newest rows and gives each later one once, oldest first', async () => {
    const store = openStore();
    const rows = Array.from({ length: 5 }, (_none, n) => decision({ atMs: at(NOW + n) }));
    write(store, rows.slice(0, 3));
    const start = await tailRequests(store, { filter: {}, limit: 2 }, noPause, ENDLESS);
    expect(start.items.map((row) => row.at)).toEqual([NOW + 1, NOW + 2]);
    write(store, rows.slice(3));
    const next = await tailRequests(store, { filter: {}, limit: 10, after: start.after }, noPause, ENDLESS);
    expect(next).toMatchObject({ matched: 2, every: 1, hasMore: false });
    expect(next.items.map((row) => row.at)).toEqual([NOW + 3, NOW + 4]);
    const none = await tailRequests(store, { filter: {}, limit: 10, after: next.after }, noPause, ENDLESS);
    expect(none).toMatchObject({ items: [], matched: 0, after: next.after });
    store.close();
  });

  it('of more rows than asked for shows every nth with the newest, and counts all that match', async () => {
    const store = openStore();
    write(store, [decision()]);
    const { after } = await tailRequests(store, { filter: {}, limit: 1 }, noPause, ENDLESS);
    write(
      store,
      Array.from({ length: 240 }, (_none, n) =>
        decision({ atMs: at(NOW + 1 + n), path: n % 2 === 0 ? '/a' : '/b' }),
      ),
    );
    const busy = await tailRequests(
      store,
      { filter: { query: 'path:/a' }, limit: 10, after },
      noPause,
      ENDLESS,
    );
    expect(busy).toMatchObject({ matched: 120, every: 12, hasMore: false });
    expect(busy.items).toHaveLength(10);
    expect(busy.items.at(-1)?.at).toBe(NOW + 239);
    store.close();
  });

  it('crosses midnight and days without rows, and refuses a foreign cursor', async () => {
    const store = openStore();
    write(store, [decision({ atMs: at(NOW - 3 * DAY) })]);
    const { after } = await tailRequests(store, { filter: {}, limit: 1 }, noPause, ENDLESS);
    write(store, [decision({ atMs: at(NOW - DAY) }), decision()]);
    const next = await tailRequests(store, { filter: {}, limit: 10, after }, noPause, ENDLESS);
    expect(next.items.map((row) => row.at)).toEqual([NOW - DAY, NOW]);
    await expect(
      tailRequests(store, { filter: {}, limit: 1, after: 'before-1' }, noPause, ENDLESS),
    ).rejects.toThrow(/cursor/);
    store.close();
  });
});

describe('the context of a request', () => {
  it('is what the same key or the same caller did before and after, newest first', async () => {
    const store = openStore();
    const rows = Array.from({ length: 30 }, (_none, n) =>
      decision({
        atMs: at(NOW - DAY + n * 50 * MINUTE),
        principal: n % 2 === 0 ? PRINCIPAL : OTHER_PRINCIPAL,
        clientIp: n % 3 === 0 ? '10.0.0.1' : '10.0.0.2',
      }),
    );
    write(store, rows);
    const requestId = rows[12]?.requestId ?? ('' as never);
    const ofKey = await requestContext(store, { requestId, of: 'key', count: 2 }, noPause, ENDLESS);
    expect(ofKey?.newer.map((row) => row.requestId)).toEqual([rows[16]?.requestId, rows[14]?.requestId]);
    expect(ofKey?.older.map((row) => row.requestId)).toEqual([rows[10]?.requestId, rows[8]?.requestId]);
    const ofCaller = await requestContext(store, { requestId, of: 'caller', count: 1 }, noPause, ENDLESS);
    expect([ofCaller?.newer, ofCaller?.older].map((list) => list?.map((row) => row.requestId))).toEqual([
      [rows[15]?.requestId],
      [rows[9]?.requestId],
    ]);
    expect(ofCaller?.isWhole).toBe(true);
    expect(
      await requestContext(store, { requestId: 'none' as never, of: 'key', count: 1 }, noPause, ENDLESS),
    ).toBeNull();
    store.close();
  });
});
