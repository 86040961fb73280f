import fc from 'fast-check';
import type { ApplicationId, KeyId, PartnerId, RequestId, ServiceId, TimestampMs } from '#contract/ids.ts';
import { DECISION_CODES, type LogEntry, type LogResponse } from '#contract/verify.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { DecisionPrincipal, DecisionRow, QuotaUse } from './decision-row.ts';
import type { Batch, KeyDescription, Report } from './requests-messages.ts';
import { RequestsStore } from './requests-store.ts';

export const NOW = Date.UTC(2026, 10, 22, 12, 0, 30) as TimestampMs;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const SERVICE = 'svc_aaaaaaaaaaaaaaaa' as ServiceId;
export const OTHER_SERVICE = 'svc_bbbbbbbbbbbbbbbb' as ServiceId;
export const RETENTION = {
  requestRetentionDays: 30,
  requestStoreMbMax: 2_048,
  minuteRollupDays: 30,
  hourRollupDays: 400,
};

export const PRINCIPAL: DecisionPrincipal = {
  keyId: 'k7Qd2mX9pR4t' as KeyId,
  keyName: 'Data feed live',
  environment: 'live',
  secretVersion: 1,
  applicationId: 'app_aaaaaaaaaaaaaaaa' as ApplicationId,
  application: 'Data feed',
  partnerId: 'par_aaaaaaaaaaaaaaaa' as PartnerId,
  partner: 'Acme',
};

/** A second key of another application and partner, in the test environment. */
export const OTHER_PRINCIPAL: DecisionPrincipal = {
  keyId: 'zzzzzzzzzzzz' as KeyId,
  keyName: 'Probe',
  environment: 'test',
  secretVersion: 1,
  applicationId: 'app_bbbbbbbbbbbbbbbb' as ApplicationId,
  application: 'Probe',
  partnerId: 'par_bbbbbbbbbbbbbbbb' as PartnerId,
  partner: 'Globex',
};

let counter = 0;

/** A valid decision now, with what differs. */
export function decision(differs: Partial<DecisionRow> = {}): DecisionRow {
  counter += 1;
  return {
    requestId: `req_${String(counter).padStart(16, '0')}` as RequestId,
    atMs: NOW,
    serviceId: SERVICE,
    service: 'Trade API',
    principal: PRINCIPAL,
    code: 'VALID',
    method: 'GET',
    path: '/inventory/42',
    clientIp: '203.0.113.9',
    userAgent: 'python-requests/2.31.0',
    rule: 'allow GET /inventory/** (inventory:read)',
    detail: null,
    latencyUs: 84,
    tags: [],
    cost: 1,
    quota: null,
    windows: null,
    ...differs,
  };
}

/** What a decision made of the monthly quota of PRINCIPAL's key, with what differs. */
export function quotaUse(differs: Partial<QuotaUse> = {}): QuotaUse {
  return {
    ownerId: PRINCIPAL.keyId,
    period: 'month',
    periodStartMs: Date.UTC(2026, 10, 1) as TimestampMs,
    used: 1,
    limit: 1_000,
    notice: null,
    ...differs,
  };
}

/** A report of one service. */
export function report(
  entries: readonly (LogEntry | { readonly entry: LogEntry; readonly key: KeyDescription | null })[],
  serviceId: ServiceId = SERVICE,
): Report {
  return {
    serviceId,
    service: 'Trade API',
    atMs: NOW,
    entries: entries.map((entry) => ('entry' in entry ? entry : { entry, key: null })),
  };
}

/** For questions that may let others have a turn: there are none. */
export const noPause = () => Promise.resolve();

/** An empty log in memory. */
export function openStore(): RequestsStore {
  return RequestsStore.over(openRequestsDatabase(':memory:'));
}

/** Decisions and reports as one batch. */
export function batchOf(decisions: readonly DecisionRow[], reports: readonly Report[] = []): Batch {
  return { decisions, reports, lost: [] };
}

/** Writes one batch; the answers to its reports. */
export function write(
  store: RequestsStore,
  decisions: readonly DecisionRow[],
  reports: readonly Report[] = [],
): readonly LogResponse[] {
  return store.write([batchOf(decisions, reports)], NOW)[0] ?? [];
}

/** Requests of a few keys and services over three days before NOW, with and without a reported status. */
export const traffic = fc.array(
  fc.record({
    atMs: fc.integer({ min: NOW - 3 * DAY, max: NOW }),
    principal: fc.constantFrom(
      PRINCIPAL,
      { ...PRINCIPAL, secretVersion: 2 },
      { ...PRINCIPAL, keyName: 'Renamed feed' },
      OTHER_PRINCIPAL,
      null,
    ),
    serviceId: fc.constantFrom(SERVICE, OTHER_SERVICE),
    code: fc.constantFrom(...DECISION_CODES),
    method: fc.constantFrom('GET', 'POST', null),
    path: fc.constantFrom('/inventory/1', '/inventory/2', '/offers', '/Über/ä', null),
    clientIp: fc.constantFrom('203.0.113.9', '2001:db8::1', null),
    detail: fc.constantFrom(
      null,
      'Not so.',
      'Observed: not on the list.',
      'Not so. Observed: not on the list.',
    ),
    latencyUs: fc.integer({ min: 1, max: 100_000 }),
    status: fc.option(fc.constantFrom(101, 200, 204, 302, 404, 429, 500, 503)),
    durationMs: fc.option(fc.integer({ min: 0, max: 5_000_000 }).map((us) => us / 1_000)),
  }),
  { minLength: 1, maxLength: 120 },
);

export type Traffic = typeof traffic extends fc.Arbitrary<infer T> ? T : never;

/** Writes generated traffic in batches of `size`, each with the reports of its decisions; the decisions, in order. */
export function writeTraffic(store: RequestsStore, rows: Traffic, size = 25): readonly DecisionRow[] {
  const decisions = rows.map(({ status: _status, durationMs: _durationMs, ...differs }) =>
    decision({ ...differs, atMs: differs.atMs as TimestampMs }),
  );
  for (let start = 0; start < decisions.length; start += size) {
    const part = decisions.slice(start, start + size);
    const reports = part.flatMap((one, index) => {
      const { status, durationMs } = rows[start + index] ?? {};
      if (status === null || status === undefined) return [];
      const entry: LogEntry = {
        requestId: one.requestId,
        responseStatus: status,
        ...(durationMs === null || durationMs === undefined ? {} : { durationMs }),
      };
      return [report([entry], one.serviceId)];
    });
    write(store, part, reports);
  }
  return decisions;
}
