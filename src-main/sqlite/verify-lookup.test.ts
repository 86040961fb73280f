import { expect, test } from 'vitest';
import type { ServiceId } from '#contract/ids.ts';
import { openKeysDatabase } from './keys-database.ts';
import { createVerifyLookup } from './verify-lookup.ts';
import { createVerifyQueries } from './verify-queries.ts';

const SERVICES = ['svc_trade00000000000', 'svc_stock00000000000'] as ServiceId[];
const KEYS = Array.from({ length: 16 }, (_, index) => `key${String(index).padStart(9, '0')}`);
const hashOf = (key: number, version: number) => Buffer.alloc(32, `${String(key)}.${String(version)};`);
const textOf = (hash: Buffer) => hash.toString('latin1');

/** Small and the same in every run (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function createStore() {
  const db = openKeysDatabase(':memory:');
  db.handle.exec(`
    INSERT INTO partners (id, name, tier, contact_name, contact_email, note, created_at_ms, updated_at_ms) VALUES ('par_1', 'Acme', 'external', NULL, 'p@acme.example', '', 1, 1);
    INSERT INTO applications VALUES
      ('app_1', 'par_1', 'Data feed', 'datafeed', 'f@acme.example', '', NULL, 1, 1),
      ('app_2', 'par_1', 'Mirror', 'mirror', 'm@acme.example', '', NULL, 1, 1);
    INSERT INTO services (id, name, slug, base_url, created_at_ms, updated_at_ms) VALUES
      ('${SERVICES[0] ?? ''}', 'Trade', 'trade', NULL, 1, 1), ('${SERVICES[1] ?? ''}', 'Stock', 'stock', NULL, 1, 1);
    INSERT INTO scopes VALUES
      ('scp_a', '${SERVICES[0] ?? ''}', 'a:read', '', '[]', 1, 1), ('scp_b', '${SERVICES[1] ?? ''}', 'b:read', '', '[]', 1, 1);
    INSERT INTO plans (id, name, rate_limit, quota, created_at_ms, updated_at_ms)
      VALUES ('pln_1', 'Basic', '{"limit":1,"windowMs":1000}', '{"limit":9,"period":"day"}', 1, 1);`);
  return db;
}

type Store = ReturnType<typeof createStore>;

/** One change of the store, chosen by chance; most of them change what a look-up finds. */
function change(db: Store, random: (below: number) => number, step: number): void {
  const { handle } = db;
  const index = random(KEYS.length);
  const id = KEYS[index] ?? '';
  const keys = `UPDATE keys SET`;
  const changes = [
    () => handle.prepare(`${keys} name = ? WHERE id = ?`).run(`Name ${'é'.repeat(step % 60)}`, id),
    () => handle.prepare(`${keys} revoked_at_ms = 5 WHERE id = ?`).run(id),
    () => handle.prepare(`${keys} revoked_at_ms = NULL WHERE id = ?`).run(id),
    () => handle.prepare(`${keys} expires_at_ms = ? WHERE id = ?`).run(random(2) === 0 ? null : step, id),
    () => handle.prepare(`${keys} meta = ? WHERE id = ?`).run(`{"step":${String(step)}}`, id),
    () =>
      handle
        .prepare('UPDATE secrets SET ends_at_ms = ? WHERE key_id = ? AND version = 1')
        .run(random(2) === 0 ? null : 9, id),
    () => addSecret(db, index, 2),
    () => handle.prepare('DELETE FROM secrets WHERE key_id = ? AND version = 2').run(id),
    () => handle.prepare("INSERT OR IGNORE INTO key_scopes VALUES (?, 'scp_a')").run(id),
    () => handle.prepare('DELETE FROM key_scopes WHERE key_id = ?').run(id),
    () => handle.prepare('UPDATE scopes SET name = ? WHERE id = ?').run(`s${String(step)}:read`, 'scp_a'),
    () => handle.prepare('UPDATE partners SET name = ?').run(`Acme ${String(step)}`),
    () =>
      handle.prepare("UPDATE applications SET contact_email = ? WHERE id = 'app_1'").run(`${String(step)}@x`),
    () => handle.prepare(`${keys} external_id = ? WHERE id = ?`).run(`ext ${String(step)}`, id),
    () =>
      handle
        .prepare(`${keys} rate_limit = ? WHERE id = ?`)
        .run(random(2) === 0 ? null : '{"limit":5,"windowMs":1000}', id),
    () =>
      handle
        .prepare(`${keys} application_id = 'app_2', plan_id = ? WHERE id = ?`)
        .run(random(2) === 0 ? null : 'pln_1', id),
    () => handle.prepare(`${keys} suspended_at_ms = ? WHERE id = ?`).run(random(2) === 0 ? null : 7, id),
    () =>
      handle
        .prepare(`${keys} parent_id = ?, tags = '["v1"]' WHERE id = ?`)
        .run(random(3) === 0 ? null : KEYS[0], id),
    () => handle.prepare("INSERT OR IGNORE INTO key_denials VALUES (?, 'scp_a')").run(id),
    () => handle.prepare('DELETE FROM key_denials WHERE key_id = ?').run(id),
    () => handle.prepare("UPDATE OR REPLACE key_scopes SET scope_id = 'scp_b' WHERE key_id = ?").run(id),
    () => handle.prepare('UPDATE plans SET quota = ?').run(`{"limit":${String(step)},"period":"day"}`),
    () =>
      handle
        .prepare('UPDATE secrets SET brownout_from_ms = ? WHERE key_id = ?')
        .run(random(2) === 0 ? null : 3, id),
    // Its first secret gets the hash that a second one would have had, and the other way round.
    () => handle.prepare('UPDATE OR IGNORE secrets SET hash = ? WHERE key_id = ?').run(hashOf(index, 2), id),
    () => handle.prepare('UPDATE OR REPLACE secrets SET hash = ? WHERE key_id = ?').run(hashOf(index, 1), id),
    // Takes the secret of another key away without a DELETE of its own.
    () =>
      handle
        .prepare('UPDATE OR REPLACE secrets SET hash = ? WHERE key_id = ?')
        .run(hashOf(random(KEYS.length), 1), id),
    () => addSecret(db, index, 1),
    () =>
      handle
        .prepare('UPDATE OR REPLACE secrets SET key_id = ? WHERE key_id = ? AND version = 2')
        .run(KEYS[3], id),
    // All alike again: what only seldom differs is noticed where all else is the same.
    () =>
      handle.exec(`UPDATE keys SET revoked_at_ms = NULL, rate_limit = NULL, plan_id = NULL, suspended_at_ms = NULL,
          application_id = 'app_1', parent_id = ${random(2) === 0 ? 'NULL' : `'${KEYS[0] ?? ''}'`};
        UPDATE secrets SET ends_at_ms = NULL, brownout_from_ms = NULL; DELETE FROM key_scopes; DELETE FROM key_denials`),
    () => handle.exec(`UPDATE services SET name = 'Trade ${String(step)}' WHERE slug = 'trade'`),
  ];
  changes[random(changes.length)]?.();
}

