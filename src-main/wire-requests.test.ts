import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import { decide, makeTradeKey, ownerCalls, startTestCore } from './core.test-support.ts';
import { realWorker } from './program-file.test-support.ts';
import type { TradeKey } from './core.test-support.ts';
import type { Core } from './core.ts';
import { openServiceDoor } from './start-doors.ts';

const DAY_MS = 86_400_000;
let folder: string;
let core: Core;
let nowMs: number;

function start(createRequestsWorker = realWorker): Promise<Core> {
  return startTestCore(join(folder, 'data'), {
    createRequestsWorker,
    clock: { nowMs: () => timestampMs.parse(nowMs), monotonicMs: () => performance.now() },
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-wire-'));
  nowMs = Date.UTC(2026, 10, 22, 12);
  core = await start();
});
afterEach(async () => {
  vi.useRealTimers();
  await core.close();
  rmSync(folder, { recursive: true });
});

const calls = ownerCalls(() => core);
const { call } = calls;
/** With a quota of two requests a day. */
const makeKey = () => makeTradeKey(calls, { quota: { limit: 2, period: 'day' } });
const verify = (key: TradeKey) => decide(core, key);

it('a quota that is used up stays used up over a stop and a start', async () => {
  const key = await makeKey();
  expect([verify(key), verify(key), verify(key)]).toEqual(['VALID', 'VALID', 'QUOTA_EXCEEDED']);
  await core.close();
  core = await start();
  expect(verify(key)).toBe('QUOTA_EXCEEDED');
});

it('a log that opens after the start limit still gives quotas back, and keeps the newer last use', async () => {
  const key = await makeKey();
  expect([verify(key), verify(key)]).toEqual(['VALID', 'VALID']);
  await core.close();
  const usedAtMs = nowMs;
  nowMs += 1_000;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const silent: Worker[] = [];
  const starting = start(() => {
    if (silent.length > 0) return realWorker();
    silent.push(new Worker('setInterval(() => {}, 1_000)', { eval: true }));
    return silent[0] as Worker;
  });
  while (silent.length === 0) await new Promise(setImmediate);
  vi.advanceTimersByTime(5_000);
  core = await starting;
  vi.useRealTimers();
  expect((await call('system.status', {})).log.state).toBe('down');
  expect((await call('keys.get', { keyId: key.keyId })).lastUsedAt).toBeNull();
  expect(verify(key)).toBe('VALID');
  await silent[0]?.terminate();
  await expect.poll(() => core.requests.state, { timeout: 5_000 }).toBe('ok');
  expect(verify(key)).toBe('QUOTA_EXCEEDED');
  expect((await call('keys.get', { keyId: key.keyId })).lastUsedAt).toBe(usedAtMs + 1_000);
  expect((await call('services.list', {})).items[0]?.lastSeenAt).toBe(nowMs);
});

it('a shorter retention reaches the log at once', async () => {
  const key = await makeKey();
  verify(key);
  const count = async () => (await call('requests.list', { filter: { keyId: key.keyId } })).items.length;
  expect(await count()).toBe(1);
  nowMs += 10 * DAY_MS;
  await call('settings.update', { requestRetentionDays: 11 });
  expect(await count()).toBe(1);
  await call('settings.update', { requestRetentionDays: 7 });
  await expect.poll(count, { timeout: 5_000 }).toBe(0);
});

it('readyz is 200 while the store can be asked, and else 503 with the reason', async () => {
  const door = await openServiceDoor(core, 0);
  try {
    expect((await fetch(`${door.url}/readyz`)).status).toBe(200);
    await core.close();
    const answer = await fetch(`${door.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ notReady: ['The key store cannot be read.'] });
  } finally {
    await door.close(0);
  }
});
