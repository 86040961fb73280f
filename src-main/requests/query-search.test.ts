import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestId, TimestampMs } from '#contract/ids.ts';
import { parseRequestQuery, requestQuery, type Comparison, type QueryTest } from '#contract/request-query.ts';
import type { RequestRow } from '#contract/requests.ts';
import { listRequests } from './list-requests.ts';
import {
  DAY,
  decision,
  HOUR,
  noPause,
  NOW,
  openStore,
  OTHER_PRINCIPAL,
  OTHER_SERVICE,
  PRINCIPAL,
  report,
  SERVICE,
  write,
} from './log.test-support.ts';
import { withQueryTimes } from './query-tests.ts';
import type { RequestsStore } from './requests-store.ts';

/** Rows that differ in everything a query can ask for, the same at every run. */
function seed(store: RequestsStore, count: number): void {
  const of = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;
  for (let start = 0; start < count; start += 50) {
    const decisions = Array.from({ length: Math.min(50, count - start) }, (_none, offset) => {
      const n = start + offset;
      // Different factors, so that the parts combine freely.
      return decision({
        atMs: (NOW - ((n * 7_919_137) % (3 * DAY))) as TimestampMs,
        principal: of(
          [
            PRINCIPAL,
            { ...PRINCIPAL, secretVersion: 2 },
            OTHER_PRINCIPAL,
            null,
            { ...PRINCIPAL, keyName: 'Offers writer' },
          ],
          n,
        ),
        ...of(
          [
            { serviceId: SERVICE, service: 'Trade API' },
            { serviceId: OTHER_SERVICE, service: 'Billing' },
          ],
          Math.floor(n / 3),
        ),
        code: of(
          ['VALID', 'VALID', 'INSUFFICIENT_SCOPE', 'RATE_LIMITED', 'NOT_FOUND', 'EXPIRED'] as const,
          n * 5 + 1,
        ),
        method: of(['GET', 'POST', 'DELETE', null], Math.floor(n / 2)),
        // Some paths come once, some again and again: those are stored in two ways.
        path: of(
          [
            '/health',
            `/offers/${String(n)}`,
            '/inventory/42',
            '/Inventory/ä?x=1',
            null,
            `/v1/offers/${String(n % 9)}/lines`,
          ],
          n,
        ),
        clientIp: of(
          ['10.4.2.17', '10.5.0.1', '2001:db8::7', `192.0.2.${String(n % 250)}`, null, '::ffff:10.4.9.9'],
          n * 7 + 2,
        ),
        userAgent: of(['python-requests/2.31.0', 'curl/8.5.0', 'Acme-Sync/2', null], n * 3 + 1),
        detail: of([null, 'Not so.', 'Observed: not on the list.'], n),
        tags: of([[], ['version=318'], ['version=319', 'blue']], Math.floor(n / 5)),
        cost: of([0, 1, 5], n),
      });
    });
    const reports = decisions.flatMap((one, offset) => {
      const n = start + offset;
      if (n % 4 === 0) return [];
      const responseStatus = of([200, 201, 302, 404, 429, 500, 503], n);
      const timing = n % 3 === 0 ? {} : { durationMs: (n % 400) + 0.5, bytes: n * 10 };
      const failure = responseStatus >= 500 ? { errorCode: 'Upstream_Timeout' } : {};
      return [report([{ requestId: one.requestId, responseStatus, ...timing, ...failure }], one.serviceId)];
    });
    write(store, decisions, reports);
  }
}

const compared = (value: number | null, test: Extract<QueryTest, { kind: 'number' }>): boolean => {
  if (value === null) return test.orNone;
  const fits = ({ operator, value: edge }: Comparison) =>
    ({ '=': value === edge, '<': value < edge, '<=': value <= edge, '>': value > edge, '>=': value >= edge })[
      operator
    ];
  return test.anyOf.some((all) => all.every(fits));
};
const folded = (text: string | null) => (text ?? '').toLowerCase();

