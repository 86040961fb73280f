import { expect, test } from 'vitest';
import type { KeyId, ServiceId } from '#contract/ids.ts';
import { KEYS_MIGRATIONS } from './keys-database.ts';
import { KEYS_OPTIONS, openDatabase } from './open-database.ts';
import { createVerifyQueries, VERIFY_STATEMENTS } from './verify-queries.ts';

const TRADE = 'svc_trade00000000000' as ServiceId;
const STOCK = 'svc_stock00000000000' as ServiceId;
const KEY = 'k7Qd2mX9pR4t' as KeyId;
const hashOf = (byte: number) => Buffer.alloc(32, byte);

function createStore() {
  const db = openDatabase(':memory:', KEYS_OPTIONS);
  for (const migration of KEYS_MIGRATIONS) db.exec(migration);
  db.exec(`
    INSERT INTO partners (id, name, tier, contact_name, contact_email, note, created_at_ms, updated_at_ms) VALUES ('par_1', 'Acme', 'external', NULL, 'p@acme.example', '', 1, 1);
    INSERT INTO applications VALUES ('app_1', 'par_1', 'Data feed', 'datafeed', 'f@acme.example', '', NULL, 1, 1);
    INSERT INTO services (id, name, slug, created_at_ms, updated_at_ms)
      VALUES ('${TRADE}', 'Trade', 'trade', 1, 1), ('${STOCK}', 'Stock', 'stock', 1, 1);
    INSERT INTO scopes VALUES
      ('scp_b', '${TRADE}', 'b:write', '', '[{"effect":"deny","methods":["*"],"path":"/b"}]', 1, 1),
      ('scp_a', '${TRADE}', 'a:read', '', '[]', 1, 1),
      ('scp_c', '${STOCK}', 'c:read', '', '[]', 1, 1);
    INSERT INTO plans (id, name, rate_limit, quota, created_at_ms, updated_at_ms)
      VALUES ('pln_1', 'Basic', '{"limit":1,"windowMs":1000}', '{"limit":9,"period":"day"}', 1, 1);
    INSERT INTO keys (id, application_id, name, environment, rules, plan_id, quota, ip_allow, origin_allow, tags, meta, note,
      external_id, created_at_ms, updated_at_ms)
      VALUES ('${KEY}', 'app_1', 'Feed', 'live', '[]', 'pln_1', '{"limit":5,"period":"month"}', '["10.0.0.0/8"]', '[]', '[]',
        '{"a":1}', '', 'ext', 1, 1);
    INSERT INTO key_scopes VALUES ('${KEY}', 'scp_b'), ('${KEY}', 'scp_a'), ('${KEY}', 'scp_c');`);
  const addSecret = db.prepare(
    `INSERT INTO secrets (key_id, version, hash, pepper_version, last4, created_at_ms, ends_at_ms)
     VALUES (?, ?, ?, 1, ?, ?, ?)`,
  );
  addSecret.run(KEY, 1, hashOf(1), 'last', 1, 5_000);
  addSecret.run(KEY, 2, hashOf(2), 'last', 3_000, null);
  const addToken = db.prepare(`INSERT INTO service_tokens VALUES (?, 1, '${TRADE}', 'hint', 1, ?)`);
  addToken.run(hashOf(8), 5_000);
  addToken.run(hashOf(9), null);
  return db;
}

