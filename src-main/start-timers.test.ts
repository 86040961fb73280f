import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from './platform/logger.ts';
import { listBackups } from './backups/backup-files.ts';
import { freeBallast } from './platform/ballast.ts';
import { startTimers } from './start-timers.ts';
import { newDataPath, renameSetting, startTestStore, type TestStore } from './wire-store.test-support.ts';

const FEW_SECONDS_MS = 4_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let store: TestStore;
let stop: () => void;
let aheadMs: number;
beforeEach(async () => {
  store = await startTestStore(newDataPath());
  aheadMs = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const { wired, directory } = store;
  const system = () => ({ ...wired.system(), nowMs: (wired.system().nowMs + aheadMs) as never });
  stop = startTimers(
    { ...wired, system },
    { directory, logger: createLogger({ write: () => undefined }), verified: () => 0 },
  );
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  store.stop();
});

const pass = (ms: number) => {
  aheadMs += ms;
  vi.advanceTimersByTime(ms);
};
const backups = () => listBackups(store.directory.backups).length;
/** Copying happens in later turns of the event loop. */
const settled = async (count: number) => {
  for (let turn = 0; turn < 10_000 && backups() < count; turn += 1) await nextTurn();
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
};

it('automatic backups are made soon after the start and whenever the newest one is too old, without anybody asking', async () => {
  await settled(0);
  expect(backups()).toBe(0);
  pass(MINUTE_MS);
  await settled(1);
  expect(backups()).toBe(1);
  pass(2 * HOUR_MS);
  await settled(1);
  expect(backups()).toBe(1);
  for (let hour = 0; hour < 24; hour += 1) {
    pass(HOUR_MS);
    await settled(1);
  }
  await settled(2);
  expect(backups()).toBe(2);
});

it('an audit head that the disk refused is written within seconds of the disk being well again', () => {
  const { wired, directory } = store;
  // Nothing can be written under that name while a folder has it.
  mkdirSync(`${directory.auditHead}.tmp`);
  renameSetting(store, 'a@example.com');
  expect(wired.anchor.isBehind).toBe(true);
  pass(FEW_SECONDS_MS);
  expect(wired.anchor.isBehind).toBe(true);
  rmdirSync(`${directory.auditHead}.tmp`);
  pass(FEW_SECONDS_MS);
  expect(wired.anchor.isBehind).toBe(false);
});

it('a ballast that was used comes back within seconds when there is room', () => {
  freeBallast(store.directory.ballast);
  pass(FEW_SECONDS_MS);
  expect(existsSync(store.directory.ballast)).toBe(true);
});

it('nothing is done after the stop', async () => {
  stop();
  freeBallast(store.directory.ballast);
  pass(2 * HOUR_MS);
  await settled(0);
  expect(backups()).toBe(0);
  expect(existsSync(store.directory.ballast)).toBe(false);
});
