import type { SeededTrade } from '../../seed-trade.ts';
import { OPERATIONS } from '../admin-operations.ts';
import { breakCommand, type BrokenCommand } from '../break-commands.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { DiskFault, FaultyDisk } from '../native-shim.ts';
import type { Program } from '../program.ts';
import { seededRandom } from '../seeded-random.ts';
import { startProgram, type RunningProgram } from '../start-program.ts';
import { startOnFaultyDisk } from '../worlds/faulty-server.ts';

interface Stand {
  readonly disk: FaultyDisk;
  readonly seed: SeededTrade;
  readonly server: () => RunningProgram;
  readonly restart: () => Promise<RunningProgram>;
  readonly tally: Tally;
  readonly run: (operation: number, fault: DiskFault) => Promise<BrokenCommand>;
}

interface Tally {
  met: number;
  restarts: number;
  readonly replies: Record<string, number>;
  readonly contradictions: string[];
}

async function setUp(work: Workbench, program: Program): Promise<Stand> {
  const { disk, start, seed, server: first } = await startOnFaultyDisk(work, program);
  let server = first;
  const tally: Tally = { met: 0, restarts: 0, replies: {}, contradictions: [] };
  let number = 0;
  const restart = async (): Promise<RunningProgram> => {
    await server.end('SIGKILL');
    server = await startProgram(work, start);
    tally.restarts += 1;
    return server;
  };
  const run = async (operation: number, fault: DiskFault): Promise<BrokenCommand> => {
    const prepare = OPERATIONS[operation % OPERATIONS.length];
    if (prepare === undefined) throw new Error('No operation.');
    number += 1;
    const broken = await breakCommand({
      server,
      disk,
      seed,
      prepare,
      fault,
      unique: `u${String(number)}`,
      restart,
    });
    if (broken.isMet) {
      tally.met += 1;
      tally.replies[broken.reply] = (tally.replies[broken.reply] ?? 0) + 1;
    }
    tally.contradictions.push(...broken.contradictions);
    return broken;
  };
  return { disk, seed, server: () => server, restart, tally, run };
}

/** The store as it is in the end: starts, and the trail is whole. */
async function figureOf({ tally, restart }: Stand, least: number): Promise<Figure> {
  const server = await restart();
  const trail = await server.call('audit.verify', {});
  const { met, replies, contradictions, restarts } = tally;
  const shown = Object.entries(replies)
    .map(([code, count]) => `${code} ${String(count)}`)
    .join(', ');
  return {
    reached: `${String(contradictions.length)} contradictions in ${String(met)} faults (${shown}; ${String(restarts)} restarts), trail ${trail.ok ? 'whole' : 'broken'}${contradictions.length > 0 ? `; first: ${String(contradictions[0])}` : ''}`,
    holds: met >= least && contradictions.length === 0 && trail.ok,
  };
}

const FOR_GOOD_EACH = 15;

/** Random faults of commits, mostly once each. */
async function unknownOutcomes(work: Workbench, program: Program, faults: number): Promise<Figure> {
  const stand = await setUp(work, program);
  const random = seededRandom(3);
  for (let round = 0; stand.tally.met < faults && round < faults * 3; round += 1) {
    const isSync = random() < 0.5;
    const fault = { path: '/keys.db', kinds: [isSync ? 'sync' : 'write'], error: 'EIO' } as const;
    // For good: the store cannot even be closed well, and what was written without a sync is there after the restart.
    if (round % FOR_GOOD_EACH === 0) await stand.run(round, { ...fault, kinds: ['sync', 'truncate'] });
    else await stand.run(round, { ...fault, pass: isSync ? 0 : Math.floor(random() * 12), fail: 1 });
  }
  return figureOf(stand, faults);
}

/** SQLite's own method: the nth call fails, n rising until the command meets no fault any more. */
async function sweep(work: Workbench, program: Program, operations: number): Promise<Figure> {
  const stand = await setUp(work, program);
  for (let operation = 0; operation < operations; operation += 1) {
    for (const kinds of [['write'], ['sync'], ['truncate']] as const)
      for (const error of ['EIO', 'ENOSPC'] as const)
        for (const isForGood of [false, true])
          for (let pass = 0; pass < 60; pass = isForGood ? pass * 2 + 1 : pass + 1) {
            const once = isForGood ? {} : { fail: 1 };
            const fault: DiskFault = { path: '/keys.db', kinds, error, pass, ...once };
            const { isMet } = await stand.run(operation, fault);
            if (!isMet) break;
          }
  }
  return figureOf(stand, operations * 4);
}

const SWALLOWED = {
  file: 'src-main/sqlite/keys-database.ts',
  find: 'handle.transaction(work).immediate(),',
  replace: `{
      const done: T[] = [];
      try {
        handle.transaction(() => void done.push(work())).immediate();
      } catch (error) {
        if (done.length === 0) throw error;
      }
      return done[0] as T;
    },`,
};

/** Disks that report errors. */
export const cases: readonly ProveCase[] = [
  {
    id: 'A3',
    promise:
      'When the disk fails at a commit the reply is OUTCOME_UNKNOWN; after the store was opened anew, the same command under its idempotency key tells the truth',
    target: '0 contradictions in 1,000 faults',
    tier: 'T1',
    isBeside: true,
    figure: (work) => unknownOutcomes(work, work.program, work.count(1_000)),
    controls: [
      {
        fault: 'the reply says that nothing was done',
        run: (work) => {
          const file = 'src-main/rpc/storage-failure.ts';
          const told = { file, find: "'OUTCOME_UNKNOWN'", replace: "'STORAGE_FULL'" };
          return unknownOutcomes(work, work.patched([told]), 20);
        },
      },
    ],
  },
  {
    id: 'A4',
    promise:
      'The nth write, sync or truncation fails, once or for good, with EIO or ENOSPC, in each admin operation, n rising: nothing lost, half done, corrupt or crashed',
    target: '0 contradictions',
    tier: 'T1',
    isBeside: true,
    figure: (work) => sweep(work, work.program, work.count(OPERATIONS.length)),
    controls: [
      {
        fault: 'the error of a commit is swallowed',
        run: (work) => sweep(work, work.patched([SWALLOWED]), 1),
      },
    ],
  },
];
