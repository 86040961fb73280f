import { expect, test } from 'vitest';
import { openKeysDatabase } from './keys-database.ts';
import { ENTRY_STATEMENTS } from './secret-entry-queries.ts';
import { VERIFY_STATEMENTS } from './verify-queries.ts';

/** Columns of the key and its secrets that a statement reads. */
const columnsOf = (statement: string) => new Set(statement.match(/\b[ksnh]\.[a-z_0-9]+/g));

test('two secrets count as alike only when they agree in every column of theirs that a look-up reads', () => {
  const entry = columnsOf(ENTRY_STATEMENTS.FIND_ENTRY);
  // By them other rows are found; these rows have their names among the columns.
  const missing = [...columnsOf(VERIFY_STATEMENTS.FIND_SECRET)].filter((column) => !entry.has(column));
  expect(missing).toEqual([]);
});

test.each(Object.entries(ENTRY_STATEMENTS))('%s reads no table from end to end', (_name, statement) => {
  const plan = openKeysDatabase(':memory:')
    .handle.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`)
    .all({ hash: Buffer.alloc(32), afterId: '', rows: 5 })
    .map(({ detail }) => detail);
  expect(plan.filter((detail) => detail.startsWith('SEARCH')).length).toBeGreaterThan(0);
  expect(plan.filter((detail) => /SCAN|TEMP B-TREE/.test(detail) && detail !== 'SCAN CONSTANT ROW')).toEqual(
    [],
  );
});
