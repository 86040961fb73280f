import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RequestId, TimestampMs } from '#contract/ids.ts';
import { createClock } from '#main/platform/clock.ts';
import { DecisionJournal } from '#main/requests/decision-journal.ts';
import type { DecisionRow } from '#main/requests/decision-row.ts';
import { decision, PRINCIPAL } from '#main/requests/log.test-support.ts';

// What logging a decision costs the thread that decides, in processor time of that thread alone, so that other work on the machine
// shows less: `node e2e/bench/record-cost.ts`. Beside it what it would cost to hand the row to another thread as an object.
const ROWS = 100_000;
const ROUNDS = 5;
const KEYS = 1_000;
const START_MS = Date.UTC(2026, 10, 22, 12);

/** Rows as a busy server makes them: texts out of a parsed body, owners that are remembered. */
function makeRows(): readonly DecisionRow[] {
  const principals = Array.from({ length: KEYS }, (_, index) => ({
    ...PRINCIPAL,
    keyName: `Key ${String(index)}`,
  }));
  return Array.from({ length: ROWS }, (_, index) => {
    const { principal: _principal, ...row } = decision({
      requestId: `req_${String(index).padStart(20, 'A')}` as RequestId,
      atMs: (START_MS + Math.floor(index / 50)) as TimestampMs,
      path: `/inventory/items/${String(index)}`,
      latencyUs: 10 + (index % 90) + 0.3,
    });
    const parsed = JSON.parse(JSON.stringify(row)) as Omit<DecisionRow, 'principal'>;
    return { ...parsed, principal: principals[(index * 7_919) % KEYS] ?? null };
  });
}

/** Processor time of this thread, µs. */
function spentUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** ns a row: recording them, so many in each turn of the event loop, less what the turns cost by themselves. */
async function recordCost(rows: readonly DecisionRow[], rowsInTurn: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-record-cost-'));
  const journal = new DecisionJournal({
    folder,
    runId: 'benchmark',
    clock: createClock(),
    bytesMax: Number.MAX_SAFE_INTEGER,
    onWritten: () => undefined,
  });
  const run = async (take: (row: DecisionRow) => void): Promise<number> => {
    const before = spentUs();
    for (let index = 0; index < rows.length; index += rowsInTurn) {
      for (const row of rows.slice(index, index + rowsInTurn)) take(row);
      await turn();
    }
    return spentUs() - before;
  };
  const withJournal = await run((row) => {
    journal.record(row);
  });
  const without = await run(() => undefined);
  journal.close();
  rmSync(folder, { recursive: true });
  return ((withJournal - without) * 1_000) / rows.length;
}

/** ns a row: handing them to a worker as objects, 500 in a message. */
async function messageCost(rows: readonly DecisionRow[]): Promise<number> {
  const listen = `require('node:worker_threads').parentPort.on('message', () => undefined);`;
  const worker = new Worker(listen, { eval: true });
  const before = spentUs();
  for (let index = 0; index < rows.length; index += 500) {
    worker.postMessage(rows.slice(index, index + 500));
    await turn();
  }
  const spent = spentUs() - before;
  await worker.terminate();
  return (spent * 1_000) / rows.length;
}

async function median(measure: () => Promise<number>): Promise<string> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) figures.push(await measure());
  figures.sort((a, b) => a - b);
  const [least = 0, middle = 0] = [figures[0], figures[Math.floor(ROUNDS / 2)]];
  return `${middle.toFixed(0)} ns a row (least ${least.toFixed(0)})`;
}

const rows = makeRows();
for (const rowsInTurn of [1, 5, 20, 50]) {
  const cost = await median(() => recordCost(rows, rowsInTurn));
  console.log(`journal, ${String(rowsInTurn)} in a turn: ${cost}`);
}
console.log(`as objects to a worker: ${await median(() => messageCost(rows))}`);