/** IPv4 networks in 32-bit numbers, written apart from the server's; IPv6 by its text, which is enough for the seeded ones. */
function inNetwork(text: string | null, network: string): boolean {
  if (text === null) return false;
  const [base = '', bits] = network.split('/');
  if (base.includes(':')) return bits === undefined ? text === base : text.startsWith('2001:db8:');
  const number = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const plain = text.replace('::ffff:', '');
  if (plain.includes(':')) return false;
  const size = 2 ** (32 - Number(bits ?? 32));
  return Math.floor(number(plain) / size) === Math.floor(number(base) / size);
}

function fits(row: RequestRow, test: QueryTest): boolean {
  const named = (id: string | null, name: string | null, parts: readonly string[]) =>
    parts.some((part) => id === part || (id !== null && folded(name).includes(folded(part))));
  switch (test.kind) {
    case 'text':
      return [
        row.path,
        row.clientIp,
        row.userAgent,
        row.keyId,
        row.keyName,
        row.partner,
        row.application,
      ].some((text) => folded(text).includes(folded(test.part)));
    case 'words': {
      const { parts } = test;
      const inside = (text: string | null) =>
        text !== null && parts.some((part) => folded(text).includes(folded(part)));
      if (test.field === 'key') return named(row.keyId, row.keyName, parts);
      if (test.field === 'partner') return named(row.partnerId, row.partner, parts);
      if (test.field === 'application') return named(row.applicationId, row.application, parts);
      if (test.field === 'service') return named(row.serviceId, row.service, parts);
      if (test.field === 'path') return row.path !== null && parts.some((part) => row.path?.includes(part));
      if (test.field === 'agent') return inside(row.userAgent);
      if (test.field === 'rule') return inside(row.rule);
      if (test.field === 'detail') return inside(row.detail);
      if (test.field === 'error') return inside(row.errorCode);
      return row.tags.some((tag) => parts.some((part) => tag === part || tag.startsWith(`${part}=`)));
    }
    case 'number': {
      const values: Record<string, number | null> = {
        status: row.responseStatus,
        ms: row.durationMs,
        bytes: row.bytes,
        cost: row.cost,
        secret: row.secretVersion,
      };
      return compared(values[test.field] ?? null, test);
    }
    case 'codes':
      return test.codes.includes(row.code);
    case 'methods':
      return test.methods.includes(row.method ?? '');
    case 'networks':
      return test.networks.some((network) => inNetwork(row.clientIp, network));
    case 'templates':
      return test.templates.some(({ method, path }) => {
        const pattern = new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/?]+')}(\\?.*)?$`);
        return (method === null || row.method === method) && pattern.test(row.path ?? '');
      });
    case 'moment':
      return (
        (test.edge === 'since') ===
        row.at >= ('atMs' in test.moment ? test.moment.atMs : NOW - test.moment.agoMs)
      );
    case 'source':
      return (row.source === 'reported') === test.isReported;
    case 'environment':
      return row.environment === test.environment;
    case 'observed':
      return row.detail?.includes('Observed: ') === true;
    case 'id':
      return row.requestId === test.requestId;
  }
}

const values: Readonly<Record<string, readonly string[]>> = {
  key: [PRINCIPAL.keyId, 'offers', 'PROBE', 'nothing-of-this-name'],
  partner: ['acme', OTHER_PRINCIPAL.partnerId],
  application: ['feed', 'probe'],
  service: ['trade', OTHER_SERVICE],
  status: ['>=500', '4xx', '404', '200..302', 'none', '<300,503'],
  outcome: ['allowed', 'refused', 'denied_scope,rate_limited'],
  code: ['VALID', 'NOT_FOUND'],
  path: ['/health', 'offers', 'Inventory', '/health,/v1'],
  endpoint: ['"GET /offers/{id}"', '/inventory/{id}', '"/v1/offers/{id}/lines"', '/Inventory/ä'],
  method: ['GET', 'post,DELETE'],
  ms: ['>200', '<=50.5', '100..200'],
  ip: ['10.4.0.0/16', '10.5.0.1', '2001:db8::/32', '192.0.2.0/25,10.0.0.0/8'],
  agent: ['python', 'CURL', 'acme-sync'],
  tag: ['version=318', 'version', 'blue'],
  bytes: ['>1000', 'none'],
  cost: ['0', '>1'],
  secret: ['1', '>=2'],
  rule: ['inventory:read'],
  detail: ['observed', 'not so'],
  error: ['timeout'],
  env: ['live', 'test'],
  source: ['verified', 'reported'],
};
const field = fc
  .constantFrom(...Object.keys(values))
  .chain((name) =>
    fc
      .record({ isNegated: fc.boolean(), value: fc.constantFrom(...(values[name] ?? [])) })
      .map(({ isNegated, value }) => `${isNegated ? '-' : ''}${name}:${value}`),
  );
