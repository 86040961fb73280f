import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requestId, timestampMs } from '#contract/ids.ts';
import { encodeBase62Fixed } from '#main/domain/base62.ts';
import { createClock } from '#main/platform/clock.ts';
import { DecisionJournal } from '#main/requests/decision-journal.ts';
import type { DecisionRow } from '#main/requests/decision-row.ts';
import { JournalIntake } from '#main/requests/journal-intake.ts';
import { listRequests } from '#main/requests/list-requests.ts';
import { walBytes } from '#main/requests/open-log.ts';
import { RequestsStore } from '#main/requests/requests-store.ts';
import { sweepLog } from '#main/requests/sweep-log.ts';
import { usageSeries } from '#main/requests/usage-series.ts';
import { usageSummary } from '#main/requests/usage-summary.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import { DecisionSource } from './log-decisions.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const REPEATS = 25;
/** Decisions of one turn of the event loop, which are one write to the journal. */
const TURN_ROWS = 20;
/** Rows at the end that no fold has put into the file yet: nearly as many as there can be. */
const OPEN_ROWS = 400_000;

/** Fills a request log through the code that the worker runs, and measures it: `node e2e/bench/log-store.ts --rows 1000000`.
 *  Times of writing are processor time of this thread and wall time, from the journal to roll-ups in the file; making the decisions
 *  and writing the journal are not counted. */
const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    keys: { type: 'string', default: '1000' },
    /** Rows of one transaction. */
    batch: { type: 'string', default: '4000' },
    /** Share of the rows that the busiest key has; the others share the rest evenly. */
    busiest: { type: 'string', default: '0.1' },
    /** How densely the rows lie: by default as many in a day as the targets speak of. */
    'rows-per-day': { type: 'string', default: '1430000' },
    /** Rows that go through the journal and are measured; the others go straight into the file. All unless told. */
    'measured-rows': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(flags.rows);
const measuredRows = Math.min(rows, Number(flags['measured-rows'] ?? rows));
const firstMs = Date.UTC(2026, 0, 1);
const endMs = firstMs + Math.ceil((rows / Number(flags['rows-per-day'])) * DAY_MS);
const directory = mkdtempSync(join(tmpdir(), 'latchkey-log-store-'));
const file = join(directory, 'requests.db');
try {
  const figures = await measure();
  if (flags.json) console.log(JSON.stringify({ rows, keys: Number(flags.keys), figures }, null, 2));
  else console.table(figures);
} finally {
  rmSync(directory, { recursive: true });
}

async function measure(): Promise<Record<string, number>> {
  const source = new DecisionSource({ keys: Number(flags.keys), busiestShare: Number(flags.busiest) });
  let store = RequestsStore.over(openRequestsDatabase(file));
  const writing = fill(store, source);
  const range = { from: timestampMs.parse(endMs - DAY_MS), to: timestampMs.parse(endMs) };
  const chartOf = (filter: object) => () => {
    usageSeries(store, { ...range, bucketMs: MINUTE_MS, ...filter });
  };
  const unfolded = await repeated('chartUnfolded', chartOf({ keyId: source.keyId(0) }));
  const closing = timed(() => {
    store.close();
  });
  const opening = timed(() => {
    store = RequestsStore.over(openRequestsDatabase(file));
  });
  const page = async () => void (await listRequests(store, { filter: {}, limit: 100 }, noPause));
  const rare = async () =>
    void (await listRequests(store, { filter: { keyId: source.keyId(1) }, limit: 100 }, noPause));
  const longest = { ms: 0 };
  const search = async () =>
    void (await listRequests(store, { filter: { pathContains: '/never' }, limit: 100 }, watched(longest)));
  const figures = {
    ...writing,
    bytesPerRow: round((statSync(file).size + walBytes(file)) / rows),
    closeMs: closing,
    openMs: opening,
    ...unfolded,
    ...(await repeated('chartBusiestKey', chartOf({ keyId: source.keyId(0) }))),
    ...(await repeated('chartOtherKey', chartOf({ keyId: source.keyId(1) }))),
    ...(await repeated('chartEverything', chartOf({}))),
    ...(await repeated('summary', async () => void (await usageSummary(store, range, endMs, noPause)))),
    ...(await repeated('firstPage', page)),
    ...(await repeated('firstPageOfKey', rare)),
    searchWholeLogMs: await timedAsync(search),
    searchLongestTurnMs: round(longest.ms),
  };
  const [oldest] = store.db.rows.days.oldestFirst();
  const dayRows = oldest === undefined ? 0 : store.db.rows.days.rowsOf(oldest);
  const dropping = dropOldest(store);
  store.close();
  return { ...figures, dayRows, ...dropping };
}