function addSecret(db: Store, index: number, version: number): void {
  db.handle
    .prepare(
      "INSERT OR IGNORE INTO secrets (key_id, version, hash, pepper_version, last4, created_at_ms, ends_at_ms) VALUES (?, ?, ?, 1, 'last', 1, NULL)",
    )
    .run(KEYS[index], version, hashOf(index, version));
}

function addKeys(db: Store): void {
  const { handle } = db;
  const columns = handle.prepare<[], { name: string }>("SELECT name FROM pragma_table_info('keys')").all();
  const filled: Record<string, unknown> = {
    application_id: 'app_1',
    name: 'Key',
    environment: 'live',
    binding_mode: 'enforce',
    meta: '{}',
    note: '',
    created_at_ms: 1,
    updated_at_ms: 1,
  };
  const lists = ['rules', 'rate_limits', 'tags'];
  for (const [index, id] of KEYS.entries()) {
    const values = columns.map(({ name }) => {
      if (name === 'id') return id;
      if (name === 'application_id') return index % 2 === 0 ? 'app_1' : 'app_2';
      if (name.endsWith('_allow') || lists.includes(name)) return '[]';
      if (name.startsWith('is_')) return 0;
      return filled[name] ?? null;
    });
    handle.prepare(`INSERT INTO keys VALUES (${columns.map(() => '?').join(',')})`).run(...values);
    addSecret(db, index, 1);
  }
}

