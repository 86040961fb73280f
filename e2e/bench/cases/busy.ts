import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobId, KeyId } from '#contract/ids.ts';
import { REPLAY_KEYS_MAX } from '#contract/replay.ts';
import { parseKey } from '#main/domain/key-format.ts';
import { atMost, type Figure } from '../figures.ts';
import { fillLog } from '../fill-log.ts';
import { makeStore, type Call, type Latchkey } from '../latchkey.ts';
import { median } from '../load.ts';
import { runOpenLoop } from '../open-loop.ts';
import type { OpenLoopResult } from '../open-loop-client.ts';
import { untilHabitsAreRead } from '../until-habits-are-read.ts';
import type { Case, CaseOptions } from './case.ts';

/** What a team has: also what a backup has to copy. */
const KEYS = 10_000;
/** A service that is asked all day: a load that leaves room, so that what runs beside it shows. */
const PER_SECOND = 5_000;
const LOOK_AT_JOB_MS = 100;

/** Heavy work, once. */
type Work = (call: Call) => Promise<unknown>;

/** P8: the 99th percentile of verifications while heavy work runs in the same program. */
export const busy: Case = async (options) => {
  const store = await makeStore(options.directory, KEYS);
  const rows = options.isSmoke ? 5_000 : 1_000_000;
  // As many as a replay takes at once: it decides every row.
  const keyIds = store.secrets.slice(0, REPLAY_KEYS_MAX).map(keyIdOf);
  fillLog(join(store.directory, 'requests.db'), rows, keyIds);
  const latchkey = await store.start('all');
  try {
    await untilHabitsAreRead(latchkey.call);
    const many = rows.toLocaleString('en');
    const works: Readonly<Record<string, Work>> = {
      [`an export of ${many} rows runs`]: exportRequests,
      [`a replay of ${many} rows runs`]: replayOf(keyIds),
      [`an unindexed search over ${many} rows runs`]: searchRequests,
      'one backup after the other runs': (call) => call('backups.create', {}),
    };
    const results: Figure[] = [];
    for (const [what, work] of Object.entries(works)) {
      results.push(await besideWork(what, work, latchkey, options));
    }
    return results;
  } finally {
    await latchkey.server.stop();
  }
};

async function besideWork(
  what: string,
  work: Work,
  latchkey: Latchkey,
  { rounds, seconds, isSmoke, say }: CaseOptions,
): Promise<Figure> {
  const p99 = { without: [] as number[], during: [] as number[] };
  let done = 0;
  for (let round = 0; round < rounds; round += 1) {
    const load = { perSecond: isSmoke ? 200 : PER_SECOND, seconds };
    p99.without.push((await runOpenLoop(latchkey.loads.valid, load)).p99);
    p99.during.push((await duringWork(work, latchkey, load, () => (done += 1))).p99);
    const [during, without] = [String(p99.during.at(-1)), String(p99.without.at(-1))];
    say(`  round ${String(round + 1)}  ${what}: p99 ${during} µs, without ${without} µs`);
  }
  const ratios = p99.during.map((value, index) => value / (p99.without[index] ?? Number.NaN));
  return {
    id: 'P8',
    what: `p99 while ${what}, of p99 without`,
    value: median(ratios),
    unit: '×',
    target: atMost(1.5),
    beside: `${String(median(p99.during))} µs; without ${String(median(p99.without))} µs; begun ${String(done)} times`,
  };
}

/** The load, with the work repeated until the load is over. */
async function duringWork(
  work: Work,
  { call, loads }: Latchkey,
  load: Parameters<typeof runOpenLoop>[1],
  onBegin: () => void,
): Promise<OpenLoopResult> {
  const state = { isOver: false };
  const repeat = async () => {
    while (!state.isOver) {
      onBegin();
      await work(call);
    }
  };
  const repeating = repeat();
  try {
    return await runOpenLoop(loads.valid, load);
  } finally {
    state.isOver = true;
    await repeating;
  }
}

const exportRequests: Work = async (call) => {
  const { jobId } = await call('requests.startExport', { filter: {}, format: 'csv' });
  await untilDone(call, jobId);
};

/** Another limit: each request is counted again, under the limits as they are and as they would be. */
function replayOf(keyIds: readonly KeyId[]): Work {
  return async (call) => {
    const draft = { rateLimit: { limit: 10, windowMs: 60_000 } };
    const { jobId } = await call('replay.start', { keyIds, days: 7, draft });
    await untilDone(call, jobId);
  };
}

/** Throws when the job fails. */
async function untilDone(call: Call, jobId: JobId): Promise<void> {
  for (;;) {
    const { items } = await call('jobs.list', {});
    const job = items.find((one) => one.jobId === jobId);
    if (job === undefined) throw new Error('The job is not listed.');
    if (job.state === 'done') return;
    if (job.state === 'failed') throw new Error(`${job.title}: ${job.problem ?? ''}`);
    await wait(LOOK_AT_JOB_MS);
  }
}

/** Nothing has this text in its path: every row is looked at. */
async function searchRequests(call: Call): Promise<void> {
  await call('requests.list', { filter: { pathContains: 'no such path' }, limit: 50 });
}

function keyIdOf(secret: string): KeyId {
  const key = parseKey(secret);
  if (key.kind !== 'key') throw new Error('The store made a key that is none.');
  return key.keyId;
}
