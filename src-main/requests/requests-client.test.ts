import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import type { DecisionRow } from './decision-row.ts';
import { PRINCIPAL, SERVICE } from './log.test-support.ts';
import {
  type ClientHouse,
  CLOCK,
  EVERYTHING,
  lost,
  now,
  openClientHouse,
} from './requests-client.test-support.ts';
import { RequestsClient } from './requests-client.ts';

let house: ClientHouse;
let start: ClientHouse['start'];

beforeEach(() => {
  house = openClientHouse();
  ({ start } = house);
});
afterEach(() => house.close());

describe('the log', () => {
  it('shows a decision right after it was recorded, and has it after a restart', async () => {
    const client = await start();
    const one = now();
    client.record(one);
    expect((await client.query('requests.list', EVERYTHING)).items.map((row) => row.requestId)).toEqual([
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
      expect(house.onChange).toHaveBeenCalledTimes(1);
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
    const file = join(house.directory, 'requests.db');
    const newer = new Database(file);
    newer.pragma('user_version = 99');
    newer.close();
    const before = readFileSync(file);
    await expect(start()).rejects.toMatchObject({
      name: 'StartError',
      exitCode: 4,
      message: expect.stringContaining('newer'),
    });
    expect(house.onDown).not.toHaveBeenCalled();
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
      to: CLOCK.nowMs(),
      bucketMs: 60_000,
    });
    await expect(asked).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE' });
  });
});

describe('when the worker ends unexpectedly', () => {
  it('nothing is lost: the next one goes on in the journal where the log is, exactly once', async () => {
    const client = await start();
    const sent: DecisionRow[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (let index = 0; index < 700; index += 1) {
        const one = now();
        sent.push(one);
        client.record(one);
      }
      const asked = client.query('stats', null).catch((error: unknown) => error);
      await house.workers.at(-1)?.terminate();
      await asked;
      for (let index = 0; index < 50; index += 1) {
        const one = now();
        sent.push(one);
        client.record(one);
      }
      await vi.waitFor(() => {
        expect(client.queuedRows).toBe(0);
      }, 20_000);
    }
    // The last worker may just be starting.
    const { content } = await vi.waitFor(
      () => client.query('requests.export', { filter: {}, format: 'jsonl', limit: 50_000 }),
      20_000,
    );
    const found = content
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { requestId: string }).requestId);
    expect(found.reverse()).toEqual(sent.map((row) => row.requestId));
    expect(await lost(client)).toEqual([]);
    expect(house.onDown).toHaveBeenCalledTimes(4);
  }, 60_000);

  it('questions and reports are refused, recording goes on, and answers are sent; what is beyond the journal is counted', async () => {
    const client = await start({ journalBytesMax: 40_000 });
    client.record(now());
    await client.query('stats', null);
    await house.workers[0]?.terminate();
    expect(client.state).toBe('down');
    await expect(client.query('requests.list', EVERYTHING)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(client.report(SERVICE, [])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    let answered = 0;
    for (let index = 0; index < 1_000; index += 1) {
      client.record(now());
      client.whenRecorded(() => (answered += 1));
      if (index % 10 === 0) await new Promise(setImmediate);
    }
    await new Promise(setImmediate);
    expect(answered).toBe(1_000);
    expect(client.warnings().map(({ code }) => code)).toEqual(['LOG_DOWN']);
    await vi.waitFor(async () => {
      expect(await client.stats()).toMatchObject({ queuedRows: 0, state: 'ok' });
    }, 30_000);
    const { rowCount, lostByReason } = await client.stats();
    expect(rowCount).toBeGreaterThan(100);
    expect(rowCount).toBeLessThan(900);
    const counted = [{ reason: 'queue_full', count: 1_001 - rowCount }];
    expect(lostByReason).toEqual(counted);
    await client.close();
    expect(await lost(await start())).toEqual(counted);
  }, 60_000);

  it('reports that were on their way are answered by the next worker, or refused when they are in the log already', async () => {
    const client = await start();
    for (let round = 0; round < 6; round += 1) {
      const one = now();
      client.record(one);
      const answers = [1, 2, 3].map(() =>
        client.report(SERVICE, [{ requestId: one.requestId, responseStatus: 200 }]).then(
          ({ accepted }) => accepted,
          (error: { code: string }) => error.code,
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, round * 2));
      await house.workers.at(-1)?.terminate();
      for (const answer of await Promise.all(answers)) expect([1, 'UNAVAILABLE']).toContain(answer);
      await vi.waitFor(() => {
        expect(client.state).toBe('ok');
      }, 20_000);
      const row = await client.query('requests.get', { requestId: one.requestId });
      expect(row).toMatchObject({ responseStatus: 200 });
    }
  }, 60_000);
});

describe('when the file is damaged', () => {
  it('the log starts anew beside it, and says so', async () => {
    const file = join(house.directory, 'requests.db');
    writeFileSync(file, 'garbage '.repeat(2_000));
    const client = await start();
    client.record(now());
    expect((await client.query('requests.list', EVERYTHING)).items).toHaveLength(1);
    expect(client.warnings().map(({ code }) => code)).toEqual(['LOG_REPLACED']);
    expect(readdirSync(house.directory).some((name) => name.startsWith('requests-damaged-'))).toBe(true);
  });
});

describe('closing', () => {
  it('writes what is queued', async () => {
    const client = await start();
    for (let index = 0; index < 4_321; index += 1) client.record(now());
    await client.close();
    expect(readdirSync(join(house.directory, 'requests.journal'))).toEqual([]);
    expect((await (await start()).stats()).rowCount).toBe(4_321);
  });

  it('loses nothing when the worker does not end in time: the next start takes it in', async () => {
    const client = await start({
      createWorker: () => new Worker('setInterval(() => {}, 1_000)', { eval: true }),
    }).catch((error: unknown) => error);
    expect(client).toBeInstanceOf(RequestsClient);
    if (!(client instanceof RequestsClient)) return;
    for (let index = 0; index < 321; index += 1) client.record(now());
    await client.close();
    expect(await (await start()).stats()).toMatchObject({ rowCount: 321, lostRows: 0 });
  }, 30_000);

  it('answers reports that come too late with a refusal', async () => {
    const client = await start();
    await client.close();
    await expect(client.report(SERVICE, [])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
