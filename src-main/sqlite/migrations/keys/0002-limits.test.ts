import { expect, test } from 'vitest';
import { quota, rateLimits } from '#contract/plans.ts';
import { planId } from '#contract/ids.ts';
import { KEYS_OPTIONS, openDatabase } from '../../open-database.ts';
import { sql as first } from './0001-first.ts';
import { sql as limits } from './0002-limits.ts';

interface PlanColumns {
  readonly id: string;
  readonly name: string;
  readonly rate_limit: string | null;
  readonly rate_limits: string;
  readonly quota: string | null;
}

test('a store of the first schema keeps its plans and keys: their quotas say what they meant, and a name that is taken stays', () => {
  const db = openDatabase(':memory:', KEYS_OPTIONS);
  db.exec(first);
  db.exec(`
    INSERT INTO plans VALUES ('pln_AAAAAAAAAAAAAAAA', 'External', NULL, '{"limit":7,"period":"day"}', 1, 1);
    INSERT INTO partners VALUES ('p', 'Acme', 'external', NULL, 'p@acme.example', '', 1, 1);
    INSERT INTO applications VALUES ('a', 'p', 'Feed', 'feed', 'f@acme.example', '', NULL, 1, 1);
    INSERT INTO keys (id, application_id, name, environment, rules, quota, ip_allow, origin_allow, tags, meta, note,
      created_at_ms, updated_at_ms)
    VALUES ('k', 'a', 'Key', 'live', '[]', '{"limit":9,"period":"month"}', '[]', '[]', '[]', '{}', '', 1, 1);`);
  db.exec(limits);
  const plans = db.prepare<[], PlanColumns>('SELECT * FROM plans ORDER BY name').all();
  expect(
    plans.map(({ name, quota: text }) => [name, text === null ? null : quota.parse(JSON.parse(text))]),
  ).toEqual([
    ['External', { limit: 7, period: 'day', timeZone: 'UTC', resetDay: 1, isSoft: false, by: 'key' }],
    [
      'federal',
      { limit: 1_000_000, period: 'month', timeZone: 'UTC', resetDay: 1, isSoft: false, by: 'key' },
    ],
    ['first_party', null],
  ]);
  for (const plan of plans) {
    expect(planId.safeParse(plan.id).success).toBe(true);
    expect(rateLimits.parse(JSON.parse(plan.rate_limits))).toEqual([]);
  }
  const key = db.prepare<[], PlanColumns>('SELECT * FROM keys').get();
  // Whole, as it is read without another look at it.
  expect(JSON.parse(key?.quota ?? '')).toEqual({
    limit: 9,
    period: 'month',
    timeZone: 'UTC',
    resetDay: 1,
    isSoft: false,
    by: 'key',
  });
  expect(key?.rate_limits).toBe('[]');
});
