import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '#main/platform/app-error.ts';
import { createLogger } from '#main/platform/logger.ts';
import { noteSizes } from '#main/requests/storage-report.ts';
import { startSizes } from '#main/start-sizes.ts';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;
const MB = 1024 * 1024;

let world: TestWorld;
let room: { bytes: number; freeBytes: number };
let isDown: boolean;
beforeEach(() => {
  room = { bytes: 10 * MB, freeBytes: 2 * MB };
  isDown = false;
  const query = (name: string) => {
    if (isDown) return Promise.reject(new AppError('UNAVAILABLE', 'The request log is down.'));
    if (name === 'log.compact') room = { bytes: room.bytes - room.freeBytes, freeBytes: 0 };
    return Promise.resolve(room as never);
  };
  world = createTestWorld(() => ({
    requests: {
      query,
      stopSearch: () => undefined,
      record: () => undefined,
      report: () => Promise.resolve(),
    },
  }));
});
afterEach(() => world.close());

/** A day goes by, and the log is as large as this at its end. */
function day(bytes: number, keyCount = 0): void {
  noteSizes(world.systemContext(), { bytes, freeBytes: 0 }, keyCount);
  world.advance(DAY_MS);
}

it('tells the size, what is unused, how the log grew over the last two weeks, and when it will be full', async () => {
  expect(await world.call('storage.get', {})).toMatchObject({
    logBytes: 10 * MB,
    logFreeBytes: 2 * MB,
    logBytesMax: 2_048 * MB,
    logGrowthBytes: null,
    daysToMax: null,
    sizes: [],
  });
  // Long ago it grew fast; that is no longer how it grows.
  day(1 * MB);
  day(500 * MB);
  world.advance(20 * DAY_MS);
  for (let n = 0; n < 10; n += 1) day(600 * MB + n * 3 * MB);
  room = { bytes: 648 * MB, freeBytes: 0 };
  const report = await world.call('storage.get', {}, 'viewer');
  expect(report).toMatchObject({ logGrowthBytes: 3 * MB, daysToMax: Math.ceil((2_048 - 648) / 3) });
  expect(report.sizes).toHaveLength(12);
});

it('keeps one size a day, the last of it, and of a log that shrinks nobody says when it is full', async () => {
  noteSizes(world.systemContext(), { bytes: 9, freeBytes: 0 }, 0);
  day(8);
  day(7);
  const { sizes, logGrowthBytes, daysToMax } = await world.call('storage.get', {});
  expect(sizes.map(({ logBytes }) => logBytes)).toEqual([8, 7]);
  expect([logGrowthBytes, daysToMax]).toEqual([-1, null]);
});

it('tells how many keys there are, and in 90 days at the growth of four weeks once fourteen days are known; before, from when', async () => {
  const keysNow = async () => (await world.call('storage.get', {})).keys;
  const subjects = await makeSubjects(world);
  for (let n = 1; n <= 14; n += 1) await makeKey(world, subjects, { name: `Key ${String(n)}` });
  const knownAt = (Math.floor(world.nowMs() / DAY_MS) + 13) * DAY_MS;
  for (let n = 1; n <= 13; n += 1) {
    expect(await keysNow()).toEqual({ keyCount: 14, forecast: { kind: 'unknown', knownAt } });
    day(1 * MB, n);
  }
  expect(await keysNow()).toEqual({ keyCount: 14, forecast: { kind: 'about', keyCount: 14 + 90 } });
  expect((await world.call('storage.get', {})).sizes.at(-1)).toMatchObject({ keyCount: 13 });
});

it('takes it that there were as many keys on days on which nothing was noted as before them', async () => {
  await makeKey(world, await makeSubjects(world));
  day(1 * MB, 1);
  world.advance(20 * DAY_MS);
  expect((await world.call('storage.get', {})).keys.forecast).toEqual({ kind: 'about', keyCount: 1 });
});

it('looks at four weeks of keys and no further back, and says so when their days differ too much', async () => {
  const forecast = async () => (await world.call('storage.get', {})).keys.forecast;
  for (let n = 0; n < 30; n += 1) day(1 * MB, 0);
  for (let n = 0; n < 27; n += 1) day(1 * MB, n % 2 === 0 ? 400 : 0);
  expect(await forecast()).toEqual({ kind: 'erratic' });
  // What grew long ago is over: for four weeks there were none.
  for (let n = 0; n < 28; n += 1) day(1 * MB, 0);
  expect(await forecast()).toEqual({ kind: 'about', keyCount: 0 });
});

it('what is noted by itself counts every key, the revoked ones too', async () => {
  const subjects = await makeSubjects(world);
  const { key } = await makeKey(world, subjects);
  await makeKey(world, subjects, { name: 'Other' });
  await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  const store = { system: world.systemContext, store: { db: world.db } } as never;
  const requests = { client: { query: () => Promise.resolve(room) } } as never;
  const logger = createLogger({ write: (line) => expect.fail(line) });
  const stop = startSizes(store, requests, { logger, clock: { nowMs: world.nowMs } as never });
  try {
    await vi.advanceTimersByTimeAsync(30_000);
  } finally {
    stop();
    vi.useRealTimers();
  }
  expect((await world.call('storage.get', {})).sizes).toMatchObject([{ logBytes: 10 * MB, keyCount: 2 }]);
});

it('days of earlier versions, which counted no keys, are told without a count', async () => {
  const noted = { day: world.nowMs() - 20 * DAY_MS, logBytes: 7, storeBytes: 9 };
  world.db.store.put('sizes', JSON.stringify([noted]));
  const { sizes, keys } = await world.call('storage.get', {});
  expect(sizes).toEqual([{ ...noted, keyCount: null }]);
  expect(keys.forecast.kind).toBe('unknown');
});

it('compacting is a job with one audit event, for admins, that says what it has given back', async () => {
  expect((await world.refusal('storage.compact', {}, 'issuer')).code).toBe('FORBIDDEN');
  const { jobId } = await world.call('storage.compact', {}, 'admin');
  await vi.waitFor(async () => {
    const { items } = await world.call('jobs.list', {});
    expect(items).toMatchObject([
      {
        jobId,
        kind: 'vacuum',
        state: 'done',
        result: { text: '2.1 MB given back; the log takes 8.4 MB.', page: '/settings/retention' },
      },
    ]);
  });
  expect((await world.call('audit.list', { filter: { action: 'storage.compact' } })).items).toHaveLength(1);
});

it('while the log is down nothing is told, and the job says why it failed', async () => {
  isDown = true;
  expect((await world.refusal('storage.get', {})).code).toBe('UNAVAILABLE');
  await world.call('storage.compact', {});
  await vi.waitFor(async () => {
    const { items } = await world.call('jobs.list', {});
    expect(items).toMatchObject([{ state: 'failed', problem: 'The request log is down.' }]);
  });
});
