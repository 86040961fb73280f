import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import { createClock } from '#main/platform/clock.ts';
import type { DecisionRow } from './decision-row.ts';
import { decision, PRINCIPAL, RETENTION, SERVICE } from './log.test-support.ts';
import { RequestsClient } from './requests-client.ts';

const clock = createClock();
let directory: string;
let workers: Worker[];
let clients: RequestsClient[];
const onChange = vi.fn();
const onDown = vi.fn();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-client-'));
  workers = [];
  clients = [];
  onChange.mockReset();
  onDown.mockReset();
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  rmSync(directory, { recursive: true });
});

async function start(): Promise<RequestsClient> {
  const client = new RequestsClient({
    createWorker: () => {
      const worker = new Worker(new URL('./requests-worker.ts', import.meta.url));
      workers.push(worker);
      return worker;
    },
    file: join(directory, 'requests.db'),
    clock,
    retention: RETENTION,
    findKey: (keyId) => (keyId === PRINCIPAL.keyId ? PRINCIPAL : null),
    findServiceName: () => 'Trade API',
    onChange,
    onDown,
  });
  clients.push(client);
  await client.start();
  return client;
}

const now = (differs: Partial<DecisionRow> = {}) => decision({ atMs: clock.nowMs(), ...differs });
const lost = async (client: RequestsClient) => (await client.stats()).lostByReason;
const everything = { filter: {}, limit: 500 };

describe('the log', () => {
  it('shows a decision right after it was recorded, and has it after a restart', async () => {
    const client = await start();
    const one = now();
    client.record(one);
    expect((await client.query('requests.list', everything)).items.map((row) => row.requestId)).toEqual([
      one.requestId,
    ]);
    client.record(now());
    await client.close();
    const again = await start();
    expect(await again.stats()).toMatchObject({ rowCount: 2, lostRows: 0, state: 'ok', queuedRows: 0 });
  });

  it('writes by itself within a fraction of a second, and announces it once a second at most', async () => {
    const client = await start();
    for (let index = 0; index < 30; index += 1) {
      client.record(now());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await vi.waitFor(() => {
      expect(onChange).toHaveBeenCalledTimes(1);
    }, 3_000);
    expect(client.queuedRows).toBe(0);
  });

  it('lets a report find the decision that was recorded just before it', async () => {
    const client = await start();
    for (let round = 0; round < 20; round += 1) {
      const one = now();
      client.record(one);
      const answer = await client.report(SERVICE, [{ requestId: one.requestId, responseStatus: 200 }]);
      expect(answer).toEqual({ accepted: 1, rejected: [] });
    }
  });

  it('knows the keys of requests that were verified elsewhere', async () => {
    const client = await start();
    const entry = { keyId: PRINCIPAL.keyId, method: 'GET', path: '/x', responseStatus: 200 };
    const answer = await client.report(SERVICE, [
      entry,
      { ...entry, keyId: 'unknownunkno' as typeof entry.keyId },
    ]);
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'UNKNOWN_KEY' }] });
  });

  it('gives quota counters and last uses back at the next start', async () => {
    const client = await start();
    const ownerId = PRINCIPAL.keyId;
    const quota = { ownerId, period: 'day', periodStartMs: 0 as TimestampMs, used: 7, limit: 9 } as const;
    const one = now({ quota: { ...quota, notice: null } });
    client.record(one);
    await client.close();
    const { quotas, keys, services } = (await start()).restored;
    expect(quotas).toMatchObject([{ ownerId, period: 'day', periodStartMs: 0, used: 7, atMs: one.atMs }]);
    expect(keys).toEqual([{ keyId: PRINCIPAL.keyId, version: 1, atMs: one.atMs }]);
    expect(services).toEqual([{ serviceId: SERVICE, atMs: one.atMs }]);
  });

  it('of a newer version refuses the start with exit code 4, and is left as it is', async () => {
    await (await start()).close();
    const file = join(directory, 'requests.db');
    const newer = new Database(file);
    newer.pragma('user_version = 99');
    newer.close();
    const before = readFileSync(file);
    await expect(start()).rejects.toMatchObject({
      name: 'StartError',
      exitCode: 4,
      message: expect.stringContaining('newer'),
    });
    expect(onDown).not.toHaveBeenCalled();
    expect(readFileSync(file).equals(before)).toBe(true);
    // Nobody holds the file any more.
    const again = new Database(file);
    again.pragma('user_version = 1');
    again.close();
    expect((await start()).state).toBe('ok');
  });

  it('passes refusals of a question on', async () => {
    const client = await start();
    const asked = client.query('usage.series', {
      from: 0 as TimestampMs,
      to: clock.nowMs(),
      bucketMs: 60_000,
    });
    await expect(asked).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE' });
  });
});

