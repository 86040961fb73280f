import { join } from 'node:path';
import { fingerprints } from '#main/wire-store.test-support.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import type { Program } from '../program.ts';
import { NotStartedError, startProgram } from '../start-program.ts';

const REFUSED_MS_MAX = 1_000;

/** Starts the program on a directory that another one has, again and again. */
async function refusals(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const start = { program, data: join(work.directory, 'data'), adminToken: newAdminToken() };
  const first = await startProgram(work, start);
  await first.call('settings.update', { helpContact: 'first@example.com' });
  // It writes for itself now and then; what changes while it stands still was another's.
  process.kill(first.pid, 'SIGSTOP');
  const before = fingerprints(start.data);
  let refused = 0;
  let slowestMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    try {
      const second = await startProgram(work, start);
      await second.call('settings.update', { helpContact: 'second@example.com' });
    } catch (error) {
      if (!(error instanceof NotStartedError)) throw error;
      slowestMs = Math.max(slowestMs, error.tookMs);
      if (error.exitCode === 3 && error.complaints.includes(`process ${String(first.pid)} `)) refused += 1;
    }
  }
  const after = Object.entries(fingerprints(start.data));
  process.kill(first.pid, 'SIGCONT');
  const changed = after.filter(([name, hash]) => before[name] !== hash).map(([name]) => name);
  return {
    reached:
      `${String(refused)} of ${String(rounds)} refused with the owner's pid, slowest ${String(Math.round(slowestMs))} ms, ${String(changed.length)} files changed ${changed.join(' ')}`.trimEnd(),
    holds: refused === rounds && slowestMs <= REFUSED_MS_MAX && changed.length === 0,
  };
}

/** Two programs, one directory. */
export const cases: readonly ProveCase[] = [
  {
    id: 'A10',
    promise: 'A second process on the same data directory is refused and writes nothing',
    target: '50 of 50 in at most 1 s, 0 files changed',
    tier: 'T1',
    figure: (work) => refusals(work, work.program, work.count(50)),
    controls: [
      {
        fault: 'no lock is taken',
        run: (work) => {
          const file = 'src-main/sqlite/instance-lock.ts';
          return refusals(work, work.patched([{ file, find: 'BEGIN EXCLUSIVE', replace: 'BEGIN' }]), 2);
        },
      },
    ],
  },
];
