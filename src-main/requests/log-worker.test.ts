import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { createClock } from '#main/platform/clock.ts';
import { DecisionJournal } from './decision-journal.ts';
import type { DecisionRow } from './decision-row.ts';
import { LogWorker } from './log-worker.ts';
import { decision, NOW, PRINCIPAL, report, RETENTION } from './log.test-support.ts';
import type { Caution, FromWorker } from './requests-messages.ts';

let directory: string;
let journal: DecisionJournal;
let posted: FromWorker[];
let worker: LogWorker;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-log-worker-'));
  begin('run-0001');
});
afterEach(() => {
  worker.handle({ kind: 'close', lost: [] });
  journal.close();
  rmSync(directory, { recursive: true });
});

const folder = () => join(directory, 'requests.journal');
const journalFiles = () => readdirSync(folder());

/** A new run of the program. */
function begin(runId: string): void {
  journal = new DecisionJournal({
    folder: folder(),
    runId,
    clock: createClock(),
    onWritten: () => undefined,
  });
  openWorker(runId);
}

/** Nothing here asks for what stands above the log. */
const notAsked = () => Promise.reject(new Error('not asked'));
const NO_LONG_ANSWERS = { 'replay.run': notAsked, 'replay.suggest': notAsked, 'store.inspect': notAsked };

function openWorker(runId = 'run-0001', caution: Caution = 'none'): void {
  posted = [];
  worker = new LogWorker((message) => {
    posted.push(message);
  }, NO_LONG_ANSWERS);
  worker.handle({
    kind: 'open',
    file: join(directory, 'requests.db'),
    journal: folder(),
    runId,
    limit: journal.limit,
    caution,
    nowMs: NOW,
    hadLog: false,
    retention: RETENTION,
  });
}

function endWorker(): void {
  worker.handle({ kind: 'close', lost: [] });
}

/** Goes on with what a kill of the process would leave now. Another process copies it, so that our locks stay. */
function kill(): void {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-log-worker-'));
  spawnSync('cp', ['-a', `${directory}/.`, copy]);
  endWorker();
  journal.close();
  rmSync(directory, { recursive: true });
  directory = copy;
}

function record(...rows: readonly DecisionRow[]): void {
  for (const row of rows) journal.record(row);
  journal.flush();
}

function tell(): void {
  const { limit } = journal;
  if (limit !== null) worker.handle({ kind: 'advance', limit, nowMs: NOW });
}

const of = <Kind extends FromWorker['kind']>(kind: Kind) =>
  posted.filter((message): message is Extract<FromWorker, { kind: Kind }> => message.kind === kind);

async function ask(name: 'stats' | 'requests.list') {
  const question =
    name === 'stats' ? { name, input: null } : ({ name, input: { filter: {}, limit: 500 } } as const);
  worker.handle({ kind: 'query', id: 1, nowMs: NOW, question });
  await vi.waitFor(() => {
    expect(of('answer')).not.toEqual([]);
  });
  const answer = of('answer').at(-1)?.answer;
  posted = posted.filter(({ kind }) => kind !== 'answer');
  return answer;
}

const listed = async () => {
  const { items } = (await ask('requests.list')) as { items: readonly { requestId: string }[] };
  return items.map(({ requestId }) => requestId).reverse();
};
const ids = (rows: readonly DecisionRow[]) => rows.map(({ requestId }) => requestId);
const many = (count: number) => Array.from({ length: count }, () => decision());
const bad = () => decision({ principal: { ...PRINCIPAL, keyId: 'badbadbadbad' as KeyId } });

