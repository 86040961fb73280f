import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import { IdleEndWatch } from '#main/keys/idle-end-watch.ts';
import { createLogger } from '#main/platform/logger.ts';
import { deskOf } from '#main/rpc/notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { startReceiver } from './webhook-receiver.test-support.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: TestWorld;
let subjects: TestSubjects;
let folder: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-missed-'));
  world = createTestWorld();
  subjects = await makeSubjects(world);
  receiver = await startReceiver();
  await world.call('notices.createWebhook', { name: 'Pager', url: receiver.url, kinds: [...NOTICE_KINDS] });
});
afterEach(async () => {
  await receiver.close();
  world.close();
  rmSync(folder, { recursive: true });
});

/** A run of the program as far as this is concerned: it looks at once, and is off afterwards. */
async function run(): Promise<void> {
  const watch = new IdleEndWatch({
    context: () => world.systemContext(),
    isUseKnown: () => true,
    newestEarlierMs: () => world.nowMs(),
    file: join(folder, 'uses-known.json'),
    logger: createLogger({ write: () => undefined }),
  });
  const desk = deskOf(() => world);
  watch.look();
  await desk.look();
  await desk.look();
  desk.close();
  watch.close();
}

const use = (keyId: KeyId, version: number): void => {
  world.db.lastUsed.touch(keyId, version, world.nowMs());
};

/** A rotation that somebody began by hand, whose old secret was used before. */
async function rotated(name: string, overlapMs: number): Promise<KeyId> {
  const { key } = await makeKey(world, subjects, { name });
  use(key.keyId, 1);
  await world.call('keys.rotate', { keyId: key.keyId, overlapMs });
  return key.keyId;
}

async function rotatedUnused(name: string): Promise<KeyId> {
  const { key } = await makeKey(world, subjects, { name });
  await world.call('keys.rotate', { keyId: key.keyId, overlapMs: DAY_MS });
  return key.keyId;
}

const told = () =>
  receiver.received
    .map(({ body }) => JSON.parse(body) as { kind: string; page: string; subject: { name: string } })
    .filter(({ kind }) => kind === 'overlap_ended');

it('an overlap that ended while the program was off, its new secret unused, is told once at the start, with the way to the key', async () => {
  const keyId = await rotated('Left behind', DAY_MS);
  const [offFrom, endedAt] = [world.nowMs(), world.nowMs() + DAY_MS];
  await run();
  world.advance(3 * DAY_MS);
  const offTo = world.nowMs();
  await run();
  world.advance(HOUR_MS);
  await run();
  expect(told()).toMatchObject([
    {
      subject: { kind: 'key', id: keyId, name: 'Left behind' },
      page: `/keys/${keyId}`,
      data: { endedAt, offFrom, offTo, lastUsedAt: offFrom },
    },
  ]);
});

it('nothing is told where somebody has moved or decided, where nobody was there to move, and where the end was seen', async () => {
  const moved = await rotated('Moved', DAY_MS);
  use(moved, 2);
  const ended = await rotated('Ended by hand', DAY_MS);
  const revoked = await rotated('Revoked', DAY_MS);
  await rotated('Goes on', 7 * DAY_MS);
  await rotatedUnused('Unused');
  const undone = await rotatedUnused('Undone');
  use(undone, 2);
  await run();
  // After the last sign of life of the run, and still before its end.
  world.advance(1);
  await world.call('keys.endOverlap', { keyId: ended });
  await world.call('keys.undoRotation', { keyId: undone });
  await rotated('At once', 0);
  world.advance(3 * DAY_MS);
  await world.call('keys.revoke', { keyId: revoked, reason: 'no_longer_needed' });
  await run();
  const seen = await rotated('Seen', 5 * 60_000);
  await run();
  world.advance(6 * 60_000);
  use(seen, 1);
  await run();
  expect(told().map(({ subject }) => subject.name)).toEqual([]);
});
