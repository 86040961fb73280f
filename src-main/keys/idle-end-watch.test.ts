import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { timestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { createLogger } from '#main/platform/logger.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { IdleEndWatch } from './idle-end-watch.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let world: TestWorld;
let subjects: TestSubjects;
let folder: string;
let isUseKnown: boolean;
let newestEarlierMs: number;
let watch: IdleEndWatch;

const startWatch = () =>
  new IdleEndWatch({
    context: (): UseCaseContext => world.systemContext(),
    isUseKnown: () => isUseKnown,
    newestEarlierMs: () => newestEarlierMs,
    file: join(folder, 'uses-known.json'),
    logger: createLogger({ write: () => undefined }),
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-idle-'));
  world = createTestWorld();
  subjects = await makeSubjects(world);
  isUseKnown = true;
  newestEarlierMs = 0;
  watch = startWatch();
  watch.look();
});
afterEach(() => {
  watch.close();
  world.close();
  rmSync(folder, { recursive: true });
});

/** Lets time pass as a running program sees it: looking again and again. */
function run(durationMs: number): void {
  for (let passed = 0; passed < durationMs; passed += MINUTE_MS) {
    world.advance(MINUTE_MS);
    watch.look();
  }
}

async function rotating(idle: { idleEndMs: number; notBefore?: number }): Promise<KeyId> {
  const { key } = await makeKey(world, subjects);
  await world.call('keys.rotate', {
    keyId: key.keyId,
    overlapMs: 7 * DAY_MS,
    idleEndMs: idle.idleEndMs,
    notBefore: idle.notBefore === undefined ? null : timestampMs.parse(idle.notBefore),
  });
  return key.keyId;
}

const oldSecretOf = async (keyId: KeyId) =>
  (await world.call('keys.get', { keyId })).secrets.find(({ version }) => version === 1)?.state;
const use = (keyId: KeyId): void => {
  world.db.lastUsed.touch(keyId, 1, world.nowMs());
};

it('S10.5 an old secret that nobody uses ends by itself, at the set time and not before', async () => {
  const keyId = await rotating({ idleEndMs: 6 * HOUR_MS });
  run(3 * HOUR_MS);
  use(keyId);
  run(6 * HOUR_MS - MINUTE_MS);
  expect(await oldSecretOf(keyId)).toBe('retiring');
  run(MINUTE_MS);
  expect(await oldSecretOf(keyId)).toBe('ended');
  const [event] = (await world.call('audit.list', { filter: { subjectId: keyId } })).items;
  expect(event).toMatchObject({ action: 'keys.endOverlap', actor: { kind: 'system' } });
  expect(event?.reason).toContain('Nobody has used the old secret');
});

it('it does not end before the moment that was set, however quiet it is', async () => {
  const keyId = await rotating({ idleEndMs: HOUR_MS, notBefore: world.nowMs() + 5 * HOUR_MS });
  run(5 * HOUR_MS - MINUTE_MS);
  expect(await oldSecretOf(keyId)).toBe('retiring');
  run(MINUTE_MS);
  expect(await oldSecretOf(keyId)).toBe('ended');
});

it('a rotation without such a rule is left alone, and so is a revoked key', async () => {
  const { key } = await makeKey(world, subjects, { name: 'No rule' });
  await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 7 * DAY_MS });
  const revoked = await rotating({ idleEndMs: HOUR_MS });
  await world.call('keys.revoke', { keyId: revoked, reason: 'other' });
  run(DAY_MS);
  expect(await oldSecretOf(key.keyId)).toBe('retiring');
  const events = (await world.call('audit.list', { filter: { subjectId: revoked } })).items;
  expect(events[0]?.action).toBe('keys.revoke');
});

it('a short restart goes on waiting and ends at start-up what was due meanwhile', async () => {
  const keyId = await rotating({ idleEndMs: HOUR_MS });
  run(HOUR_MS - 5 * MINUTE_MS);
  world.advance(6 * MINUTE_MS);
  watch = startWatch();
  watch.look();
  expect(await oldSecretOf(keyId)).toBe('ended');
});

it('after a long stop, in which nobody could call, the wait begins anew', async () => {
  const keyId = await rotating({ idleEndMs: HOUR_MS });
  run(30 * MINUTE_MS);
  world.advance(10 * HOUR_MS);
  watch = startWatch();
  watch.look();
  expect(await oldSecretOf(keyId)).toBe('retiring');
  run(HOUR_MS - MINUTE_MS);
  expect(await oldSecretOf(keyId)).toBe('retiring');
  run(MINUTE_MS);
  expect(await oldSecretOf(keyId)).toBe('ended');
});

it('nothing ends while the log has not told the last uses of earlier runs, and a torn file only lengthens the wait', async () => {
  const keyId = await rotating({ idleEndMs: HOUR_MS });
  isUseKnown = false;
  run(2 * HOUR_MS);
  expect(await oldSecretOf(keyId)).toBe('retiring');
  writeFileSync(join(folder, 'uses-known.json'), '{"knownSin');
  watch = startWatch();
  isUseKnown = true;
  watch.look();
  expect(await oldSecretOf(keyId)).toBe('retiring');
});

it('days of silence leave out every stop of more than ten minutes, and begin anew with a log that knows less than before', () => {
  const since = (): number => world.db.lastUsed.daysKnownSinceMs;
  const stops = () => world.db.lastUsed.stops;
  const restart = (stopMs: number): void => {
    watch.close();
    world.advance(stopMs);
    watch = startWatch();
    watch.look();
  };
  const began = since();
  world.db.lastUsed.touchService(subjects.service.id, world.nowMs());
  newestEarlierMs = world.nowMs();
  run(HOUR_MS);
  restart(10 * MINUTE_MS);
  expect(stops()).toEqual([]);
  const night = { fromMs: world.nowMs(), toMs: world.nowMs() + 10 * MINUTE_MS + 1 };
  restart(10 * MINUTE_MS + 1);
  expect(stops()).toEqual([night]);
  run(HOUR_MS);
  const weekend = { fromMs: world.nowMs(), toMs: world.nowMs() + 3 * DAY_MS };
  restart(3 * DAY_MS);
  expect([since(), stops()]).toEqual([began, [night, weekend]]);
  run(HOUR_MS);
  newestEarlierMs = 0;
  restart(MINUTE_MS);
  expect([since(), stops()]).toEqual([world.nowMs(), []]);
});
