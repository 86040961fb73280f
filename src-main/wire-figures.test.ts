import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeTradeKey, ownerCalls, startTestCore } from './core.test-support.ts';
import type { Core } from './core.ts';
import { randomBase62 } from './domain/base62.ts';
import { formatAdminToken, formatKey, parseKey } from './domain/key-format.ts';
import { randomBytes } from './platform/random.ts';
import { openServiceDoor, type OpenServiceDoor } from './start-doors.ts';
import { parseMetrics, seriesCount, valueOf } from './system/parse-metrics.test-support.ts';

const ADMIN_TOKEN = formatAdminToken('m'.repeat(43));

let folder: string;
let core: Core;
let door: OpenServiceDoor;

async function start(): Promise<void> {
  core = await startTestCore(join(folder, 'data'), {}, { LATCHKEY_ADMIN_TOKEN: ADMIN_TOKEN });
  door = await openServiceDoor(core, 0);
}

async function stop(): Promise<void> {
  await door.close(0);
  await core.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-figures-'));
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

const calls = ownerCalls(() => core);
const { call } = calls;
const makeKey = () => makeTradeKey(calls);

async function batch(token: string, keys: readonly string[], path = '/inventory/42'): Promise<void> {
  for (let from = 0; from < keys.length; from += 100) {
    const items = keys.slice(from, from + 100).map((key) => ({ key, method: 'GET', path }));
    const answer = await fetch(`${door.url}/v1/verify/batch`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ items }),
    });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
}

function fetchMetrics(token: string | null): Promise<Response> {
  return fetch(`${door.url}/metrics`, {
    headers: token === null ? {} : { Authorization: `Bearer ${token}` },
  });
}

async function metrics(token = ADMIN_TOKEN) {
  const answer = await fetchMetrics(token);
  expect(answer.status).toBe(200);
  return parseMetrics(await answer.text());
}

it('is for holders of a service token or an admin token, in the type that scrapers expect', async () => {
  const { token } = await makeKey();
  for (const good of [token, ADMIN_TOKEN]) {
    const answer = await fetchMetrics(good);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
  for (const bad of [null, formatAdminToken('x'.repeat(43)), 'lk_live_a_b']) {
    expect((await fetchMetrics(bad)).status).toBe(401);
  }
});

it('tells exactly what was sent, by service and code, and its counters only grow', async () => {
  const { token, secret, keyId } = await makeKey();
  const before = await metrics();
  expect(valueOf(before, 'latchkey_refusals_total{code="REVOKED"}')).toBe(0);
  await batch(
    token,
    Array.from({ length: 7 }, () => secret),
  );
  await batch(token, [secret, secret, secret], '/offers');
  await batch(token, ['garbage']);
  await call('keys.revoke', { keyId, reason: 'leaked' });
  await batch(token, [secret, secret]);
  const after = await metrics(token);
  const verified = (code: string): number =>
    valueOf(after, `latchkey_verifications_total{service="trade",code="${code}"}`);
  expect([
    verified('VALID'),
    verified('INSUFFICIENT_SCOPE'),
    verified('MALFORMED'),
    verified('REVOKED'),
  ]).toEqual([7, 3, 1, 2]);
  expect(valueOf(after, 'latchkey_refusals_total{code="REVOKED"}')).toBe(2);
  expect(valueOf(after, 'latchkey_verify_duration_seconds_count')).toBe(13);
  expect(valueOf(after, 'latchkey_verify_duration_seconds_bucket{le="0.05"}')).toBeGreaterThan(0);
  expect(valueOf(after, 'latchkey_verify_duration_seconds_sum')).toBeGreaterThan(0);
  expect(valueOf(after, 'latchkey_log_state{state="ok"}')).toBe(1);
  expect(valueOf(after, 'latchkey_log_rows_lost_total{reason="queue_full"}')).toBe(0);
  expect(valueOf(after, 'latchkey_log_rows')).toBe(13);
  expect(valueOf(after, 'latchkey_ready')).toBe(1);
  for (const [name, { type, samples }] of before) {
    if (type !== 'counter') continue;
    for (const [series, value] of samples) {
      expect(after.get(name)?.samples.get(series), series).toBeGreaterThanOrEqual(value);
    }
  }
});

it('10,000 keys with traffic add no series, and are counted by status', { timeout: 60_000 }, async () => {
  const { secret, token } = await makeKey();
  await batch(token, [secret]);
  const few = await metrics();
  await stop();
  const { keyring } = core;
  const secrets = addKeys(join(folder, 'data', 'keys.db'), secret, 10_000, (text) => keyring.hash(text));
  await start();
  await batch(token, secrets);
  const many = await metrics();
  expect(valueOf(many, 'latchkey_verifications_total{service="trade",code="VALID"}')).toBe(10_000);
  expect(valueOf(many, 'latchkey_keys{status="active"}')).toBe(10_001);
  expect(seriesCount(many)).toBe(seriesCount(few));
});

it('keys are counted by what they are: rotating, suspended, expired and revoked', async () => {
  const { keyId } = await makeKey();
  const { applicationId, scopeIds } = await call('keys.get', { keyId });
  const more = async (name: string, expiresInMs = 86_400_000) => {
    const expiresAt = Date.now() + expiresInMs;
    const input = { applicationId, name, environment: 'live', scopeIds: [...scopeIds], expiresAt } as const;
    return (await call('keys.create', input)).key.keyId;
  };
  await call('keys.rotate', { keyId, overlapMs: 3_600_000 });
  await call('keys.suspend', { keyId: await more('Suspended'), reason: 'Test' });
  await call('keys.revoke', { keyId: await more('Revoked'), reason: 'policy' });
  await more('Short', 50);
  await more('Plain');
  await new Promise((resolve) => setTimeout(resolve, 60));
  const counted = await metrics();
  const statuses = ['active', 'rotating', 'suspended', 'expired', 'revoked'];
  expect(statuses.map((status) => valueOf(counted, `latchkey_keys{status="${status}"}`))).toEqual([
    1, 1, 1, 1, 1,
  ]);
});

it('a revocation is measured: until it is in force, and how long services went on using the key', async () => {
  const { keyId, secret, token } = await makeKey();
  await batch(token, [secret]);
  await call('keys.revoke', { keyId, reason: 'leaked' });
  const revokedAt = (await call('keys.get', { keyId })).revocation?.at ?? 0;
  const [measured] = (await call('keys.revocations', {})).items;
  expect(measured).toMatchObject({
    keyId,
    name: 'Warehouse sync',
    kind: 'revoked',
    at: revokedAt,
    reason: 'leaked',
  });
  expect(measured?.lagMs).toBeGreaterThan(0);
  expect(measured?.lagMs).toBeLessThan(5_000);
  expect(measured).toMatchObject({ lastAcceptedAt: null, lateUseMs: 0 });
  expect(valueOf(await metrics(), 'latchkey_revocation_lag_seconds_count')).toBe(1);
  // A service that keeps decisions reports what it let pass a moment later.
  await new Promise((resolve) => setTimeout(resolve, 60));
  const late = { keyId, method: 'GET', path: '/inventory/1', responseStatus: 200, at: revokedAt + 50 };
  const reported = await fetch(`${door.url}/v1/log`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(late),
  });
  expect(await reported.json()).toEqual({ accepted: 1, rejected: [] });
  await stop();
  await start();
  const [again] = (await call('keys.revocations', {})).items;
  expect(again).toMatchObject({ keyId, at: revokedAt, lagMs: null });
  expect(again).toMatchObject({ lastAcceptedAt: revokedAt + 50, lateUseMs: 50 });
  expect(valueOf(await metrics(), 'latchkey_revocation_late_use_seconds')).toBe(0.05);
});