test('one statement brings all that a decision needs, with the scopes of the calling service alone', () => {
  const queries = createVerifyQueries(createStore());
  expect(queries.findSecret(hashOf(1), TRADE)).toEqual({
    keyId: KEY,
    parentId: null,
    denialsJson: null,
    childLimitJson: null,
    childTagsJson: null,
    keyName: 'Feed',
    environment: 'live',
    rulesJson: '[]',
    rateLimitJson: '{"limit":1,"windowMs":1000}',
    rateLimitsJson: null,
    quotaJson: '{"limit":5,"period":"month"}',
    bindingsJson:
      '{"ip":["10.0.0.0/8"],"origin":[],"userAgent":[],"service":[],"time":[],"signedBy":null,"mode":"enforce"}',
    createdAtMs: 1,
    metaJson: '{"a":1}',
    externalId: 'ext',
    expiresAtMs: null,
    expiryGraceMs: null,
    suspendedAtMs: null,
    suspendMessage: null,
    revokedAtMs: null,
    hash: hashOf(1),
    secretVersion: 1,
    pepperVersion: 1,
    secretEndsAtMs: 5_000,
    rotatedAtMs: 3_000,
    currentVersion: 2,
    brownoutFromMs: null,
    brownoutEveryMs: null,
    brownoutLengthMs: null,
    applicationId: 'app_1',
    application: 'Data feed',
    applicationSlug: 'datafeed',
    contactEmail: 'f@acme.example',
    partnerId: 'par_1',
    partner: 'Acme',
    tier: 'external',
    scopesJson:
      '[{"name":"a:read","rules":[]},{"name":"b:write","rules":[{"effect":"deny","methods":["*"],"path":"/b"}]}]',
  });
  expect(queries.findSecret(hashOf(2), STOCK)?.scopesJson).toBe('[{"name":"c:read","rules":[]}]');
  expect(queries.findSecret(hashOf(2), 'svc_none' as ServiceId)?.scopesJson).toBe('[]');
  expect(queries.findSecret(hashOf(3), TRADE)).toBeNull();
});

test('a key is found by its id with its current secret, for one service or for all', () => {
  const queries = createVerifyQueries(createStore());
  expect(queries.findKeyById(KEY, STOCK)).toMatchObject({
    secretVersion: 2,
    secretEndsAtMs: null,
    rotatedAtMs: null,
  });
  const all = queries.findKeyById(KEY, null)?.scopesJson ?? '';
  expect(JSON.parse(all)).toMatchObject([{ name: 'a:read' }, { name: 'b:write' }, { name: 'c:read' }]);
  expect(queries.findKeyById('none' as KeyId, null)).toBeNull();
  expect(queries.findKeyName(KEY)).toEqual({ environment: 'live', slug: 'datafeed' });
  expect(queries.findKeyName('none' as KeyId)).toBeNull();
});

test('a service token is found whether it has ended or not, with its end', () => {
  const queries = createVerifyQueries(createStore());
  const trade = {
    id: TRADE,
    name: 'Trade',
    slug: 'trade',
    verifyPerSecondMax: null,
    keepLiveSeconds: 0,
    keepTestSeconds: 0,
  };
  expect(queries.findServiceToken(hashOf(9))).toEqual({ ...trade, endsAtMs: null, askedFromJson: '[]' });
  expect(queries.findServiceToken(hashOf(8))).toEqual({ ...trade, endsAtMs: 5_000, askedFromJson: '[]' });
  expect(queries.findServiceToken(hashOf(7))).toBeNull();
  expect([queries.hasService(TRADE), queries.hasService('svc_none' as ServiceId)]).toEqual([true, false]);
});

test.each(Object.entries(VERIFY_STATEMENTS))('%s reads no table from end to end', (_name, statement) => {
  const plan = createStore()
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`)
    .all({ hash: hashOf(1), serviceId: TRADE, keyId: KEY, kid: 'k', nowMs: 1, version: null })
    .map(({ detail }) => detail);
  expect(plan.filter((detail) => detail.startsWith('SEARCH')).length).toBeGreaterThan(0);
  expect(plan.filter((detail) => detail.includes('SCAN') && detail !== 'SCAN CONSTANT ROW')).toEqual([]);
});

test('no look-up of a verification compares with a bare parameter, for which SQLite plans anew at every call', () => {
  const { HAS_SERVICE: _rare, ...everyCall } = VERIFY_STATEMENTS;
  const bare = Object.entries(everyCall).filter(([, text]) => /(?<!SELECT )@\w+/.test(text));
  expect(bare.map(([name]) => name)).toEqual([]);
});

test('a key without bindings brings none, whatever its mode is', () => {
  const db = createStore();
  db.exec(`UPDATE keys SET ip_allow = '[]', binding_mode = 'observe'`);
  expect(createVerifyQueries(db).findSecret(hashOf(1), TRADE)?.bindingsJson).toBeNull();
});
