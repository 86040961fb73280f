import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RequestId, TimestampMs } from '#contract/ids.ts';
import { encodeBase62Fixed } from '#main/domain/base62.ts';
import { binUpperEdge, histogramBin } from '#main/domain/histogram.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import { migrate } from '#main/sqlite/migrate.ts';
import { sql as first } from '#main/sqlite/migrations/requests/0001-first.ts';
import { sql as limits } from '#main/sqlite/migrations/requests/0002-limits.ts';
import {
  openDatabase,
  REQUESTS_APPLICATION_ID,
  REQUESTS_OPTIONS,
  type DatabaseHandle,
} from '#main/sqlite/open-database.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import { getRequest, listRequests } from './list-requests.ts';
import {
  DAY,
  decision,
  HOUR,
  MINUTE,
  noPause,
  NOW,
  OTHER_PRINCIPAL,
  PRINCIPAL,
  report,
  SERVICE,
  write,
} from './log.test-support.ts';
import { RequestsStore } from './requests-store.ts';
import { usageSeries } from './usage-series.ts';
import { usageSummary } from './usage-summary.ts';

/** A request as version 2 kept it. */
interface Former {
  readonly atMs: number;
  readonly requestId: string;
  readonly principal: 16 | 17 | 1;
  readonly code: keyof typeof CODE_NUMBERS;
  readonly source: 0 | 1;
  readonly status: number | null;
  readonly latencyUs: number;
}

const own = (atMs: number, chance: string) => `req_${encodeBase62Fixed(atMs, 8)}${chance}`;
const reportedAt = NOW - 2 * HOUR;
const FORMER: readonly Former[] = [
  {
    atMs: NOW - 3 * DAY,
    requestId: 'order-7',
    principal: 16,
    code: 'VALID',
    source: 0,
    status: 200,
    latencyUs: 40,
  },
  {
    atMs: NOW - 2 * DAY,
    requestId: own(NOW - 2 * DAY, '0aZ9zzzzzzzz'),
    principal: 17,
    code: 'EXPIRED',
    source: 0,
    status: null,
    latencyUs: 90,
  },
  {
    atMs: reportedAt,
    requestId: `req_r${(reportedAt * 1_024).toString(36)}`,
    principal: 16,
    code: 'VALID',
    source: 1,
    status: 503,
    latencyUs: 0,
  },
  {
    atMs: NOW - HOUR,
    requestId: own(NOW - HOUR, 'AbCdEfGhIjKl'),
    principal: 16,
    code: 'VALID',
    source: 0,
    status: 429,
    latencyUs: 45,
  },
  { atMs: NOW, requestId: 'order-7', principal: 16, code: 'VALID', source: 0, status: null, latencyUs: 50 },
  {
    atMs: NOW,
    requestId: own(NOW, '000000000000'),
    principal: 1,
    code: 'NOT_FOUND',
    source: 0,
    status: null,
    latencyUs: 20,
  },
];

/** Ids as version 2 gave them: the second of one ms comes after the first. */
const idOf = (index: number) => {
  const { atMs } = FORMER[index] ?? { atMs: 0 };
  return atMs * 1_024 + FORMER.slice(0, index).filter((one) => one.atMs === atMs).length;
};