it('what was accepted after a key was given back is no late use', async () => {
  const { keyId, secret, token } = await makeKey();
  await call('keys.suspend', { keyId, reason: 'Maintenance' });
  await call('keys.resume', { keyId });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await batch(token, [secret]);
  const { items } = await call('keys.revocations', {});
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ kind: 'suspended', lastAcceptedAt: null, lateUseMs: 0 });
});

/** Copies the key of `secret` as often as wanted and gives the texts of the copies. */
function addKeys(
  file: string,
  secret: string,
  count: number,
  hash: (text: string) => Buffer,
): readonly string[] {
  const like = parseKey(secret);
  if (like.kind !== 'key') throw new Error('The key to copy is malformed.');
  const db = new Database(file);
  const copy = (table: string, idColumn: string): ((changes: Record<string, unknown>) => void) => {
    const row = db.prepare(`SELECT * FROM ${table} WHERE ${idColumn} = ?`).get(like.keyId) as object;
    // Columns that are computed of others are left out.
    const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    const insert = db.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
    );
    return (changes) => void insert.run({ ...row, ...changes });
  };
  const addKey = copy('keys', 'id');
  const addSecret = copy('secrets', 'key_id');
  const addScope = copy('key_scopes', 'key_id');
  const add = db.transaction(() =>
    Array.from({ length: count }, (_, index) => {
      const keyId = like.keyId.slice(0, 6) + String(index).padStart(6, '0');
      const parts = { ...like, keyId: keyId as typeof like.keyId, secret43: randomBase62(43, randomBytes) };
      const text = formatKey(parts);
      addKey({ id: keyId, name: `Copy ${String(index)}` });
      // Each text has one of its own; of these nobody asks for it.
      addSecret({ key_id: keyId, hash: hash(text), origin_hash: null });
      addScope({ key_id: keyId });
      return text;
    }),
  );
  try {
    return add();
  } finally {
    db.close();
  }
}