const time = fc.constantFrom('since:2h', 'since:1d', 'until:30h', 'until:2026-11-21', 'observed:yes');
const plain = fc.constantFrom('offers', '-health', 'python', '10.4', '"ACME"');
const queries = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: field },
      { weight: 1, arbitrary: time },
      { weight: 1, arbitrary: plain },
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((tokens) => tokens.join(' '));

async function idsOf(store: RequestsStore, query: string, limit: number): Promise<readonly RequestId[]> {
  const filter = withQueryTimes({ query }, NOW);
  const found: RequestId[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRequests(
      store,
      { filter, limit, ...(cursor === undefined ? {} : { cursor }) },
      noPause,
    );
    found.push(...page.items.map((item) => item.requestId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

describe('a query', () => {
  it('finds, for 200 random combinations, exactly the rows of a filter in plain JavaScript, newest first', async () => {
    const store = openStore();
    seed(store, 400);
    const all = (await listRequests(store, { filter: {}, limit: 5_000 }, noPause)).items;
    expect(all).toHaveLength(400);
    let found = 0;
    await fc.assert(
      fc.asyncProperty(queries, fc.integer({ min: 40, max: 400 }), async (query, limit) => {
        expect(requestQuery.safeParse(query).error, query).toBeUndefined();
        const tokens = parseRequestQuery(query);
        const expected = all
          .filter((row) =>
            tokens.every(({ test, isNegated }) => test !== null && fits(row, test) !== isNegated),
          )
          .map((row) => row.requestId);
        if (expected.length > 0) found += 1;
        expect(await idsOf(store, query, limit), query).toEqual(expected);
      }),
      { numRuns: 200 },
    );
    // Most of them are about something.
    expect(found).toBeGreaterThan(80);
    store.close();
  });

  it('narrows a filter, and roll-ups that are gone by minute lead to the same rows', async () => {
    const store = openStore();
    seed(store, 300);
    for (const _step of store.rollups.fold());
    const both = { keyId: PRINCIPAL.keyId, query: 'key:offers outcome:refused status:4xx' };
    const before = await listRequests(store, { filter: both, limit: 500 }, noPause);
    store.raiseFloors({
      minuteMs: Math.floor(NOW / DAY) * DAY,
      hourMs: Math.floor((NOW - HOUR) / DAY) * DAY,
    });
    const after = await listRequests(store, { filter: both, limit: 500 }, noPause);
    expect(after.items).toEqual(before.items);
    expect(before.items.length).toBeGreaterThan(0);
    for (const row of before.items)
      expect(row).toMatchObject({ keyName: 'Offers writer', keyId: PRINCIPAL.keyId });
    store.close();
  });

  it('with the id of a request finds that one alone', async () => {
    const store = openStore();
    const rows = [decision(), decision(), decision()];
    write(store, rows);
    const id = rows[1]?.requestId ?? '';
    expect(await idsOf(store, `id:${id}`, 10)).toEqual([id]);
    expect(await idsOf(store, `id:${id} id:${rows[2]?.requestId ?? ''}`, 10)).toEqual([]);
    store.close();
  });
});
