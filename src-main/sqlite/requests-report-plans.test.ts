import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDatabase, REQUESTS_OPTIONS } from './open-database.ts';
import { openRequestsDatabase } from './requests-database.ts';
import { REPORT_STATEMENTS } from './requests-row-queries.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-plans-'));
const file = join(folder, 'requests.db');
openRequestsDatabase(file).close();
const log = openDatabase(file, REQUESTS_OPTIONS);
afterAll(() => {
  log.close();
  rmSync(folder, { recursive: true });
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
