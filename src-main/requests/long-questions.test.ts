import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { openRequestsDatabase, openRequestsReader } from '#main/sqlite/requests-database.ts';
import { listRequests } from './list-requests.ts';
import { decision, noPause, NOW, OTHER_PRINCIPAL, PRINCIPAL, SERVICE, write } from './log.test-support.ts';
import { type ClientHouse, now, openClientHouse } from './requests-client.test-support.ts';
import type { RequestsClient } from './requests-client.ts';
import { RequestsStore } from './requests-store.ts';

const ROWS = 12_000;

let house: ClientHouse;

beforeEach(() => {
  house = openClientHouse();
});
afterEach(() => house.close());

/** A client with some rows in its log. */
async function withRows(differs: Parameters<ClientHouse['start']>[0] = {}): Promise<RequestsClient> {
  const client = await house.start(differs);
  for (let index = 0; index < ROWS; index += 1) client.record(now());
  await client.query('log.settled', null);
  return client;
}

/** What an export of everything into a file of this name asks. */
function fileOf(name: string) {
  const path = join(house.directory, name);
  writeFileSync(path, '');
  const input = { filter: {}, format: 'jsonl', columns: null, path, total: null } as const;
  return { input, lines: () => readFileSync(path, 'utf8').split('\n').length - 1 };
}

/** A thread for long questions that stands still in the middle of its first turn until it is let go. */
function standingReader() {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const [entry, store] = ['./requests-worker.ts', './requests-store.ts'].map(
    (path) => new URL(path, import.meta.url).href,
  );
  const createReader = (): Worker =>
    new Worker(
      `import { workerData } from 'node:worker_threads';
       import { RequestsStore } from ${JSON.stringify(store)};
       const { readAgain } = RequestsStore.prototype;
       RequestsStore.prototype.readAgain = function () {
         readAgain.call(this);
         Atomics.store(workerData, 0, 1);
         Atomics.wait(workerData, 1, 0);
       };
       await import(${JSON.stringify(entry)});`,
      { eval: true, workerData: gate },
    );
  return {
    createReader,
    isStanding: () => Atomics.load(gate, 0) === 1,
    letGo: () => {
      Atomics.store(gate, 1, 1);
      Atomics.notify(gate, 1);
    },
  };
}

describe('while a long question is read', () => {
  it('the log is written, reports find their rows, and short questions are answered', async () => {
    const reader = standingReader();
    const client = await withRows({ createReader: reader.createReader });
    const file = fileOf('all.jsonl');
    const exported = client.query('requests.exportFile', file.input);
    try {
      await vi.waitFor(() => {
        expect(reader.isStanding()).toBe(true);
      }, 20_000);
      const one = now();
      client.record(one);
      const report = [{ requestId: one.requestId, responseStatus: 201 }];
      expect(await client.report(SERVICE, report)).toEqual({ accepted: 1, rejected: [] });
      const { items } = await client.query('requests.list', { filter: {}, limit: 1 });
      expect(items).toMatchObject([{ requestId: one.requestId, responseStatus: 201 }]);
      expect(await client.stats()).toMatchObject({ state: 'ok', rowCount: ROWS + 1, queuedRows: 0 });
      expect(file.lines()).toBe(0);
    } finally {
      reader.letGo();
    }
    // What came after the question began is not in a turn that had begun.
    expect(await exported).toBe(ROWS);
    expect(file.lines()).toBe(ROWS);
  }, 60_000);

  it('a cancel reaches its thread: it stops reading, and answers the next question', async () => {
    const client = await withRows();
    const [first, second] = [fileOf('first.jsonl'), fileOf('second.jsonl')];
    const abort = new AbortController();
    const cancelled = client.query('requests.exportFile', first.input, {
      signal: abort.signal,
      tell: (done) => {
        if (done === 0) abort.abort(new Error('Nobody wants it.'));
      },
    });
    await expect(cancelled).rejects.toThrow('Nobody wants it.');
    expect(await client.query('requests.exportFile', second.input)).toBe(ROWS);
    expect(second.lines()).toBe(ROWS);
    expect(first.lines()).toBeLessThan(ROWS);
    // Also about a key that nobody had used when the thread opened the file.
    client.record(now({ principal: OTHER_PRINCIPAL }));
    const filter = { keyId: OTHER_PRINCIPAL.keyId };
    expect(await client.query('requests.exportFile', { ...fileOf('new.jsonl').input, filter })).toBe(1);
    expect(house.readers).toHaveLength(1);
  }, 60_000);

  it('the end of its thread fails it and nothing else; the next one has a new thread', async () => {
    const client = await withRows();
    const file = fileOf('all.jsonl');
    const failed = client.query('requests.exportFile', file.input, {
      tell: () => void house.readers.at(-1)?.terminate(),
    });
    await expect(failed).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(house.onReaderDown).toHaveBeenCalledTimes(1);
    expect(house.onDown).not.toHaveBeenCalled();
    client.record(now());
    expect(await client.stats()).toMatchObject({ state: 'ok', rowCount: ROWS + 1, lostRows: 0 });
    expect(await client.query('requests.exportFile', fileOf('again.jsonl').input)).toBe(ROWS + 1);
    expect(house.readers).toHaveLength(2);
    expect(house.workers).toHaveLength(1);
  }, 60_000);
});

