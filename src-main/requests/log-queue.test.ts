import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BATCH_ROWS, LogQueue, QUEUE_ROWS_MAX } from './log-queue.ts';
import { decision, report } from './log.test-support.ts';
import { RequestsMark } from './requests-mark.ts';

let directory: string;
let mark: RequestsMark;
let queue: LogQueue;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-queue-'));
  mark = new RequestsMark(join(directory, 'requests.mark'));
  queue = new LogQueue(mark);
  queue.workerReady({ logId: 'log-1', seenCount: 0, lastSequence: 0 });
});
afterEach(() => {
  mark.close();
  rmSync(directory, { recursive: true });
});

const add = (count: number) => {
  for (let index = 0; index < count; index += 1) queue.add(decision());
};
const seenAtMost = () => mark.read()?.seenAtMost ?? -1;

describe('the queue', () => {
  it('sends decisions in order, in batches of bounded size, and reports behind all of them', () => {
    add(BATCH_ROWS + 100);
    void queue.addReport(report([]));
    const batches = queue.take();
    expect(batches.map(({ decisions, reports }) => [decisions.length, reports.length])).toEqual([
      [BATCH_ROWS, 0],
      [100, 1],
    ]);
    expect(batches.map(({ seenCount }) => seenCount)).toEqual([BATCH_ROWS, BATCH_ROWS + 100]);
    expect(queue.take()).toEqual([]);
  });

  it('drops the newest beyond its limit, counts them, and takes reports whole or not at all', async () => {
    add(QUEUE_ROWS_MAX + 3);
    expect(queue.length).toBe(QUEUE_ROWS_MAX);
    expect(queue.isStruggling).toBe(true);
    expect(queue.lostWith([])).toEqual([{ reason: 'queue_full', count: 3 }]);
    const answer = await queue.addReport(report([{ responseStatus: 200 }, { responseStatus: 200 }]));
    expect(answer).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: 'LOG_FULL' }, { index: 1 }] });
    const [first] = queue.take();
    expect(first?.lost).toEqual([{ reason: 'queue_full', count: 3 }]);
    expect(queue.lostWith([{ reason: 'queue_full', count: 3 }])).toEqual([
      { reason: 'queue_full', count: 3 },
    ]);
  });

  it('makes room again when a batch is in the file', () => {
    add(QUEUE_ROWS_MAX);
    const batches = queue.take();
    for (const { sequence } of batches) queue.written(sequence, []);
    expect(queue.length).toBe(0);
    add(1);
    expect(queue.lostWith([])).toEqual([]);
  });

  it('sends to a new worker exactly the batches that are not in the file', () => {
    add(3 * BATCH_ROWS);
    const [first, second, third] = queue.take();
    queue.workerEnded();
    const again = queue.workerReady({
      logId: 'log-1',
      seenCount: BATCH_ROWS,
      lastSequence: first?.sequence ?? 0,
    });
    expect(again).toEqual([second, third]);
    expect(queue.length).toBe(2 * BATCH_ROWS);
  });

  it('gives a batch up when three workers ended over it, and counts its rows', async () => {
    add(5);
    const waiting = queue.addReport(report([]));
    const refusal = expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    queue.take();
    for (let round = 0; round < 3; round += 1) {
      expect(queue.length).toBe(5);
      queue.workerEnded();
    }
    await refusal;
    expect(queue.length).toBe(0);
    expect(queue.lostWith([])).toEqual([{ reason: 'worker_crash', count: 5 }]);
    expect(queue.workerReady({ logId: 'log-1', seenCount: 0, lastSequence: 0 })).toEqual([]);
  });

  it('refuses the reports of a batch that could not be written', async () => {
    add(1);
    const waiting = queue.addReport(report([]));
    const [batch] = queue.take();
    queue.refused(batch?.sequence ?? 0, 'SQLITE_FULL');
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(queue.isStruggling).toBe(true);
    add(1);
    queue.written(queue.take()[0]?.sequence ?? 0, []);
    expect(queue.isStruggling).toBe(false);
  });
});

describe('the mark beside the file', () => {
  it('is never below what was handed over, and not far above it', () => {
    let handedOver = 0;
    for (const count of [1, 499, 1, 700, 9_500]) {
      add(count);
      handedOver += count;
      expect(seenAtMost()).toBeGreaterThanOrEqual(handedOver);
      expect(seenAtMost()).toBeLessThanOrEqual(handedOver + BATCH_ROWS);
      for (const { sequence } of queue.take()) queue.written(sequence, []);
    }
  });

  it('is exact when nothing is on its way', () => {
    add(7);
    for (const { sequence } of queue.take()) queue.written(sequence, []);
    expect(seenAtMost()).toBe(7);
  });

  it('goes on from the counter of the file, also when the file is replaced', () => {
    queue = new LogQueue(mark);
    queue.workerReady({ logId: 'log-1', seenCount: 1_000, lastSequence: 0 });
    add(1);
    expect(queue.take()[0]?.seenCount).toBe(1_001);
    queue.follow('log-2', 0);
    add(1);
    expect(queue.take()[0]?.seenCount).toBe(2);
    expect(mark.read()?.logId).toBe('log-2');
  });
});
