import { expect, test } from 'vitest';
import type { ServiceId } from '#contract/ids.ts';
import { openKeysDatabase } from './keys-database.ts';
import { createVerifyQueries } from './verify-queries.ts';

const SERVICES = ['svc_trade00000000000', 'svc_stock00000000000'] as ServiceId[];
const KEYS = Array.from({ length: 40 }, (_, index) => `key${String(index).padStart(9, '0')}`);
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
      ('scp_a', '${SERVICES[0] ?? ''}', 'a:read', '', '[]', 1, 1), ('scp_b', '${SERVICES[1] ?? ''}', 'b:read', '', '[]', 1, 1);`);
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
    () => handle.prepare(`${keys} revoked_at_ms = ? WHERE id = ?`).run(step, id),
    () => handle.prepare(`${keys} revoked_at_ms = NULL WHERE id = ?`).run(id),
    () => handle.prepare(`${keys} expires_at_ms = ? WHERE id = ?`).run(random(2) === 0 ? null : step, id),
    () => handle.prepare(`${keys} meta = ? WHERE id = ?`).run(`{"step":${String(step)}}`, id),
    () => handle.prepare('UPDATE secrets SET ends_at_ms = ? WHERE key_id = ? AND version = 1').run(step, id),
    () =>
      handle
        .prepare(
          "INSERT OR IGNORE INTO secrets (key_id, version, hash, pepper_version, last4, created_at_ms, ends_at_ms) VALUES (?, 2, ?, 1, 'last', 1, NULL)",
        )
        .run(id, hashOf(index, 2)),
    () => handle.prepare('DELETE FROM secrets WHERE key_id = ? AND version = 2').run(id),
    () => handle.prepare("INSERT OR IGNORE INTO key_scopes VALUES (?, 'scp_a')").run(id),
    () => handle.prepare('DELETE FROM key_scopes WHERE key_id = ?').run(id),
    () => handle.prepare('UPDATE scopes SET name = ? WHERE id = ?').run(`s${String(step)}:read`, 'scp_a'),
    () => handle.prepare('UPDATE partners SET name = ?').run(`Acme ${String(step)}`),
    () =>
      handle.prepare("UPDATE applications SET contact_email = ? WHERE id = 'app_1'").run(`${String(step)}@x`),
    () => handle.exec(`UPDATE services SET name = 'Trade ${String(step)}' WHERE slug = 'trade'`),
  ];
  changes[random(changes.length)]?.();
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
    handle
      .prepare(
        "INSERT INTO secrets (key_id, version, hash, pepper_version, last4, created_at_ms, ends_at_ms) VALUES (?, 1, ?, 1, 'last', 1, NULL)",
      )
      .run(id, hashOf(index, 1));
  }
}

test('after any change, also one that is undone, a look-up finds exactly what the file holds', () => {
  const db = createStore();
  addKeys(db);
  const fresh = createVerifyQueries(db.handle);
  const random = randomOf(7);
  for (let step = 1; step <= 3_000; step += 1) {
    const isUndone = random(8) === 0;
    const work = () => {
      change(db, random, step);
      // Inside the transaction too: what is remembered there must not outlive the roll-back.
      for (const service of SERVICES) db.verify.findSecret(textOf(hashOf(random(KEYS.length), 1)), service);
      if (isUndone) throw new Error('undone');
    };
    if (isUndone) expect(() => db.transaction(work)).toThrow('undone');
    else work();
    for (let look = 0; look < 6; look += 1) {
      const hash = hashOf(random(KEYS.length), 1 + random(2));
      const service = SERVICES[random(2)] ?? ('' as ServiceId);
      const { hash: _hash, ...expected } = fresh.findSecret(hash, service) ?? { hash: null };
      const found = db.verify.findSecret(textOf(hash), service);
      expect(found ?? {}).toEqual(expected);
      // Remembered now, and still the same.
      expect(db.verify.findSecret(textOf(hash), service) ?? {}).toEqual(expected);
    }
  }
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
  for (const round of ['read', 'remembered']) {
    for (let version = 3; version < 200; version += 1) {
      for (const [index, id] of KEYS.entries()) {
        const found = db.verify.findSecret(textOf(hashOf(index, version)), SERVICES[0] ?? ('' as ServiceId));
        expect([found?.keyId, found?.secretVersion], round).toEqual([id, version]);
      }
    }
  }
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
