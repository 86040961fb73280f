import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDatabase, REQUESTS_OPTIONS } from './open-database.ts';
import { createDayTables } from './requests-day-tables.ts';
import { openRequestsDatabase } from './requests-database.ts';
import { ROW_STATEMENTS } from './requests-row-queries.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-plans-'));
const file = join(folder, 'requests.db');
openRequestsDatabase(file).close();
const log = openDatabase(file, REQUESTS_OPTIONS);
createDayTables(log, 20_779);
afterAll(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

it.each(Object.entries(ROW_STATEMENTS))('%s reads no table of a day from end to end', (_name, statement) => {
  const text = statement('20261122');
  const values = Array.from({ length: text.split('?').length - 1 }, () => 1);
  const plan = log
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`)
    .all(...values)
    .map(({ detail }) => detail);
  expect(plan.some((detail) => detail.startsWith('SEARCH'))).toBe(true);
  expect(plan.filter((detail) => /SCAN|TEMP B-TREE/.test(detail))).toEqual([]);
});
