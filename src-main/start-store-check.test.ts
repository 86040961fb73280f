import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from './platform/logger.ts';
import { realWorker } from './program-file.test-support.ts';
import { createInspectAside, type InspectAside } from './requests/inspect-aside.ts';
import { type StoreCheck, startStoreCheck } from './start-store-check.ts';
import { newDataPath, startTestStore, type TestStore } from './wire-store.test-support.ts';

let store: TestStore;
let logLines: string[];
beforeEach(async () => {
  store = await startTestStore(newDataPath());
  logLines = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  store.stop();
});

function check(inspectAside: InspectAside, isWhollyRead = false): StoreCheck {
  const { wired, directory } = store;
  const logger = createLogger({ write: (line) => void logLines.push(line) });
  return startStoreCheck({ ...wired, isWhollyRead }, { directory, logger, inspectAside, verified: () => 0 });
}

const aside = createInspectAside(realWorker, () => null);

it('a large store is read whole after the start, on another thread and a copy of which nothing is left', async () => {
  const findings: unknown[] = [];
  check(async (path, folder) => {
    const finding = await aside(path, folder);
    findings.push(finding);
    return finding;
  });
  vi.advanceTimersByTime(30_000);
  vi.useRealTimers();
  await expect
    .poll(() => findings, { timeout: 20_000 })
    .toMatchObject([{ finding: { kind: 'sound', isWhollyRead: true } }]);
  await expect
    .poll(() => readdirSync(store.directory.path).filter((name) => name.startsWith('inspection')))
    .toEqual([]);
  expect(logLines).toEqual([]);
});

it('what it finds is logged, announced and told in the status; the store is left as it is', async () => {
  const announced: unknown[] = [];
  store.wired.announcements.subscribe(({ subjects }) => void announced.push(...subjects));
  const { damage } = check(() =>
    Promise.resolve({ finding: { kind: 'damaged', detail: 'SQLite says: row 1 missing.' }, sha256: null }),
  );
  expect(damage()).toBeNull();
  vi.advanceTimersByTime(30_000);
  vi.useRealTimers();
  await expect.poll(damage).toBe('SQLite says: row 1 missing.');
  expect(logLines.join('')).toContain('row 1 missing');
  expect(announced).toContain('status');
  expect(store.wired.store.isUsable()).toBe(true);
});

it('nothing is copied where the start has read all, and nothing is told once the program closes', async () => {
  const { close } = check(() => Promise.reject(new Error('not wanted')));
  check(() => Promise.reject(new Error('not wanted')), true);
  close();
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(existsSync(join(store.directory.path, 'inspection-of-all'))).toBe(false);
  expect(logLines).toEqual([]);
});
