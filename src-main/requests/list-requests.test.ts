import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestId, TimestampMs } from '#contract/ids.ts';
import type { RequestFilter } from '#contract/requests.ts';
import { DECISION_CODES } from '#contract/verify.ts';
import { firstRowOf } from '#main/sqlite/requests-row-id.ts';
import { getRequest, listRequests } from './list-requests.ts';
import {
  DAY,
  decision,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  OTHER_SERVICE,
  PRINCIPAL,
  SERVICE,
  traffic,
  write,
  writeTraffic,
  type Traffic,
  noPause,
} from './log.test-support.ts';

const maybe = <T>(...values: T[]) => fc.constantFrom(undefined, ...values);
const anyTime = fc.integer({ min: NOW - 3 * DAY, max: NOW }).map((ms) => ms as TimestampMs);

/** Any combination of the filters, each absent as often as not. */
const filters = fc
  .record({
    keyId: maybe(PRINCIPAL.keyId, OTHER_PRINCIPAL.keyId),
    applicationId: maybe(PRINCIPAL.applicationId),
    partnerId: maybe(OTHER_PRINCIPAL.partnerId),
    serviceId: maybe(SERVICE, OTHER_SERVICE),
    environment: maybe('live' as const, 'test' as const),
    code: fc.oneof(maybe(...DECISION_CODES), fc.subarray([...DECISION_CODES], { minLength: 1 })),
    outcome: maybe('allowed' as const, 'refused' as const),
    responseStatusClass: maybe('2xx' as const, '4xx' as const, '5xx' as const),
    method: maybe('GET' as const, 'DELETE' as const),
    pathContains: maybe('/inv', 'ä', '%', 'INV'),
    clientIp: maybe('203.0.113.9'),
    secretVersion: maybe(1, 2),
    observed: maybe(true as const),
    from: fc.option(anyTime, { nil: undefined }),
    to: fc.option(anyTime, { nil: undefined }),
  })
  // Few at a time, so that most combinations find something.
  .chain((all) => fc.subarray(Object.keys(all), { maxLength: 3 }).map((names) => pick(all, names)));