test('after every change, also one that is undone, every look-up finds exactly what the file holds', () => {
  const db = createStore();
  addKeys(db);
  const fresh = createVerifyQueries(db.handle);
  const random = randomOf(7);
  const everySecret = KEYS.flatMap((_id, index) => [hashOf(index, 1), hashOf(index, 2)]);
  for (let step = 1; step <= 800; step += 1) {
    const isUndone = random(8) === 0;
    const work = () => {
      change(db, random, step);
      // Inside the transaction too: what is read there must not outlive the roll-back.
      for (const service of SERVICES) db.verify.findSecret(textOf(hashOf(random(KEYS.length), 1)), service);
      if (isUndone) throw new Error('undone');
    };
    if (isUndone) expect(() => db.transaction(work)).toThrow('undone');
    else work();
    const service = SERVICES[step % 2] ?? ('' as ServiceId);
    for (const hash of everySecret) {
      const { hash: _hash, ...expected } = fresh.findSecret(hash, service) ?? { hash: null };
      const find = () => db.verify.findSecret(textOf(hash), service) ?? {};
      // Taken in, put together again, or kept as it was.
      for (let before = 0; before < step % 3; before += 1) find();
      expect(find(), String(step)).toEqual(expected);
    }
  }
});

test('a write to one key leaves the others in memory, and what they share is read once for all of them', () => {
  const db = createStore();
  addKeys(db);
  const read: string[] = [];
  const prepare = db.handle.prepare.bind(db.handle);
  const handle = Object.assign(Object.create(db.handle) as typeof db.handle, {
    prepare: (source: string) => {
      const statement = prepare<{ hash?: Buffer }, unknown>(source);
      const get = statement.get.bind(statement);
      return Object.assign(statement, {
        get: (given: { hash?: Buffer }) => {
          read.push(given.hash?.toString('latin1', 0, 3) ?? '');
          return get(given);
        },
      });
    },
  });
  const revision = { current: 1 };
  const lookup = createVerifyLookup(handle, revision);
  const findAll = () => {
    read.length = 0;
    for (const index of KEYS.keys()) {
      expect(lookup.findSecret(textOf(hashOf(index, 1)), SERVICES[0] ?? ('' as ServiceId))?.keyId).toBe(
        KEYS[index],
      );
    }
    return read.length;
  };
  // Each secret by itself, and once for each of the two applications all that their keys share.
  expect([findAll(), findAll()]).toEqual([KEYS.length + 2, 0]);
  db.handle.prepare('UPDATE keys SET revoked_at_ms = 5 WHERE id = ?').run(KEYS[4]);
  revision.current += 1;
  // The revoked one and what it shares with nobody, and again what the others share.
  expect([findAll(), findAll()]).toEqual([2 + 2, 0]);
});

test('a large store is read ahead; what is asked for then is in memory, and who is refused is not', () => {
  const db = createStore();
  addKeys(db);
  // As large as 30,000 keys.
  db.handle.prepare('UPDATE keys SET note = ?').run('x'.repeat(1_100_000));
  db.handle.prepare('UPDATE keys SET revoked_at_ms = 5 WHERE id = ?').run(KEYS[4]);
  db.handle.prepare('DELETE FROM secrets WHERE key_id = ?').run(KEYS[5]);
  const revision = { current: 1 };
  const lookup = createVerifyLookup(db.handle, revision);
  let steps = 1;
  while (lookup.readAhead(5)) steps += 1;
  expect([steps, lookup.readAhead(5)]).toEqual([4, false]);
  const find = (index: number) =>
    lookup.findSecret(textOf(hashOf(index, 1)), SERVICES[0] ?? ('' as ServiceId));
  expect([find(0)?.keyId, find(1)?.keyId, find(5), find(4)?.revokedAtMs]).toEqual([
    KEYS[0],
    KEYS[1],
    null,
    5,
  ]);
  // With the statements closed, only what is in memory can be found.
  db.close();
  expect([find(2)?.keyId, find(15)?.keyId]).toEqual([KEYS[2], KEYS[15]]);
});