/** From now on the file refuses the rows of `bad`. */
function refuseBadRows(): void {
  endWorker();
  const database = new Database(join(directory, 'requests.db'));
  database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON principals WHEN NEW.key_id = 'badbadbadbad'
    BEGIN SELECT RAISE(ABORT, 'A row that cannot be stored.'); END`);
  database.close();
  openWorker();
}

describe('the worker', () => {
  it('answers a question after all that it was told of before', async () => {
    record(decision());
    tell();
    record(decision(), decision());
    tell();
    expect(await ask('stats')).toMatchObject({ rowCount: 3 });
  });

  it('stores by itself what it is told of, and no more than that', async () => {
    record(decision());
    tell();
    record(decision());
    await vi.waitFor(() => {
      expect(of('stored')).toHaveLength(1);
    });
    expect(await ask('stats')).toMatchObject({ rowCount: 1 });
  });

  it('answers each report by its number, after the decisions recorded before it', async () => {
    const one = decision();
    record(one);
    journal.report(report([{ requestId: one.requestId, responseStatus: 200 }]));
    journal.report(report([{ requestId: decision().requestId, responseStatus: 200 }]));
    tell();
    await vi.waitFor(() => {
      expect(of('stored').flatMap(({ replies }) => replies)).toMatchObject([
        { number: 1, answer: { accepted: 1, rejected: [] } },
        { number: 2, answer: { accepted: 0, rejected: [{ code: 'UNKNOWN_REQUEST' }] } },
      ]);
    });
  });

  it('removes old rows between transactions when it is told to sweep', async () => {
    const old = Array.from({ length: 5_000 }, () =>
      decision({ atMs: (NOW - 40 * 86_400_000) as typeof NOW }),
    );
    record(...old, decision());
    tell();
    expect(await ask('stats')).toMatchObject({ rowCount: 5_001 });
    worker.handle({ kind: 'sweep', nowMs: NOW });
    await vi.waitFor(async () => {
      expect(await ask('stats')).toMatchObject({ rowCount: 1 });
    });
  });
});

describe('a row that cannot be stored', () => {
  it('is counted and remembered; every other row of its transaction is stored, in order', async () => {
    refuseBadRows();
    const [before, after] = [many(20), many(20)];
    record(...before, bad(), ...after);
    tell();
    expect(await listed()).toEqual(ids([...before, ...after]));
    const lost = { rowCount: 40, lostByReason: [{ reason: 'write_failed', count: 1 }] };
    expect(await ask('stats')).toMatchObject(lost);
    kill();
    begin('run-0002');
    expect(await ask('stats')).toMatchObject(lost);
  });
});

describe('what an earlier run left in the journal', () => {
  it('is in the log before the worker is ready, each row once, however the run ended', async () => {
    const rows = many(30);
    record(...rows.slice(0, 10));
    tell();
    await ask('stats');
    record(...rows.slice(10));
    // The worker knew of ten rows only; the next run reads the segment to its end.
    kill();
    begin('run-0002');
    expect(of('ready')).toHaveLength(1);
    expect(await listed()).toEqual(ids(rows));
    const more = many(5);
    record(...more);
    tell();
    expect(await listed()).toEqual(ids([...rows, ...more]));
    expect(of('warning')).toEqual([]);
  });

  it('is restored with it: quotas and last uses', () => {
    const { keyId } = decision().principal ?? { keyId: '' };
    const quota = {
      ownerId: keyId,
      period: 'day',
      periodStartMs: NOW,
      used: 7,
      limit: 9,
      notice: null,
    } as const;
    record(decision({ quota }));
    kill();
    begin('run-0002');
    expect(of('ready')[0]?.restored.quotas).toMatchObject([{ ownerId: keyId, used: 7 }]);
    expect(of('ready')[0]?.restored.keys).toMatchObject([{ keyId, atMs: NOW }]);
  });

  it('answers nobody: its reports are stored, their senders are gone', async () => {
    const one = decision();
    record(one);
    journal.report(report([{ requestId: one.requestId, responseStatus: 503 }]));
    kill();
    begin('run-0002');
    expect(of('stored').flatMap(({ replies }) => replies)).toEqual([]);
    const { items } = (await ask('requests.list')) as { items: readonly object[] };
    expect(items).toMatchObject([{ requestId: one.requestId, responseStatus: 503 }]);
  });

  it('is deleted from the disk when a later segment is stored, and all of it at a clean end', async () => {
    record(decision());
    kill();
    begin('run-0002');
    expect(journalFiles()).toEqual(['000000000001-run-0001.journal']);
    record(decision());
    tell();
    await ask('stats');
    expect(journalFiles()).toEqual(['000000000002-run-0002.journal']);
    endWorker();
    expect(journalFiles()).toEqual([]);
  });

  it('is taken whole into a log that was put in the place of the former one', async () => {
    const rows = many(3);
    record(...rows);
    tell();
    expect(await listed()).toEqual(ids(rows));
    kill();
    for (const name of readdirSync(directory)) {
      if (name.startsWith('requests.db')) rmSync(join(directory, name));
    }
    begin('run-0002');
    expect(await listed()).toEqual(ids(rows));
  });
});

describe('a journal that cannot be read', () => {
  it('costs the decisions in it, counted to the row; the rest of the run is stored', async () => {
    record(...many(5));
    const { segment = '' } = journal.limit ?? {};
    const file = await open(join(folder(), segment), 'r+');
    await file.write(Buffer.alloc(40, 0xa5), 0, 40, 100);
    await file.close();
    tell();
    const { lostByReason } = (await ask('stats')) as { lostByReason: readonly object[] };
    expect(lostByReason).toEqual([{ reason: 'journal_damaged', count: 5 }]);
    expect(of('damaged')).toEqual([{ kind: 'damaged', segment }]);
    expect(of('warning').map(({ warning }) => warning.code)).toEqual(['LOG_JOURNAL_DAMAGED']);
    journal.beginSegment(segment);
    const later = many(2);
    record(...later);
    tell();
    expect(await listed()).toEqual(ids(later));
  });
});

describe('a record that ended workers', () => {
  it('is left out alone and counted', async () => {
    endWorker();
    const rows = many(6);
    record(...rows);
    openWorker('run-0001', 'skip');
    expect(await listed()).toEqual(ids(rows.slice(1)));
    expect(await ask('stats')).toMatchObject({ lostByReason: [{ reason: 'worker_crash', count: 1 }] });
  });

  it('is found by storing records one by one: what stands before it is stored for good', () => {
    endWorker();
    const rows = many(3);
    record(...rows);
    openWorker('run-0001', 'singly');
    const { segment = '', offset } = journal.limit ?? {};
    expect(of('opened')).toEqual([{ kind: 'opened', position: null }]);
    expect(of('stored').map(({ position }) => position)).toEqual([
      { segment, offset: 0, index: 1 },
      { segment, offset: 0, index: 2 },
      { segment, offset, index: 0 },
    ]);
    endWorker();
  });
});

describe('damage of the log that is found after the start', () => {
  it('moves the file aside and goes on with a new one', async () => {
    record(...many(2_000));
    tell();
    endWorker();
    journal.close();
    const path = join(directory, readdirSync(directory).find((name) => name.endsWith('.db')) ?? '');
    const damaged = await open(path, 'r+');
    // Rows in the middle: what is looked at first stays readable.
    await damaged.write(Buffer.alloc(8_192, 0xa5), 0, 8_192, 40 * 4_096);
    await damaged.close();
    begin('run-0002');
    await vi.waitFor(() => {
      expect(of('warning').map(({ warning }) => warning.code)).toEqual(['LOG_REPLACED']);
    });
    expect(of('replaced')).toHaveLength(1);
    record(decision());
    tell();
    expect(await ask('stats')).toMatchObject({ rowCount: 1 });
    expect(readdirSync(directory).some((name) => name.startsWith('requests-damaged-'))).toBe(true);
  });
});
