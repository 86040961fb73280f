import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { openKeysDatabase, type KeysDatabase } from '#main/sqlite/keys-database.ts';
import { makeKey, makeSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { keepWithdrawals } from './keep-withdrawals.ts';

const DAY_MS = 86_400_000;

let world: TestWorld;
let folder: string;
let keyId: KeyId;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-undone-'));
  world = createTestWorld();
  keyId = (await makeKey(world, await makeSubjects(world))).key.keyId;
});
afterEach(() => {
  world.close();
  rmSync(folder, { recursive: true });
});

function backUp(): string {
  const file = join(folder, 'backup.db');
  world.db.handle.prepare('VACUUM INTO ?').run(file);
  return file;
}

/** Which secrets of the key are live in a store, and which of them has no end. */
function secretsOf(db: KeysDatabase): {
  readonly live: readonly number[];
  readonly current: readonly number[];
} {
  const secrets = db.secrets.list(keyId);
  return {
    live: secrets
      .filter(({ endsAtMs }) => endsAtMs === null || endsAtMs > world.nowMs())
      .map(({ version }) => version),
    current: secrets.filter(({ endsAtMs }) => endsAtMs === null).map(({ version }) => version),
  };
}

function restored(file: string): ReturnType<typeof secretsOf> {
  const db = openKeysDatabase(file);
  try {
    keepWithdrawals({ present: world.db, restored: db, nowMs: world.nowMs() });
    return secretsOf(db);
  } finally {
    db.close();
  }
}

const rotate = () => world.call('keys.rotate', { keyId, overlapMs: DAY_MS });
const undo = () => world.call('keys.undoRotation', { keyId });

it('a backup from before a rotation that was undone since lets in the former secret and not the withdrawn one', async () => {
  const file = backUp();
  await rotate();
  await undo();
  expect(restored(file)).toEqual({ live: [1], current: [1] });
});

it('a backup from the middle of a rotation that was undone since leaves the key its current secret', async () => {
  await rotate();
  const file = backUp();
  world.advance(1_000);
  await undo();
  expect(restored(file)).toEqual({ live: [1], current: [1] });
});

it('a rotation after an undone one is kept whole, and the withdrawn secret stays withdrawn', async () => {
  await rotate();
  const file = backUp();
  await undo();
  world.advance(1_000);
  await rotate();
  expect(restored(file)).toEqual({ live: [3, 1], current: [3] });
});