describe('when the worker ends unexpectedly', () => {
  it('nothing is lost: what was on its way is sent again, exactly once', async () => {
    const client = await start();
    const sent: DecisionRow[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (let index = 0; index < 700; index += 1) {
        const one = now();
        sent.push(one);
        client.record(one);
      }
      const asked = client.query('stats', null).catch((error: unknown) => error);
      await workers.at(-1)?.terminate();
      await asked;
      for (let index = 0; index < 50; index += 1) {
        const one = now();
        sent.push(one);
        client.record(one);
      }
      await vi.waitFor(() => {
        expect(client.queuedRows).toBe(0);
      }, 10_000);
    }
    const { content } = await client.query('requests.export', { filter: {}, format: 'jsonl', limit: 50_000 });
    const found = content
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { requestId: string }).requestId);
    expect(found.reverse()).toEqual(sent.map((row) => row.requestId));
    expect(await lost(client)).toEqual([]);
    expect(onDown).toHaveBeenCalledTimes(4);
  }, 60_000);

  it('questions and reports are refused, recording goes on and is counted beyond the queue', async () => {
    const client = await start();
    client.record(now());
    await client.query('stats', null);
    await workers[0]?.terminate();
    expect(client.state).toBe('down');
    await expect(client.query('requests.list', everything)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(client.report(SERVICE, [])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    for (let index = 0; index < 10_250; index += 1) client.record(now());
    expect(client.warnings().map(({ code }) => code)).toEqual(['LOG_DOWN']);
    await vi.waitFor(async () => {
      expect((await client.stats()).queuedRows).toBe(0);
    }, 15_000);
    const stats = await client.stats();
    expect(stats).toMatchObject({
      rowCount: 10_001,
      lostRows: 250,
      lostByReason: [{ reason: 'queue_full', count: 250 }],
    });
    await client.close();
    expect(await lost(await start())).toEqual([{ reason: 'queue_full', count: 250 }]);
  }, 60_000);
});

describe('when the program is killed', () => {
  it('the next start names a bound that is not below the true loss, and none after an idle moment', async () => {
    const client = await start();
    for (let index = 0; index < 300; index += 1) client.record(now());
    await client.query('stats', null);
    await vi.waitFor(() => {
      expect(client.queuedRows).toBe(0);
    });
    // As after a kill: the mark and the file stay as they are, whatever is in memory is gone.
    const copy = (name: string) => {
      cpMark(directory, name);
    };
    copy('idle');
    for (let index = 0; index < 120; index += 1) client.record(now());
    copy('busy');
    await client.close();
    const boundOf = async (name: string) => {
      restoreMark(directory, name);
      const next = await start();
      const [first] = await lost(next);
      await next.close();
      return first?.count ?? 0;
    };
    expect(await boundOf('idle')).toBe(0);
    const marked = Number(readMark(directory, 'busy').split(' ')[1]);
    expect(marked).toBeGreaterThanOrEqual(420);
    expect(marked).toBeLessThanOrEqual(420 + 2_000);
  });
});

describe('when the file is damaged', () => {
  it('the log starts anew beside it, and says so', async () => {
    const file = join(directory, 'requests.db');
    writeFileSync(file, 'garbage '.repeat(2_000));
    const client = await start();
    client.record(now());
    expect((await client.query('requests.list', everything)).items).toHaveLength(1);
    expect(client.warnings().map(({ code }) => code)).toEqual(['LOG_REPLACED']);
    expect(readdirSync(directory).some((name) => name.startsWith('requests-damaged-'))).toBe(true);
  });
});

describe('closing', () => {
  it('writes what is queued', async () => {
    const client = await start();
    for (let index = 0; index < 4_321; index += 1) client.record(now());
    await client.close();
    expect((await (await start()).stats()).rowCount).toBe(4_321);
  });

  it('answers reports that come too late with a refusal', async () => {
    const client = await start();
    await client.close();
    await expect(client.report(SERVICE, [])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

const markOf = (folder: string) => join(folder, 'requests.mark');
const readMark = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

function cpMark(folder: string, name: string): void {
  copyFileSync(markOf(folder), join(folder, name));
}

function restoreMark(folder: string, name: string): void {
  copyFileSync(join(folder, name), markOf(folder));
}
