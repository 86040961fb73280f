import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ApplicationId, KeyId, ServiceId } from '#contract/ids.ts';
import { openKeysDatabase } from './keys-database.ts';
import { openDatabase, REQUESTS_OPTIONS } from './open-database.ts';
import { openRequestsDatabase } from './requests-database.ts';
import { createRequestsDimensionQueries } from './requests-dimension-queries.ts';
import { createRequestsRowQueries, REPORT_STATEMENTS } from './requests-row-queries.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-plans-'));
const file = join(folder, 'requests.db');
openRequestsDatabase(file).close();
const log = openDatabase(file, REQUESTS_OPTIONS);
const rows = createRequestsRowQueries(log);
const dimensions = createRequestsDimensionQueries(log);
const keys = openKeysDatabase(':memory:');
afterAll(() => {
  log.close();
  keys.close();
  rmSync(folder, { recursive: true });
});

/** µs of processor time of many calls; the best of five, because other processes may disturb some of them. */
function cpuUs(work: () => unknown): number {
  for (let call = 0; call < 500; call += 1) work();
  const rounds = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    for (let call = 0; call < 2_000; call += 1) work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...rounds);
}

it.each<[string, () => unknown]>([
  ['a report finds its row', () => rows.joinable('req_none')],
  ['the principals of a key', () => dimensions.principalsOfKey('none')],
  ['the principals of an application', () => dimensions.principalsOfApplication('none')],
  ['the principals of a partner', () => dimensions.principalsOfPartner('none')],
  ['the numbers of a service', () => dimensions.numbersOfService('none')],
  ['a key', () => keys.keys.get('none' as KeyId)],
  ['the state of a key', () => keys.keys.getState('none' as KeyId)],
  ['the secrets of a key', () => keys.secrets.list('none' as KeyId)],
  ['an application', () => keys.applications.get('none' as ApplicationId)],
  ['a service', () => keys.services.get('none' as ServiceId)],
])('%s: planned once, not at every call', (_name, work) => {
  const barest = log.prepare<[number], { id: number }>('SELECT id FROM requests WHERE id = ?');
  // Nothing is found, so that only the plan could make a difference: it made the look-up 8 to 60 times as dear.
  expect(cpuUs(work)).toBeLessThan(5 * cpuUs(() => barest.get(1)));
});

it.each(Object.entries(REPORT_STATEMENTS))(
  '%s of a report reads no table from end to end',
  (name, statement) => {
    const parameters = { id: 1, responseStatus: 200, durationUs: 1, responseBytes: 1, errorCodeId: 1 };
    const plan = log
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`)
      .all(name === 'JOINABLE' ? 'req_none' : parameters)
      .map(({ detail }) => detail);
    expect(plan.some((detail) => detail.startsWith('SEARCH'))).toBe(true);
    expect(
      plan.filter((detail) => /SCAN|TEMP B-TREE/.test(detail) && detail !== 'SCAN CONSTANT ROW'),
    ).toEqual([]);
  },
);