function fillFormer(handle: DatabaseHandle): void {
  const principal = handle.prepare(
    `INSERT INTO principals (id, key_id, secret_version, key_name, environment, application_id, application, partner_id, partner)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const [
    id,
    { keyId, secretVersion, keyName, environment, applicationId, application, partnerId, partner },
  ] of [
    [16, PRINCIPAL],
    [17, OTHER_PRINCIPAL],
  ] as const) {
    principal.run(
      id,
      keyId,
      secretVersion,
      keyName,
      environment,
      applicationId,
      application,
      partnerId,
      partner,
    );
  }
  handle.exec(`
    INSERT INTO services (id, service_id, name) VALUES (1, '${SERVICE}', 'Trade API');
    INSERT INTO texts (id, text, last_day) VALUES (1, 'GET', ${String(Math.floor(NOW / DAY))});
    INSERT INTO facts (name, value) VALUES ('row_count', '${String(FORMER.length)}');
    INSERT INTO key_uses (key_id, secret_version, at_ms) VALUES ('${PRINCIPAL.keyId}', 1, ${String(NOW)})`);
  const insert = handle.prepare(
    `INSERT INTO requests (id, request_id, principal_id, service_id, code, source, latency_us, cost, method_id, response_status, client_ip, path)
     VALUES (?, ?, ?, 1, ?, ?, ?, 1, 1, ?, '203.0.113.9', ?)`,
  );
  FORMER.forEach(({ requestId, principal: owner, code, source, latencyUs, status }, index) => {
    insert.run(
      idOf(index),
      requestId,
      owner,
      CODE_NUMBERS[code],
      source,
      latencyUs,
      status,
      `/inventory/${String(index)}`,
    );
    for (const [table, widthMs] of [
      ['minute', MINUTE],
      ['hour', HOUR],
      ['day', DAY],
    ] as const) {
      const whole = owner === 16 ? 2 : owner === 17 ? 3 : null;
      for (const principalId of whole === null ? [owner] : [owner, whole])
        countFormer(handle, { table, widthMs, principalId, index });
    }
  });
}

function countFormer(
  handle: DatabaseHandle,
  {
    table,
    widthMs,
    principalId,
    index,
  }: { table: string; widthMs: number; principalId: number; index: number },
): void {
  const one = FORMER[index];
  if (one === undefined) return;
  const { atMs, code, status, source, latencyUs } = one;
  const is = (from: number) => (status !== null && Math.floor(status / 100) === from ? 1 : 0);
  const bins = source === 1 ? Buffer.alloc(0) : Buffer.from([histogramBin(latencyUs), 1]);
  handle
    .prepare(
      `INSERT INTO rollups_${table} VALUES (?, ?, 1, ?, 1, ?, ?, ?, ?, ?, ?, ?, x'')
       ON CONFLICT DO UPDATE SET total = total + 1, status_2xx = status_2xx + excluded.status_2xx,
         status_4xx = status_4xx + excluded.status_4xx, status_5xx = status_5xx + excluded.status_5xx,
         status_429 = status_429 + excluded.status_429, latency_bins = CAST(latency_bins || excluded.latency_bins AS BLOB)`,
    )
    .run(
      principalId,
      Math.floor(atMs / widthMs),
      CODE_NUMBERS[code],
      is(1),
      is(2),
      is(3),
      is(4),
      is(5),
      status === 429 ? 1 : 0,
      bins,
    );
}

const directory = mkdtempSync(join(tmpdir(), 'latchkey-migrate-log-'));
const file = join(directory, 'requests.db');
const former = openDatabase(file, REQUESTS_OPTIONS);
migrate(former, [first, limits], REQUESTS_APPLICATION_ID);
former.transaction(() => {
  fillFormer(former);
})();
former.close();
const store = RequestsStore.over(openRequestsDatabase(file));
afterAll(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

describe('a log of version 2, opened by this version', () => {
  it('has every row under its id and in its place, one table a day', async () => {
    const { items } = await listRequests(store, { filter: {}, limit: 100 }, noPause);
    expect(
      items.map(({ requestId, at, source, code, responseStatus, path, clientIp, method, latencyUs }) => ({
        requestId,
        at,
        source,
        code,
        responseStatus,
        path,
        clientIp,
        method,
        latencyUs,
      })),
    ).toEqual(
      FORMER.map(({ requestId, atMs, source, code, status, latencyUs }, index) => ({
        requestId,
        at: atMs,
        source: source === 0 ? 'verified' : 'reported',
        code,
        responseStatus: status,
        path: `/inventory/${String(index)}`,
        clientIp: '203.0.113.9',
        method: 'GET',
        latencyUs,
      })).reverse(),
    );
    expect(store.db.rows.days.oldestFirst()).toHaveLength(3);
    expect(store.rowCount).toBe(FORMER.length);
  });

  it.each(FORMER.map(({ requestId }) => requestId))('finds %s, the newest of it', async (requestId) => {
    const newest = FORMER.findLast((one) => one.requestId === requestId);
    expect(await getRequest(store, { requestId: requestId as RequestId }, noPause)).toMatchObject({
      requestId,
      at: newest?.atMs,
    });
  });

  it('shows the same charts at every width, with their percentiles', async () => {
    for (const bucketMs of [MINUTE, HOUR, DAY]) {
      for (const one of FORMER) {
        const at = Math.floor(one.atMs / bucketMs) * bucketMs;
        const inside = FORMER.filter(({ atMs }) => Math.floor(atMs / bucketMs) * bucketMs === at);
        const [bucket] = usageSeries(store, {
          from: at as TimestampMs,
          to: (at + 1) as TimestampMs,
          bucketMs,
        });
        expect(bucket).toMatchObject({
          total: inside.length,
          reported: inside.filter(({ status }) => status !== null).length,
          reported429: inside.filter(({ status }) => status === 429).length,
        });
        const slowest = Math.max(
          0,
          ...inside.filter(({ source }) => source === 0).map(({ latencyUs }) => latencyUs),
        );
        expect(bucket?.latencyUs?.p99 ?? null).toBe(
          slowest === 0 ? null : binUpperEdge(histogramBin(slowest)),
        );
      }
    }
    const range = { from: (NOW - 4 * DAY) as TimestampMs, to: (NOW + 1) as TimestampMs };
    const { totals, topKeys } = await usageSummary(store, range, NOW, noPause);
    expect(totals).toMatchObject({ total: FORMER.length, byStatusClass: { '2xx': 1, '4xx': 1, '5xx': 1 } });
    expect(topKeys.map(({ total, refused }) => [total, refused])).toEqual([
      [4, 0],
      [1, 1],
    ]);
  });

  it('goes on: a late report joins an old row, new rows are counted beside the old ones', async () => {
    const requestId = FORMER[1]?.requestId as RequestId;
    expect(write(store, [decision()], [report([{ requestId, responseStatus: 404 }])])).toEqual([
      { accepted: 1, rejected: [] },
    ]);
    expect(await getRequest(store, { requestId }, noPause)).toMatchObject({ responseStatus: 404 });
    const at = NOW - 2 * DAY;
    const [day] = usageSeries(store, { from: at as TimestampMs, to: (at + 1) as TimestampMs, bucketMs: DAY });
    expect(day).toMatchObject({ total: 1, reported: 1, byStatusClass: { '4xx': 1 } });
    const [minute] = usageSeries(store, { from: NOW, to: (NOW + 1) as TimestampMs, bucketMs: MINUTE });
    expect(minute?.total).toBe(3);
  });

  it('keeps when keys were last used', () => {
    expect(store.restoredUse().keys).toEqual([{ keyId: PRINCIPAL.keyId, version: 1, atMs: NOW }]);
  });
});
