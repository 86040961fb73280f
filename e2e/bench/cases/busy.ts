import { join } from 'node:path';
import { atMost, type Figure } from '../figures.ts';
import { fillLog } from '../fill-log.ts';
import { makeStore, type Call, type Latchkey } from '../latchkey.ts';
import { median } from '../load.ts';
import { runOpenLoop } from '../open-loop.ts';
import type { OpenLoopResult } from '../open-loop-client.ts';
import type { Case, CaseOptions } from './case.ts';

/** A service that is asked all day: a load that leaves room, so that what runs beside it shows. */
const PER_SECOND = 5_000;

/** P8: the 99th percentile of verifications while heavy work runs in the same program. */
export const busy: Case = async (options) => {
  const store = await makeStore(options.directory, 1_000);
  const rows = options.isSmoke ? 5_000 : 1_000_000;
  fillLog(join(store.directory, 'requests.db'), rows);
  const latchkey = await store.start('all');
  try {
    const works = {
      [`an export from ${rows.toLocaleString('en')} rows runs`]: exportRequests,
      [`an unindexed search over ${rows.toLocaleString('en')} rows runs`]: searchRequests,
      'a backup runs': (call: Call) => call('backups.create', {}),
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
  work: (call: Call) => Promise<unknown>,
  latchkey: Latchkey,
  { rounds, seconds, isSmoke, say }: CaseOptions,
): Promise<Figure> {
  const p99 = { without: [] as number[], during: [] as number[] };
  let done = 0;
  for (let round = 0; round < rounds; round += 1) {
    const load = { perSecond: isSmoke ? 200 : PER_SECOND, seconds };
    p99.without.push((await runOpenLoop(latchkey.loads.valid, load)).p99);
    p99.during.push((await duringWork(work, latchkey, load, () => (done += 1))).p99);
    say(`  round ${String(round + 1)}  ${what}: p99 ${String(p99.during.at(-1))} µs`);
  }
  const ratios = p99.during.map((value, index) => value / (p99.without[index] ?? Number.NaN));
  return {
    id: 'P8',
    what: `p99 while ${what}, of p99 without`,
    value: median(ratios),
    unit: '×',
    target: atMost(1.5),
    beside: `${String(median(p99.during))} µs; without ${String(median(p99.without))} µs; done ${String(done)} times`,
  };
}

/** The load, with the work repeated until the load is over. */
async function duringWork(
  work: (call: Call) => Promise<unknown>,
  { call, loads }: Latchkey,
  load: Parameters<typeof runOpenLoop>[1],
  onDone: () => void,
): Promise<OpenLoopResult> {
  const state = { isOver: false };
  const repeat = async () => {
    while (!state.isOver) {
      await work(call);
      onDone();
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

async function exportRequests(call: Call): Promise<void> {
  await call('requests.export', { filter: {}, format: 'csv' });
}

/** Nothing has this text in its path: every row is looked at. */
async function searchRequests(call: Call): Promise<void> {
  await call('requests.list', { filter: { pathContains: 'no such path' }, limit: 50 });
}
