import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Output } from '#contract/contract.ts';
import type { HygieneKind } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import { habitsFrom } from '#main/hygiene/habits.test-support.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { HandlerServices } from './handler-services.ts';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const OFFICES = ['10.1.1.0/24', '10.2.2.0/24'];

let world: TestWorld;
let keyId: KeyId;
/** Readings of the log that somebody waits for, oldest first. */
let readings: ReturnType<typeof Promise.withResolvers<never>>[];
let begun: number;
beforeEach(async () => {
  readings = [];
  begun = 0;
  const requests: HandlerServices['requests'] = {
    query: (name) => {
      if (name !== 'keys.habits') return Promise.reject(new AppError('UNAVAILABLE', 'The log is down.'));
      begun += 1;
      const reading = Promise.withResolvers<never>();
      readings.push(reading);
      return reading.promise;
    },
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.resolve(),
  };
  world = createTestWorld(() => ({ requests }));
  keyId = (await makeKey(world, await makeSubjects(world))).key.keyId;
});
afterEach(() => {
  world.close();
});

const board = () => world.call('hygiene.board', {}, 'viewer');
const of = ({ items }: Output<'hygiene.board'>, kind: HygieneKind) =>
  items.find((item) => item.kind === kind);
const told = (networks: readonly string[]) => [habitsFrom(keyId, networks)] as never;

it('the board tells what the key store knows while the log is read for the first time, and the rest once it is read', async () => {
  const first = await board();
  for (const kind of ['sharing', 'overScoped'] as const) {
    expect(of(first, kind)).toEqual({ kind, count: null, missing: 'reading', keys: [] });
  }
  expect(of(first, 'neverUsed')).toMatchObject({ count: 1, missing: null, keys: [{ keyId }] });
  expect(of(await board(), 'sharing')).toMatchObject({ missing: 'reading' });
  readings[0]?.resolve(told(OFFICES));
  expect(of(await board(), 'sharing')).toMatchObject({ count: 1, missing: null, keys: [{ keyId }] });
  expect(begun).toBe(1);
});

it('while the log is read anew the board tells what it said before, judged by the key store of now; it is read once at a time', async () => {
  const asked = board();
  await expect.poll(() => begun).toBe(1);
  readings[0]?.resolve(told(OFFICES));
  expect(of(await asked, 'sharing')?.count).toBe(1);
  await world.call('keys.suspend', { keyId, reason: 'Shared' });
  expect(of(await board(), 'sharing')).toMatchObject({ count: 0, missing: null });
  expect(begun).toBe(2);
  await world.call('keys.resume', { keyId });
  expect(of(await board(), 'sharing')).toMatchObject({ count: 1, missing: null });
  expect(begun).toBe(2);
  readings[1]?.resolve(told(OFFICES));
  await expect.poll(() => begun).toBe(3);
  readings[2]?.resolve(told([]));
  await expect.poll(async () => of(await board(), 'sharing')?.count).toBe(0);
  expect(begun).toBe(3);
});

it('a log that goes down while it is read is told to be down, and is asked again afterwards', async () => {
  const asked = board();
  await expect.poll(() => begun).toBe(1);
  readings[0]?.reject(new AppError('UNAVAILABLE', 'The log is down.'));
  expect(of(await asked, 'sharing')).toMatchObject({ count: null, missing: 'down' });
  expect(of(await asked, 'noLimit')?.missing).toBeNull();
  expect(of(await board(), 'sharing')?.missing).toBe('reading');
  expect(begun).toBe(2);
});