/** Removes the oldest day as retention does, in steps between which the worker does other work: the longest of them, and all. */
function dropOldest(store: RequestsStore): Record<string, number> {
  const retention = {
    requestRetentionDays: 1,
    requestStoreMbMax: 1e6,
    minuteRollupDays: 1e4,
    hourRollupDays: 1e4,
  };
  const [oldest = 0, ...others] = store.db.rows.days.oldestFirst();
  const nowMs = (oldest + 2) * DAY_MS;
  const sweep = sweepLog({ store, retention, nowMs, walBytes: () => 0 });
  const steps: number[] = [];
  let isOver = false;
  // Giving pages back to the file system comes after it, in steps of its own.
  while (!isOver && store.db.rows.days.has(oldest)) {
    steps.push(timed(() => (isOver = sweep.next().done === true)));
  }
  if (store.db.rows.days.oldestFirst().length !== others.length) throw new Error('The day was not dropped.');
  return {
    dropDayMs: Math.max(...steps),
    dropDayTotalMs: round(steps.reduce((sum, ms) => sum + ms, 0)),
  };
}

/** Leaves the last OPEN_ROWS of many rows unfolded. */
function fill(store: RequestsStore, source: DecisionSource): Record<string, number> {
  const batchRows = Number(flags.batch);
  const { journal, intake } = openJournal(store);
  const storing = { rows: 0, wallMs: 0, cpuMs: 0, longestMs: 0 };
  const folding = { rows: 0, wallMs: 0, cpuMs: 0, longestMs: 0 };
  for (let start = 0; start < rows; start += batchRows) {
    const decisions = decisionsFrom(source, start, Math.min(rows, start + batchRows));
    if (start >= measuredRows) store.write([{ decisions, reports: [], lost: [] }], endMs);
    else {
      writeJournal(journal, decisions);
      spend(storing, decisions.length, () => {
        while (intake.step(store, journal.limit, endMs).kind === 'stored');
      });
      journal.stored(journal.written.bytes);
    }
    if (!isFoldWanted(store, start)) continue;
    spend(folding, store.rollups.openEvents, () => {
      for (const _step of store.rollups.fold());
    });
  }
  journal.close();
  intake.removeAll();
  const perRow = (of: 'wallMs' | 'cpuMs') =>
    round((storing[of] * 1_000) / storing.rows + (folding[of] * 1_000) / folding.rows);
  return {
    rows,
    writeUsPerRow: perRow('wallMs'),
    writeCpuUsPerRow: perRow('cpuMs'),
    foldCpuUsPerRow: round((folding.cpuMs * 1_000) / folding.rows),
    longestBatchMs: round(storing.longestMs),
  };
}

/** Adds what work on so many rows took. */
function spend(
  on: { rows: number; wallMs: number; cpuMs: number; longestMs: number },
  workRows: number,
  work: () => void,
): void {
  const before = process.threadCpuUsage();
  const ms = timed(work);
  const { user, system } = process.threadCpuUsage(before);
  on.rows += workRows;
  on.wallMs += ms;
  on.cpuMs += (user + system) / 1_000;
  on.longestMs = Math.max(on.longestMs, ms);
}

/** When it is due, and once so that OPEN_ROWS are left at the end. */
function isFoldWanted({ rollups }: RequestsStore, start: number): boolean {
  const left = rows - start - Number(flags.batch);
  if (left < OPEN_ROWS) return false;
  return rollups.isFoldDue || left < OPEN_ROWS + Number(flags.batch);
}

function decisionsFrom(source: DecisionSource, from: number, to: number): DecisionRow[] {
  const stepMs = (endMs - firstMs) / rows;
  return Array.from({ length: to - from }, (_none, index) => {
    const row = from + index;
    const atMs = Math.floor(firstMs + row * stepMs);
    const chance = encodeBase62Fixed(row * 7_919, 12);
    const id = requestId.parse(`req_${encodeBase62Fixed(atMs, 8)}${chance}`);
    return source.next(timestampMs.parse(atMs), id);
  });
}

function writeJournal(journal: DecisionJournal, decisions: readonly DecisionRow[]): void {
  decisions.forEach((decision, index) => {
    journal.record(decision);
    if (index % TURN_ROWS === 0) journal.flush();
  });
  journal.flush();
}

function openJournal(store: RequestsStore) {
  const place = { folder: join(directory, 'requests.journal'), runId: 'benchmark' };
  const intake = new JournalIntake({ ...place, onTorn: unexpected, onDamaged: unexpected });
  intake.open(store);
  const journal = new DecisionJournal({ ...place, clock: createClock(), onWritten: () => undefined });
  return { journal, intake };
}

function unexpected(): never {
  throw new Error('The journal cannot be read.');
}

async function repeated(name: string, run: () => void | Promise<void>): Promise<Record<string, number>> {
  const times: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) times.push(await timedAsync(run));
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0;
  return { [`${name}P50Ms`]: at(0.5), [`${name}P95Ms`]: at(0.95) };
}

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return round(performance.now() - start);
}

async function timedAsync(run: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return round(performance.now() - start);
}

function noPause(): Promise<void> {
  return Promise.resolve();
}

/** A pause that notes how long nobody else had a turn. */
function watched(longest: { ms: number }): () => Promise<void> {
  let since = performance.now();
  return () => {
    longest.ms = Math.max(longest.ms, performance.now() - since);
    since = performance.now();
    return Promise.resolve();
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