function pick(all: object, names: readonly string[]): RequestFilter {
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

/** The filter in plain JavaScript, written apart from the SQL. */
function matches(row: Traffic[number], filter: RequestFilter): boolean {
  const codes = filter.code === undefined ? null : [filter.code].flat();
  return (
    (filter.keyId === undefined || row.principal?.keyId === filter.keyId) &&
    (filter.applicationId === undefined || row.principal?.applicationId === filter.applicationId) &&
    (filter.partnerId === undefined || row.principal?.partnerId === filter.partnerId) &&
    (filter.serviceId === undefined || row.serviceId === filter.serviceId) &&
    (filter.environment === undefined || row.principal?.environment === filter.environment) &&
    (codes === null || codes.includes(row.code)) &&
    (filter.outcome === undefined || (row.code === 'VALID') === (filter.outcome === 'allowed')) &&
    (filter.responseStatusClass === undefined ||
      `${String(row.status).charAt(0)}xx` === filter.responseStatusClass) &&
    (filter.method === undefined || row.method === filter.method) &&
    (filter.pathContains === undefined || (row.path ?? '').includes(filter.pathContains)) &&
    (filter.clientIp === undefined || row.clientIp === filter.clientIp) &&
    (filter.observed === undefined || row.detail?.includes('Observed: ') === true) &&
    (filter.secretVersion === undefined || row.principal?.secretVersion === filter.secretVersion) &&
    (filter.from === undefined || row.atMs >= filter.from) &&
    (filter.to === undefined || row.atMs < filter.to)
  );
}

describe('a search', () => {
  it('finds exactly the matching rows, newest first, in pages that neither repeat nor skip, with any filters', async () => {
    await fc.assert(
      fc.asyncProperty(
        traffic,
        fc.array(filters, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(0, NOW - DAY, NOW + DAY),
        async (rows, several, limit, floorMs) => {
          const store = openStore();
          const decisions = writeTraffic(store, rows);
          // Where roll-ups by minute or hour are gone, wider ones lead to the rows.
          store.raiseFloors({
            minuteMs: Math.floor(floorMs / DAY) * DAY,
            hourMs: Math.floor((floorMs - DAY) / DAY) * DAY,
          });
          for (const filter of several) {
            const expected = rows
              .map((row, index) => ({ row, index }))
              .filter(({ row }) => matches(row, filter))
              .sort((a, b) => b.row.atMs - a.row.atMs || b.index - a.index)
              .map(({ index }) => decisions[index]?.requestId);
            const found: RequestId[] = [];
            let cursor: string | undefined;
            do {
              const page = await listRequests(
                store,
                {
                  filter,
                  limit,
                  ...(cursor === undefined ? {} : { cursor }),
                },
                noPause,
              );
              found.push(...page.items.map((item) => item.requestId));
              if (page.nextCursor !== null) expect(page.items).toHaveLength(limit);
              cursor = page.nextCursor ?? undefined;
            } while (cursor !== undefined);
            expect(found).toEqual(expected);
          }
          store.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not disturbed by rows that arrive between two pages', async () => {
    const store = openStore();
    const first = Array.from({ length: 4 }, () => decision());
    write(store, first);
    const page = await listRequests(store, { filter: {}, limit: 2 }, noPause);
    write(store, [decision()]);
    const rest = await listRequests(store, { filter: {}, limit: 9, cursor: page.nextCursor ?? '' }, noPause);
    expect([...page.items, ...rest.items].map((row) => row.requestId)).toEqual(
      first.map((row) => row.requestId).reverse(),
    );
    expect(rest.nextCursor).toBeNull();
  });

  it('that must look at every row lets others have a turn again and again, and bears that a day goes meanwhile', async () => {
    const store = openStore();
    const at = (ms: number) => ms as TimestampMs;
    for (const startMs of [NOW - 2 * DAY, NOW - 4_000]) {
      const many = Array.from({ length: 4_000 }, (_none, index) => decision({ atMs: at(startMs + index) }));
      write(store, [...many, decision({ atMs: at(startMs), path: '/rare' })]);
    }
    let turns = 0;
    const count = () => {
      turns += 1;
      return Promise.resolve();
    };
    const found = await listRequests(store, { filter: { pathContains: 'rare' }, limit: 10 }, count);
    expect(found.items.map((row) => row.at)).toEqual([NOW - 4_000, NOW - 2 * DAY]);
    expect(turns).toBeGreaterThanOrEqual(4);
    for (const _step of store.rollups.fold());
    const dropping = () => {
      store.dropDay(Math.floor((NOW - 2 * DAY) / DAY));
      return Promise.resolve();
    };
    const rest = await listRequests(store, { filter: { pathContains: 'rare' }, limit: 10 }, dropping);
    expect(rest.items.map((row) => row.at)).toEqual([NOW - 4_000]);
  });

  it('refuses a cursor that is not its own', async () => {
    const store = openStore();
    for (const cursor of ['x', 'before-', 'before-ZZ', 'before-zzzzzzzzzzzz']) {
      await expect(listRequests(store, { filter: {}, limit: 1, cursor }, noPause)).rejects.toThrow(/cursor/);
    }
  });

  it('for one request id finds the newest of it, or nothing', async () => {
    const store = openStore();
    const requestId = 'mine' as RequestId;
    write(store, [
      decision({ requestId, path: '/1', atMs: (NOW - DAY) as TimestampMs }),
      decision({ requestId, path: '/2' }),
    ]);
    expect((await getRequest(store, { requestId }, noPause))?.path).toBe('/2');
    expect(await getRequest(store, { requestId: 'none' as RequestId }, noPause)).toBeNull();
  });
});

describe('the plan of a search', () => {
  const store = openStore();
  write(store, [decision()]);
  const range = { fromId: firstRowOf(NOW), toId: firstRowOf(NOW + 1) };
  const plan = (condition: object) => store.db.search.plan(condition, range).join('\n');

  it('walks the rows backwards by time without sorting, whatever the filters: a first page of a long log reads no more than it shows (S13.4)', () => {
    for (const condition of [
      {},
      { principals: [16, 17] },
      { environment: 'live' },
      {
        principals: [16],
        services: [1],
        codes: [0],
        statusClass: 5,
        method: 'GET',
        pathContains: { part: 'x', pathIds: [1] },
        clientIp: 'x',
      },
    ]) {
      expect(plan(condition)).toMatch(/^SEARCH r USING INTEGER PRIMARY KEY/);
      expect(plan(condition)).not.toContain('TEMP B-TREE');
    }
  });
});
