import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '#contract/verify.ts';
import type { KeyId, RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import { getRequest, listRequests } from './list-requests.ts';
import {
  DAY,
  decision,
  HOUR,
  MINUTE,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  OTHER_SERVICE,
  PRINCIPAL,
  quotaUse,
  report,
  SERVICE,
  traffic,
  write,
  writeTraffic,
  noPause,
} from './log.test-support.ts';
import type { RequestsStore } from './requests-store.ts';
import { usageSeries } from './usage-series.ts';

function totals(store: RequestsStore, bucketMs: number, filter: object = {}) {
  const from = (bucketMs === MINUTE ? NOW - 10 * HOUR : NOW - 4 * DAY) as TimestampMs;
  const buckets = usageSeries(store, { from, to: (NOW + HOUR) as TimestampMs, bucketMs, ...filter });
  const sum = (pick: (bucket: (typeof buckets)[number]) => number) =>
    buckets.reduce((count, bucket) => count + pick(bucket), 0);
  return {
    total: sum((bucket) => bucket.total),
    reported: sum((bucket) => bucket.reported),
    reported429: sum((bucket) => bucket.reported429),
    valid: sum((bucket) => bucket.byCode.VALID ?? 0),
    serverErrors: sum((bucket) => bucket.byStatusClass['5xx'] ?? 0),
  };
}

describe('roll-ups', () => {
  it('add up to the rows, at every width and for every owner', () => {
    fc.assert(
      fc.property(traffic, (rows) => {
        const store = openStore();
        writeTraffic(store, rows);
        const count = (matches: (row: (typeof rows)[number]) => boolean) => rows.filter(matches).length;
        for (const width of [HOUR, DAY]) {
          expect(totals(store, width)).toEqual({
            total: rows.length,
            reported: count((row) => row.status !== null),
            reported429: count((row) => row.status === 429),
            valid: count((row) => row.code === 'VALID'),
            serverErrors: count((row) => (row.status ?? 0) >= 500),
          });
          expect(totals(store, width, { keyId: PRINCIPAL.keyId }).total).toBe(
            count((row) => row.principal?.keyId === PRINCIPAL.keyId),
          );
          expect(totals(store, width, { partnerId: OTHER_PRINCIPAL.partnerId }).total).toBe(
            count((row) => row.principal?.partnerId === OTHER_PRINCIPAL.partnerId),
          );
          expect(totals(store, width, { environment: 'live', serviceId: SERVICE }).total).toBe(
            count((row) => row.principal?.environment === 'live' && row.serviceId === SERVICE),
          );
        }
        const late = (row: (typeof rows)[number]) =>
          row.atMs >= Math.floor((NOW - 10 * HOUR) / MINUTE) * MINUTE;
        expect(totals(store, MINUTE).total).toBe(count(late));
        expect(store.rowCount).toBe(rows.length);
        store.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('a report', () => {
  it('finds a decision of its own batch, and moves it from no status to its class at the time of the decision', async () => {
    const store = openStore();
    const old = decision({ atMs: (NOW - 2 * HOUR) as TimestampMs });
    write(store, [old]);
    expect(totals(store, HOUR).reported).toBe(0);
    const now = decision();
    const answers = write(
      store,
      [now],
      [
        report([
          { requestId: now.requestId, responseStatus: 200 },
          { requestId: old.requestId, responseStatus: 429, durationMs: 12.4 },
        ]),
      ],
    );
    expect(answers).toEqual([{ accepted: 2, rejected: [] }]);
    const [hour] = usageSeries(store, { from: old.atMs, to: (old.atMs + 1) as TimestampMs, bucketMs: HOUR });
    expect(hour).toMatchObject({ total: 1, reported: 1, reported429: 1, byStatusClass: { '4xx': 1 } });
    expect(await getRequest(store, old, noPause)).toMatchObject({ responseStatus: 429, durationMs: 12.4 });
  });

  it('changes nothing when it comes twice, and counts as accepted', async () => {
    const store = openStore();
    const one = decision();
    write(store, [one], [report([{ requestId: one.requestId, responseStatus: 200, bytes: 7 }])]);
    const again = write(
      store,
      [],
      [report([{ requestId: one.requestId, responseStatus: 500, errorCode: 'LATE' }])],
    );
    expect(again).toEqual([{ accepted: 1, rejected: [] }]);
    expect(await getRequest(store, one, noPause)).toMatchObject({
      responseStatus: 200,
      bytes: 7,
      errorCode: null,
    });
    expect(totals(store, HOUR)).toMatchObject({ total: 1, reported: 1, serverErrors: 0 });
  });

  it('is refused for unknown requests, for requests of another service and for unknown keys, each by its index', async () => {
    const store = openStore();
    const one = decision();
    write(store, [one]);
    const elsewhere: LogEntry = { keyId: PRINCIPAL.keyId, method: 'GET', path: '/x', responseStatus: 200 };
    const [answer] = write(
      store,
      [],
      [
        report([{ requestId: 'nobody' as RequestId, responseStatus: 200 }, elsewhere]),
        report([{ requestId: one.requestId, responseStatus: 200 }], OTHER_SERVICE),
      ],
    ).map(({ accepted, rejected }) => ({
      accepted,
      codes: rejected.map(({ index, code }) => [index, code]),
    }));
    expect(answer).toEqual({
      accepted: 0,
      codes: [
        [0, 'UNKNOWN_REQUEST'],
        [1, 'UNKNOWN_KEY'],
      ],
    });
    expect((await getRequest(store, one, noPause))?.responseStatus).toBeNull();
    expect(store.rowCount).toBe(1);
  });

  it('joins the request of the service that asked when two services use the same id', async () => {
    const store = openStore();
    const requestId = 'order-7' as RequestId;
    write(store, [
      decision({ requestId }),
      decision({ requestId, serviceId: OTHER_SERVICE, service: 'Other' }),
    ]);
    write(store, [], [report([{ requestId, responseStatus: 201 }])]);
    const rows = (await listRequests(store, { filter: { requestId }, limit: 10 }, noPause)).items;
    expect(rows.map((row) => [row.serviceId, row.responseStatus])).toEqual([
      [OTHER_SERVICE, null],
      [SERVICE, 201],
    ]);
  });

  it('without a request id is a row of its own, at the time it names but never in the future', async () => {
    const store = openStore();
    const { secretVersion: _secretVersion, ...key } = PRINCIPAL;
    const entry = {
      keyId: key.keyId,
      method: 'GET',
      path: '/x',
      responseStatus: 503,
      durationMs: 3,
      tags: ['a=1'],
    };
    const at = (ms: number) => ({ entry: { ...entry, at: ms as TimestampMs }, key });
    const answers = write(store, [], [report([at(NOW - HOUR), at(NOW + DAY)])]);
    expect(answers).toEqual([{ accepted: 2, rejected: [] }]);
    const { items } = await listRequests(store, { filter: { keyId: key.keyId }, limit: 10 }, noPause);
    expect(items.map((row) => row.at)).toEqual([NOW, NOW - HOUR]);
    expect(items[0]).toMatchObject({
      source: 'reported',
      secretVersion: null,
      keyName: key.keyName,
      responseStatus: 503,
      tags: ['a=1'],
    });
    expect(totals(store, HOUR)).toMatchObject({ total: 2, reported: 2, serverErrors: 2 });
    expect(
      usageSeries(store, { from: NOW, to: (NOW + 1) as TimestampMs, bucketMs: HOUR })[0]?.latencyUs,
    ).toBeNull();
  });
});

describe('a row', () => {
  it('comes back as it was decided', async () => {
    const store = openStore();
    const one = decision({
      code: 'INSUFFICIENT_SCOPE',
      detail: 'no rule',
      tags: ['version=318', 'team=search'],
      cost: 0,
      rule: null,
    });
    write(store, [one]);
    const { keyId, ...owner } = PRINCIPAL;
    expect(await getRequest(store, one, noPause)).toEqual({
      requestId: one.requestId,
      at: one.atMs,
      source: 'verified',
      keyId,
      ...owner,
      serviceId: SERVICE,
      service: 'Trade API',
      method: 'GET',
      path: '/inventory/42',
      code: 'INSUFFICIENT_SCOPE',
      responseStatus: null,
      durationMs: null,
      bytes: null,
      errorCode: null,
      clientIp: '203.0.113.9',
      userAgent: 'python-requests/2.31.0',
      rule: null,
      detail: 'no rule',
      latencyUs: 84,
      tags: ['version=318', 'team=search'],
      cost: 0,
    });
  });

  it('of an unknown key has no owner', async () => {
    const store = openStore();
    const one = decision({ principal: null, code: 'NOT_FOUND', method: null, path: null });
    write(store, [one]);
    expect(await getRequest(store, one, noPause)).toMatchObject({
      keyId: null,
      keyName: null,
      partner: null,
      environment: null,
      method: null,
    });
  });

  it('keeps the names of its time when a key is renamed', async () => {
    const store = openStore();
    const before = decision();
    const after = decision({ principal: { ...PRINCIPAL, keyName: 'New name', partner: 'Acme Ltd' } });
    write(store, [before, after]);
    expect((await getRequest(store, before, noPause))?.keyName).toBe(PRINCIPAL.keyName);
    expect(await getRequest(store, after, noPause)).toMatchObject({
      keyName: 'New name',
      partner: 'Acme Ltd',
    });
  });

  it('is kept with its control characters escaped and its path and agent cut to their bytes', async () => {
    const store = openStore();
    const one = decision({ path: `/a\u0000\u001b[31m${'ä'.repeat(2_000)}`, userAgent: 'x'.repeat(1_000) });
    write(store, [one]);
    const row = await getRequest(store, one, noPause);
    expect(row?.path?.startsWith('/a\\u0000\\u001b[31mä')).toBe(true);
    expect(Buffer.byteLength(row?.path ?? '')).toBeLessThanOrEqual(1_024);
    expect(row?.userAgent).toBe('x'.repeat(256));
  });

  it('of the same millisecond as thousands of others is neither lost nor out of order', async () => {
    const store = openStore();
    const many = Array.from({ length: 2_500 }, () => decision());
    write(store, many);
    write(store, [decision({ atMs: (NOW - 1) as TimestampMs })]);
    const { items } = await listRequests(store, { filter: {}, limit: 3_000 }, noPause);
    expect(items.slice(0, 2_500).map((row) => row.requestId)).toEqual(
      many.map((row) => row.requestId).reverse(),
    );
    expect(items).toHaveLength(2_501);
  });
});

describe('a batch that cannot be written', () => {
  it('leaves nothing behind, and the next one is whole', async () => {
    const store = openStore();
    const bad = decision({
      cost: 'three' as unknown as number,
      principal: OTHER_PRINCIPAL,
      rule: 'a new text',
    });
    expect(() => write(store, [decision(), bad])).toThrow();
    expect(store.rowCount).toBe(0);
    const good = decision({ principal: OTHER_PRINCIPAL, rule: 'a new text' });
    write(store, [good]);
    expect(await getRequest(store, good, noPause)).toMatchObject({
      keyName: OTHER_PRINCIPAL.keyName,
      rule: 'a new text',
    });
    expect(totals(store, HOUR).total).toBe(1);
  });
});

describe('what is restored at start', () => {
  it('knows the highest use of the newest quota period, whatever the order of the rows', () => {
    const store = openStore();
    const month = (used: number, start: number) => ({
      quota: quotaUse({ periodStartMs: start as TimestampMs, used }),
    });
    const [october, november] = [Date.UTC(2026, 9, 1), Date.UTC(2026, 10, 1)];
    write(store, [decision(month(900, october)), decision(month(2, november))]);
    write(store, [decision(month(5, november))]);
    write(store, [decision(month(4, november)), decision(month(901, october))]);
    const quotas = store.restoredUse().quotas;
    expect(quotas).toEqual([
      {
        ownerId: PRINCIPAL.keyId,
        period: 'month',
        periodStartMs: november,
        used: 5,
        atMs: NOW,
        previousUsed: 900,
        previousAtMs: NOW,
      },
    ]);
  });

  it('knows the last use of each secret and service; a refused secret was not used', () => {
    const store = openStore();
    const at = (ms: number) => ms as TimestampMs;
    write(store, [
      decision({ atMs: at(NOW - 50) }),
      decision({ atMs: at(NOW - 90) }),
      decision({ atMs: at(NOW - 10), principal: { ...PRINCIPAL, secretVersion: 2 }, code: 'RATE_LIMITED' }),
      decision({ atMs: NOW, principal: { ...PRINCIPAL, secretVersion: 2 }, code: 'REVOKED' }),
    ]);
    const { keys, services } = store.restoredUse();
    const keyId = 'k7Qd2mX9pR4t' as KeyId;
    expect(keys).toEqual([
      { keyId, version: 1, atMs: NOW - 50 },
      { keyId, version: 2, atMs: NOW - 10 },
    ]);
    expect(services).toEqual([{ serviceId: SERVICE satisfies ServiceId, atMs: NOW }]);
  });
});
