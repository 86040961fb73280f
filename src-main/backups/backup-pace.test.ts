import { beforeEach, expect, it } from 'vitest';
import { inspectCopy } from '#main/sqlite/inspect-copy.ts';
import { newDataPath, startTestStore, type TestStore } from '#main/wire-store.test-support.ts';
import { BackupService } from './backup-service.ts';

/** Longer than a backup of an empty store takes. */
const PACE_MS = 500;

let running: TestStore;
beforeEach(async () => {
  running = await startTestStore(newDataPath());
  return () => {
    running.stop();
  };
});

function service(): BackupService {
  const { directory, wired } = running;
  const parts = {
    directory,
    instanceId: wired.instanceId,
    db: () => wired.store.db,
    exchange: () => undefined,
    replaceHead: () => undefined,
    inspectAside: (copy: string, folder: string) => Promise.resolve(inspectCopy(copy, folder)),
  };
  // A clock that stands: each backup waits the whole time.
  return new BackupService(parts, { monotonicMs: () => 0, paceMs: PACE_MS });
}

it('one backup after the other leaves the deciding thread most of the time: each waits until some time after the last began', async () => {
  const backups = service();
  const startedMs = performance.now();
  await backups.create(running.owner());
  await backups.create(running.owner());
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(PACE_MS - 2);
  expect(backups.list().items).toHaveLength(2);
});

it('whoever asks while one waits is told so at once', async () => {
  const backups = service();
  await backups.create(running.owner());
  const waiting = backups.create(running.owner());
  await expect(backups.create(running.owner())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(waiting).resolves.toMatchObject({ isVerified: true });
});