test('a small store is not read ahead', () => {
  const db = createStore();
  addKeys(db);
  expect(db.verify.readAhead(5)).toBe(false);
});

test('many keys are found, each its own, also when names are long and the memory had to grow', () => {
  const db = createStore();
  addKeys(db);
  const { handle } = db;
  const add = handle.prepare(
    "INSERT INTO secrets (key_id, version, hash, pepper_version, last4, created_at_ms, ends_at_ms) VALUES (?, ?, ?, 1, 'last', 1, NULL)",
  );
  db.transaction(() => {
    for (let version = 3; version < 200; version += 1)
      for (const [index, id] of KEYS.entries()) add.run(id, version, hashOf(index, version));
  });
  for (const round of ['read', 'remembered', 'put together again', 'kept']) {
    for (let version = 3; version < 200; version += 1) {
      for (const [index, id] of KEYS.entries()) {
        const found = db.verify.findSecret(textOf(hashOf(index, version)), SERVICES[0] ?? ('' as ServiceId));
        expect([found?.keyId, found?.secretVersion], round).toEqual([id, version]);
      }
    }
  }
});

test('a key in use is one object until something is written or another service asks; one that comes once leaves none', () => {
  const db = createStore();
  addKeys(db);
  const find = (service: number) =>
    db.verify.findSecret(textOf(hashOf(3, 1)), SERVICES[service] ?? ('' as ServiceId));
  const [first, second, third] = [find(0), find(0), find(0)];
  expect([second === first, third === second, find(0) === third]).toEqual([false, false, true]);
  expect(find(1)).not.toBe(third);
  db.handle.prepare("UPDATE keys SET name = 'Another' WHERE id = ?").run(KEYS[3]);
  expect(find(0)?.keyName).toBe('Another');
});

test('a service is found by its current token, and by a former one only until it ends, also when remembered', () => {
  const db = createStore();
  const add = db.handle.prepare(
    `INSERT INTO service_tokens VALUES (?, 1, '${SERVICES[0] ?? ''}', 'hint', 1, ?)`,
  );
  add.run(Buffer.alloc(32, 8), 5_000);
  add.run(Buffer.alloc(32, 9), null);
  const [former, current] = [textOf(Buffer.alloc(32, 8)), textOf(Buffer.alloc(32, 9))];
  const find = (hashText: string, nowMs: number) => db.verify.findService(hashText, nowMs)?.slug ?? null;
  for (let round = 0; round < 2; round += 1) {
    expect(find(current, 9_999)).toBe('trade');
    expect([find(former, 4_999), find(former, 5_000)]).toEqual(['trade', null]);
    expect(find(textOf(Buffer.alloc(32, 7)), 0)).toBeNull();
  }
  db.handle.prepare('UPDATE service_tokens SET ends_at_ms = 6000').run();
  expect([find(former, 5_999), find(current, 6_000)]).toEqual(['trade', null]);
  db.handle.prepare('DELETE FROM service_tokens').run();
  expect([find(former, 0), find(current, 0)]).toEqual([null, null]);
});

test('a closed store is not answered for from memory', () => {
  const db = createStore();
  addKeys(db);
  const look = () => db.verify.findSecret(textOf(hashOf(1, 1)), SERVICES[0] ?? ('' as ServiceId));
  expect(look()?.keyId).toBe(KEYS[1]);
  db.close();
  expect(look).toThrow();
});
