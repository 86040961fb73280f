import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogWorker } from './log-worker.ts';
import { batchOf, decision, NOW, report, RETENTION } from './log.test-support.ts';
import type { FromWorker } from './requests-messages.ts';

let directory: string;
let posted: FromWorker[];
let worker: LogWorker;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-log-worker-'));
  start();
});
afterEach(() => {
  worker.handle({ kind: 'close' });
  rmSync(directory, { recursive: true });
});

function start(): void {
  posted = [];
  worker = new LogWorker((message) => {
    posted.push(message);
  });
  const file = join(directory, 'requests.db');
  worker.handle({ kind: 'open', file, nowMs: NOW, sessionId: 'session-1', mark: null, retention: RETENTION });
}

const of = <Kind extends FromWorker['kind']>(kind: Kind) =>
  posted.filter((message): message is Extract<FromWorker, { kind: Kind }> => message.kind === kind);

async function stats() {
  worker.handle({ kind: 'query', id: 1, nowMs: NOW, question: { name: 'stats', input: null } });
  await vi.waitFor(() => {
    expect(of('answer')).not.toEqual([]);
  });
  const [answer] = of('answer');
  posted = [];
  return answer?.answer;
}

describe('the worker', () => {
  it('answers a question after the batches that were sent before it', async () => {
    worker.handle({ kind: 'batch', batch: batchOf([decision()]), nowMs: NOW });
    worker.handle({ kind: 'batch', batch: batchOf([decision(), decision()]), nowMs: NOW });
    expect(await stats()).toMatchObject({ rowCount: 3 });
  });

  it('writes batches that wait together at once, and answers the reports of each', async () => {
    const one = decision();
    const batches = [
      batchOf([one]),
      batchOf([], [report([{ requestId: one.requestId, responseStatus: 200 }])]),
    ];
    for (const batch of batches) worker.handle({ kind: 'batch', batch, nowMs: NOW });
    await vi.waitFor(() => {
      expect(of('written').map(({ sequence }) => sequence)).toEqual(batches.map(({ sequence }) => sequence));
    });
    expect(of('written')[1]?.replies).toEqual([{ accepted: 1, rejected: [] }]);
  });

  it('refuses a batch that cannot be written, counts its rows, and remembers them', async () => {
    const bad = decision({ cost: 'three' as unknown as number });
    worker.handle({ kind: 'batch', batch: batchOf([decision(), bad]), nowMs: NOW });
    await vi.waitFor(() => {
      expect(of('refused')).toHaveLength(1);
    });
    const lost = { rowCount: 0, lostByReason: [{ reason: 'write_failed', count: 2 }] };
    expect(await stats()).toMatchObject(lost);
    worker.handle({ kind: 'close' });
    start();
    expect(await stats()).toMatchObject(lost);
  });

  it('moves a file aside in which it finds damage after the start, and goes on with a new one', async () => {
    worker.handle({
      kind: 'batch',
      batch: batchOf(Array.from({ length: 2_000 }, () => decision())),
      nowMs: NOW,
    });
    worker.handle({ kind: 'close' });
    const path = join(directory, readdirSync(directory).find((name) => name.endsWith('.db')) ?? '');
    const damaged = await open(path, 'r+');
    // Rows in the middle: what is looked at first stays readable.
    await damaged.write(Buffer.alloc(8_192, 0xa5), 0, 8_192, 40 * 4_096);
    await damaged.close();
    start();
    await vi.waitFor(() => {
      expect(of('warning').map(({ warning }) => warning.code)).toEqual(['LOG_REPLACED']);
    });
    expect(of('replaced')).toHaveLength(1);
    worker.handle({ kind: 'batch', batch: batchOf([decision()]), nowMs: NOW });
    expect(await stats()).toMatchObject({ rowCount: 1 });
    expect(readdirSync(directory).some((name) => name.startsWith('requests-damaged-'))).toBe(true);
  });

  it('removes old rows between batches when it is told to sweep', async () => {
    const old = Array.from({ length: 5_000 }, () =>
      decision({ atMs: (NOW - 40 * 86_400_000) as typeof NOW }),
    );
    worker.handle({ kind: 'batch', batch: batchOf([...old, decision()]), nowMs: NOW });
    worker.handle({ kind: 'sweep', nowMs: NOW });
    await vi.waitFor(async () => {
      expect(await stats()).toMatchObject({ rowCount: 1 });
    });
  });
});
