import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { keepWithdrawals } from '#main/backups/keep-withdrawals.ts';
import { enrollChild } from '#main/enrolment/enroll-child.ts';
import { findEnrolmentToken } from '#main/enrolment/find-enrolment-token.ts';
import { must } from '#main/platform/must.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { openKeysDatabase } from '#main/sqlite/keys-database.ts';
import { purgeDeadKeys } from './purge-dead-keys.ts';

const DAY_MS = 86_400_000;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const purge = () => purgeDeadKeys(world.systemContext(), readSettings(world.db).deadKeyRetentionDays);
const keep = (deadKeyRetentionDays: number | null) => world.call('settings.update', { deadKeyRetentionDays });
async function newKey(name: string, days = 400): Promise<KeyId> {
  return (await makeKey(world, subjects, { name, expiresAt: world.nowMs() + days * DAY_MS })).key.keyId;
}
const isThere = (keyId: KeyId) => world.db.keys.get(keyId) !== null;
const revoke = (keyId: KeyId) => world.call('keys.revoke', { keyId, reason: 'no_longer_needed' });
const removedBy = async (deadKeyRetentionDays: number) =>
  (await world.call('settings.previewPurge', { deadKeyRetentionDays }, 'viewer')).keysRemoved;

it('revoked and expired keys are removed when their retention is over and not before; the figure before saving is right', async () => {
  const [revoked, expired, live] = [
    await newKey('Revoked'),
    await newKey('Expired', 1),
    await newKey('Live'),
  ];
  await revoke(revoked);
  world.advance(30 * DAY_MS);
  expect(purge()).toBe(0);
  expect([await removedBy(31), await removedBy(30), await removedBy(29)]).toEqual([0, 1, 2]);
  await keep(30);
  expect(purge()).toBe(1);
  expect([revoked, expired, live].map(isThere)).toEqual([false, true, true]);
  world.advance(DAY_MS);
  expect(purge()).toBe(1);
  expect(purge()).toBe(0);
  expect(isThere(live)).toBe(true);
  expect(await removedBy(7)).toBe(0);
});

it('its child keys, tokens, secrets and handoffs go with it; the audit trail stays, tells of it and verifies', async () => {
  const { key, text } = await makeKey(world, subjects, {
    name: 'Parent',
    expiresAt: world.nowMs() + 400 * DAY_MS,
  });
  const { keyId } = key;
  const made = await world.call('enrolment.createToken', {
    ...{ keyId, name: 'Builds', childLifeMsMax: 20 * DAY_MS, expiresAt: world.nowMs() + 200 * DAY_MS },
  });
  const token = must(findEnrolmentToken(world.systemContext(), must(made.token, 'shown once')), 'it is live');
  expect(enrollChild(world.systemContext(), token, { version: '1' }).kind).toBe('made');
  await world.call('settings.update', { publicUrl: 'https://keys.example' });
  await world.call('handoffs.create', {
    ...{ keyId, source: { kind: 'given', secret: text }, channel: 'link' },
    ...{ recipientName: 'Ann', recipientContact: 'ann@acme.example' },
  });
  await revoke(keyId);
  world.advance(8 * DAY_MS);
  expect(await removedBy(7)).toBe(2);
  await keep(7);
  expect(purge()).toBe(2);
  const rowsOf = (table: string) =>
    world.db.handle.prepare<[], { n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n;
  for (const table of ['keys', 'secrets', 'handoffs', 'handoff_events', 'enrolment_tokens', 'key_scopes']) {
    expect(rowsOf(table), table).toBe(0);
  }
  const events = (await world.call('audit.list', { filter: { subjectId: keyId } })).items;
  expect(events[0]).toMatchObject({
    action: 'keys.purge',
    actor: { kind: 'system' },
    subject: { name: 'Parent' },
    before: { children: 1, handoffs: 1 },
  });
  expect(events.map(({ action }) => action)).toContain('keys.create');
  expect(await world.call('audit.verify', {})).toMatchObject({ ok: true });
  expect((await world.refusal('keys.get', { keyId })).code).toBe('KEY_NOT_FOUND');
});

it('the key of a leak that somebody works on stays', async () => {
  const keyId = await newKey('Leaked');
  await world.call('leaks.record', { keyId });
  await world.call('keys.revoke', { keyId, reason: 'leaked' });
  await keep(7);
  world.advance(8 * DAY_MS);
  expect([purge(), isThere(keyId), await removedBy(7)]).toEqual([0, true, 0]);
});

it('a backup in which a removed key still worked does not bring it back to life', async () => {
  const keyId = await newKey('Feed');
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-purge-'));
  const path = join(folder, 'keys.db');
  writeFileSync(path, world.db.handle.serialize());
  await revoke(keyId);
  world.advance(8 * DAY_MS);
  await keep(7);
  expect(purge()).toBe(1);
  const restored = openKeysDatabase(path);
  try {
    const kept = keepWithdrawals({ present: world.db, restored, nowMs: world.nowMs() });
    expect(kept.revokedKeys).toEqual([keyId]);
    expect(restored.keys.get(keyId)?.revokedAtMs).not.toBeNull();
  } finally {
    restored.close();
    rmSync(folder, { recursive: true });
  }
});
