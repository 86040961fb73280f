import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClock } from './platform/clock.ts';
import { errorCode } from './platform/error-code.ts';
import { realWorker } from './program-file.test-support.ts';
import { decision, RETENTION } from './requests/log.test-support.ts';
import { RequestsClient } from './requests/requests-client.ts';

/** A small disk of our own needs root and mount, as in disk-full.test.ts. Where they are missing, decision-journal.test.ts proves
 *  the same with a folder that cannot be made. */
const mountPoint = mkdtempSync(join(tmpdir(), 'latchkey-journal-disk-'));
const isMounted =
  process.platform === 'linux' &&
  spawnSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', mountPoint]).status === 0;
const clock = createClock();

beforeAll(() => {
  if (!isMounted) console.warn('No small disk could be mounted (needs root): the full-disk test is skipped.');
});
afterAll(() => {
  if (isMounted) spawnSync('/usr/bin/umount', [mountPoint]);
  rmSync(mountPoint, { recursive: true, force: true });
});

const filler = join(mountPoint, 'filler');

/** Leaves room for a part of a turn, so that a write goes wrong in its middle. */
function fillDisk(): void {
  try {
    writeFileSync(filler, Buffer.alloc(32 * 1024 * 1024));
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') throw error;
  }
}

function openClient(): RequestsClient {
  return new RequestsClient({
    createWorker: realWorker,
    file: join(mountPoint, 'requests.db'),
    clock,
    retention: RETENTION,
    findKey: () => null,
    findServiceName: () => 'Trade API',
    onChange: () => undefined,
    onDown: () => undefined,
    onReaderDown: () => undefined,
  });
}

it.runIf(isMounted)(
  'on a full disk answers go out, rows wait and then are counted to the row; with space everything that waited is in the log once',
  async () => {
    const client = openClient();
    await client.start();
    let recorded = 0;
    let answered = 0;
    /** One turn after the other, until it is so. */
    const recordUntil = async (isSo: () => boolean) => {
      while (!isSo()) {
        for (let index = 0; index < 200; index += 1) {
          client.record(decision({ atMs: clock.nowMs(), path: `/${String(recorded).padEnd(200, 'x')}` }));
          client.whenRecorded(() => (answered += 1));
          recorded += 1;
        }
        await new Promise(setImmediate);
      }
    };
    await recordUntil(() => recorded >= 1_000);
    fillDisk();
    await recordUntil(() => client.state === 'degraded');
    expect(client.warnings().map(({ code }) => code)).toContain('LOG_DEGRADED');
    const before = recorded;
    await recordUntil(() => recorded >= before + 30_000);
    expect(answered).toBe(recorded);
    rmSync(filler);
    const after = recorded;
    await recordUntil(() => recorded >= after + 200);
    await vi.waitFor(async () => {
      expect(await client.stats()).toMatchObject({ state: 'ok', queuedRows: 0 });
    }, 60_000);
    const { rowCount, lostRows, lostByReason } = await client.stats();
    expect(rowCount + lostRows).toBe(recorded);
    expect(lostByReason).toEqual([{ reason: 'journal_failed', count: lostRows }]);
    expect(rowCount).toBeGreaterThan(1_200);
    await client.close();
    const again = openClient();
    await again.start();
    expect(await again.stats()).toMatchObject({ rowCount, lostRows });
    await again.close();
  },
  120_000,
);
