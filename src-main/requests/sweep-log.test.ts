import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import { listRequests } from './list-requests.ts';
import { DAY, decision, HOUR, NOW, RETENTION, report, write, noPause } from './log.test-support.ts';
import { walBytes } from './open-log.ts';
import { previewRetention } from './preview-retention.ts';
import { RequestsStore } from './requests-store.ts';
import { sweepLog } from './sweep-log.ts';
import { usageSeries } from './usage-series.ts';

const MB = 1024 * 1024;
const at = (ms: number) => ms as TimestampMs;
let directory: string;
let file: string;
let store: RequestsStore;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-sweep-'));
  file = join(directory, 'requests.db');
  store = RequestsStore.over(openRequestsDatabase(file));
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

/** Runs a sweep to its end; how many steps it took. */
function sweep(retention: Partial<typeof RETENTION>, nowMs: number = NOW): number {
  let steps = 0;
  const parts = { store, retention: { ...RETENTION, ...retention }, nowMs, walBytes: () => walBytes(file) };
  for (const _step of sweepLog(parts)) steps += 1;
  return steps;
}

function fill(count: number, fromMs: number, stepMs: number): void {
  for (let start = 0; start < count; start += 1_000) {
    const part = Math.min(1_000, count - start);
    write(
      store,
      Array.from({ length: part }, (_, index) =>
        decision({
          atMs: at(fromMs + (start + index) * stepMs),
          path: `/x/${String(start + index)}/${'y'.repeat(200)}`,
        }),
      ),
    );
  }
}

const rows = () => listRequests(store, { filter: {}, limit: 1 }, noPause);

describe('retention by age', () => {
  it('removes what is older than the limit to the millisecond, keeps the rest, and says since when', async () => {
    const cutoff = NOW - 2 * DAY;
    write(store, [decision({ atMs: at(cutoff - 1) }), decision({ atMs: at(cutoff) }), decision()]);
    expect((await rows()).removedBefore).toBeNull();
    sweep({ requestRetentionDays: 2 });
    expect(store.rowCount).toBe(2);
    expect(store.db.rows.oldestId()).toBe(cutoff * 1_024);
    expect((await rows()).removedBefore).toBe(cutoff);
  });

  it('within a day works in short steps', () => {
    fill(9_000, NOW - DAY - 9_000, 1);
    expect(sweep({ requestRetentionDays: 1 })).toBeGreaterThanOrEqual(5);
    expect(store.rowCount).toBe(0);
  });

  it('drops a day whole, with the ids that callers gave', async () => {
    fill(3_000, NOW - 5 * DAY, 1);
    write(store, [decision()]);
    const tables = () => store.db.rows.days.oldestFirst().length;
    expect(tables()).toBe(2);
    expect(sweep({ requestRetentionDays: 1 })).toBeLessThan(5);
    expect([tables(), store.rowCount]).toEqual([1, 1]);
    expect((await rows()).removedBefore).toBe(Math.floor((NOW - 4 * DAY) / DAY) * DAY);
  });

  it('leaves the roll-ups: charts reach further back than rows', () => {
    fill(100, NOW - 5 * DAY, 1);
    sweep({ requestRetentionDays: 1 });
    const total = usageSeries(store, { from: at(NOW - 6 * DAY), to: NOW, bucketMs: HOUR }).reduce(
      (sum, bucket) => sum + bucket.total,
      0,
    );
    expect(total).toBe(100);
  });

  it('forgets texts that no row uses, and keeps those in use', async () => {
    write(store, [decision({ atMs: at(NOW - 5 * DAY), rule: 'old rule' }), decision({ rule: 'new rule' })]);
    sweep({ requestRetentionDays: 1 });
    const before = {
      old: store.db.dimensions.text('old rule', 0).lastDay,
      new: store.db.dimensions.text('new rule', 0).lastDay,
    };
    expect(before).toEqual({ old: 0, new: Math.floor(NOW / DAY) });
    expect((await rows()).items[0]?.rule).toBe('new rule');
  });
});

describe('a text in use', () => {
  it('survives the removal of the first row that used it', async () => {
    write(store, [decision({ atMs: at(NOW - 5 * DAY), rule: 'lasting rule' })]);
    write(store, [decision({ rule: 'lasting rule' })]);
    sweep({ requestRetentionDays: 1 });
    expect((await rows()).items.map((row) => row.rule)).toEqual(['lasting rule']);
  });
});

describe('retention of roll-ups', () => {
  it('removes minutes and hours by their own ages and keeps days', () => {
    fill(10, NOW - 20 * DAY, 1);
    fill(10, NOW, 1);
    sweep({ minuteRollupDays: 10, hourRollupDays: 15 });
    for (const _step of store.rollups.fold());
    const total = (bucketMs: number) =>
      usageSeries(store, { from: at(NOW - 20 * DAY), to: at(NOW - 20 * DAY + bucketMs), bucketMs })[0]?.total;
    expect([total(60_000), total(HOUR), total(DAY)]).toEqual([0, 0, 10]);
    expect(store.rollups.oldestMs('minute')).toBe(Math.floor(NOW / HOUR) * HOUR);
    expect(store.rollups.oldestMs('hour')).toBe(Math.floor(NOW / DAY) * DAY);
  });

  it('finds old rows when only wider roll-ups are left, and joins reports to them', async () => {
    const one = decision({ atMs: at(NOW - 20 * DAY) });
    write(store, [one]);
    sweep({ minuteRollupDays: 10, hourRollupDays: 15 });
    write(store, [], [report([{ requestId: one.requestId, responseStatus: 500 }])]);
    const found = await listRequests(
      store,
      {
        filter: { responseStatusClass: '5xx', keyId: one.principal?.keyId },
        limit: 5,
      },
      noPause,
    );
    expect(found.items.map((row) => row.requestId)).toEqual([one.requestId]);
    expect(store.rollups.oldestMs('minute')).toBeNull();
  });
});

describe('retention by size', () => {
  it('removes the oldest rows until file and log together fit, and gives the room back', async () => {
    fill(60_000, NOW - DAY, 100);
    const size = () => store.db.fileSize().bytes + walBytes(file);
    expect(size()).toBeGreaterThan(16 * MB);
    const newest = (await rows()).items[0]?.requestId;
    const preview = previewRetention(store, { requestRetentionDays: 30, requestStoreMbMax: 16 }, size(), NOW);
    sweep({ requestStoreMbMax: 16 });
    expect(size()).toBeLessThanOrEqual(16 * MB);
    expect((await rows()).items[0]?.requestId).toBe(newest);
    expect(store.rowCount).toBeGreaterThan(20_000);
    expect((await rows()).removedBefore).not.toBeNull();
    expect(Math.abs(preview.rowsKept - store.rowCount) / store.rowCount).toBeLessThan(0.35);
  });
});

describe('the preview of retention', () => {
  it('says what a sweep with these limits removes', () => {
    fill(50, NOW - 3 * DAY, 1);
    fill(70, NOW - DAY + 1, 1);
    const preview = previewRetention(store, { requestRetentionDays: 1, requestStoreMbMax: 2_048 }, MB, NOW);
    expect(preview).toEqual({ rowsRemoved: 50, rowsKept: 70, oldestKeptAt: NOW - DAY + 1 });
    sweep({ requestRetentionDays: 1 });
    expect(store.rowCount).toBe(preview.rowsKept);
    expect(
      previewRetention(store, { requestRetentionDays: 1, requestStoreMbMax: 2_048 }, MB, NOW + 5 * DAY),
    ).toEqual({
      rowsRemoved: 70,
      rowsKept: 0,
      oldestKeptAt: null,
    });
  });
});
