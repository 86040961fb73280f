import { expect, test } from 'vitest';
import { accessRequestId } from '#contract/ids.ts';
import { createAccessRequestQueries } from '../../access-request-queries.ts';
import { KEYS_OPTIONS, openDatabase } from '../../open-database.ts';
import { sql as requests } from './0012-access-requests.ts';
import { sql as similar } from './0016-similar-requests.ts';
import { sql as questions } from './0021-access-questions.ts';
import { sql as products } from './0027-products.ts';

test('requests of a store from before questions are there as they were, open ones and decided ones', () => {
  const db = openDatabase(':memory:', KEYS_OPTIONS);
  db.exec(requests);
  db.exec(similar);
  const add = db.prepare(`
    INSERT INTO access_requests (
      id, reference, status_hash, form_hash, state, created_at_ms, application, team, contact_email, purpose, repository, environment,
      requests_per_day, endpoints, contact_tries, is_automatic, answer, decided_by, granted_key_id
    )
    VALUES (?, ?, ?, ?, ?, 7, 'Sync', 'Bolt', 'dev@bolt.example', 'To sync', '', 'test', 500, '[]', 2, 1, 'Hello', 'Dana', 'k7Qd2mX9pR4t')`);
  const ids = ['acr_0000000000000000', 'acr_0000000000000001'].map((id) => accessRequestId.parse(id));
  for (const [index, id] of ids.entries()) {
    const state = index === 0 ? 'open' : 'rejected';
    add.run(id, `REF-${String(index)}`, Buffer.from([index]), Buffer.from([9, index]), state);
  }
  db.exec(questions);
  // The queries are of today and read its column too.
  db.exec(products);
  const queries = createAccessRequestQueries(db);
  expect(ids.map((id) => queries.get(id))).toMatchObject([
    {
      reference: 'REF-0',
      state: 'open',
      purpose: 'To sync',
      contactTries: 2,
      answer: 'Hello',
      mergedInto: null,
    },
    { reference: 'REF-1', state: 'rejected', decidedBy: 'Dana', grantedKeyId: 'k7Qd2mX9pR4t' },
  ]);
  expect(queries.findByStatus(Buffer.from([1]))?.id).toBe(ids[1]);
  expect(queries.findByForm(Buffer.from([9, 0]))?.id).toBe(ids[0]);
  expect([queries.countOpen(), queries.countUndecided()]).toEqual([1, 1]);
});