describe('the thread for long questions', () => {
  it('is there only while there are any', async () => {
    const client = await house.start({ readerIdleMs: 10 });
    client.record(now());
    const wanted = { filter: {}, format: 'csv', limit: 10 } as const;
    expect((await client.query('requests.export', wanted)).rowCount).toBe(1);
    // Of a small log the log itself reads all of it sooner.
    expect(house.readers).toHaveLength(0);
    for (let index = 1; index < ROWS; index += 1) client.record(now());
    for (const started of [1, 2]) {
      expect(await client.query('requests.export', wanted)).toMatchObject({ rowCount: 10, truncated: true });
      expect(house.readers).toHaveLength(started);
      await vi.waitFor(() => {
        expect(house.readers.at(-1)?.threadId).toBe(-1);
      }, 10_000);
    }
    expect(house.onReaderDown).not.toHaveBeenCalled();
  }, 60_000);

  it('leaves its questions to the log where it cannot read the file', async () => {
    const client = await withRows();
    const other = new Database(join(house.directory, 'requests.db'));
    other.pragma('user_version = 99');
    other.close();
    for (const name of ['one.jsonl', 'two.jsonl']) {
      expect(await client.query('requests.exportFile', fileOf(name).input)).toBe(ROWS);
    }
    expect(house.readers).toHaveLength(2);
    expect(house.onReaderDown).not.toHaveBeenCalled();
  }, 60_000);

  it('has the log put another file in the place of one that turns out to be damaged', async () => {
    const client = await withRows({
      createReader: () =>
        new Worker(
          `import { parentPort } from 'node:worker_threads';
           parentPort.on('message', ({ kind }) => {
             if (kind === 'query') parentPort.postMessage({ kind: 'unreadable', why: 'SQLITE_CORRUPT' });
           });`,
          { eval: true },
        ),
    });
    const asked = client.query('requests.exportFile', fileOf('all.jsonl').input);
    await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await vi.waitFor(() => {
      expect(client.warnings().map(({ code }) => code)).toContain('LOG_REPLACED');
    }, 10_000);
  }, 60_000);

  it('goes on with a search where the log left it: no row twice, and none left out', async () => {
    const client = await house.start();
    const wanted: string[] = [];
    for (let index = 0; index < 60_000; index += 1) {
      const one = now({ path: index % 500 === 0 ? '/needle' : '/hay' });
      if (index % 500 === 0) wanted.push(one.requestId);
      client.record(one);
    }
    await client.query('log.settled', null);
    const { items, nextCursor } = await client.query('requests.list', {
      filter: { pathContains: 'needle' },
      limit: 200,
    });
    expect(items.map(({ requestId }) => requestId)).toEqual(wanted.reverse());
    expect(nextCursor).toBeNull();
  }, 60_000);
});

describe('a store beside the log', () => {
  it('finds rows that only the memory of the log counts, and those of keys that came after it was opened', async () => {
    const file = join(house.directory, 'beside.db');
    const log = RequestsStore.over(openRequestsDatabase(file));
    const rows = (count: number, principal = PRINCIPAL) =>
      write(
        log,
        Array.from({ length: count }, () => decision({ principal })),
      );
    rows(20);
    for (const _step of log.rollups.fold());
    rows(10);
    const reader = openRequestsReader(file);
    const beside = RequestsStore.beside(reader.db);
    const found = async (keyId: KeyId) => {
      beside.readAgain();
      beside.forgetNames();
      return (await listRequests(beside, { filter: { keyId }, limit: 100 }, noPause)).items.length;
    };
    expect(await found(PRINCIPAL.keyId)).toBe(30);
    rows(5, OTHER_PRINCIPAL);
    expect(await found(OTHER_PRINCIPAL.keyId)).toBe(5);
    for (const _step of log.rollups.fold());
    rows(1);
    expect(await found(PRINCIPAL.keyId)).toBe(31);
    expect(() => {
      write(beside, [decision({ atMs: NOW })]);
    }).toThrow(/readonly/);
    reader.db.close();
    log.close();
  });
});
