import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import { compactLog, logRoom } from './compact-log.ts';
import { listRequests } from './list-requests.ts';
import { DAY, decision, noPause, NOW, RETENTION, write } from './log.test-support.ts';
import { RequestsStore } from './requests-store.ts';
import { sweepLog } from './sweep-log.ts';

let directory: string;
let file: string;
let store: RequestsStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-compact-'));
  file = join(directory, 'requests.db');
  store = RequestsStore.over(openRequestsDatabase(file));
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

/** Rows of two days, of which retention then removes the older: less than a sweep gives back by itself. */
function leaveRoom(): void {
  const rows = (atMs: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      decision({ atMs: (atMs + index) as TimestampMs, path: `/x/${String(index)}/${'y'.repeat(600)}` }),
    );
  write(store, rows(NOW - 3 * DAY, 1_000));
  for (let part = 0; part < 4; part += 1) write(store, rows(NOW - DAY + part * 5_000, 1_000));
  const retention = { ...RETENTION, requestRetentionDays: 2 };
  for (const _step of sweepLog({ store, retention, nowMs: NOW, walBytes: () => 0 }));
  store.db.checkpoint();
}
const sources = (signal: AbortSignal, pause: () => Promise<void> = noPause) => ({
  store,
  pause,
  signal,
  tell: (done: number, total: number | null) => void told.push([done, total]),
});
let told: (readonly [number, number | null])[] = [];
beforeEach(() => {
  told = [];
});

it('gives all unused room back to the disk, tells how far it is, and every row is still there', async () => {
  leaveRoom();
  const before = logRoom(store);
  expect(before.freeBytes).toBeGreaterThan(0);
  const fileBytes = statSync(file).size;
  const after = await compactLog(sources(new AbortController().signal));
  expect(after).toEqual({ bytes: before.bytes - before.freeBytes, freeBytes: 0 });
  expect(statSync(file).size).toBe(fileBytes - before.freeBytes);
  expect(told[0]).toEqual([0, before.freeBytes]);
  expect(told.at(-1)).toEqual([before.freeBytes, before.freeBytes]);
  expect(store.rowCount).toBe(4_000);
  expect((await listRequests(store, { filter: {}, limit: 1 }, noPause)).items).toHaveLength(1);
  expect(store.db.damage()).toBeNull();
});

it('cancelled, stops at its next step and leaves the log whole', async () => {
  leaveRoom();
  const abort = new AbortController();
  const pause = () => {
    abort.abort(new Error('Enough.'));
    return Promise.resolve();
  };
  await expect(compactLog(sources(abort.signal, pause))).rejects.toThrow('Enough.');
  expect(store.rowCount).toBe(4_000);
  expect(store.db.damage()).toBeNull();
});
