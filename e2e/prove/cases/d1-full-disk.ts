import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { seedTrade, type SeededTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { loadWithDecisions, percentile } from '../decision-load.ts';
import { newKey } from '../key-load.ts';
import type { Program, SourceFault } from '../program.ts';
import { smallDisk, type SmallDisk } from '../small-disk.ts';
import { NotStartedError, startProgram, type RunningProgram } from '../start-program.ts';
import { mainThreadTime } from '../thread-time.ts';
import { keepConnections } from '../whole-answer.ts';

/** The reserve comes back only where 64 MiB are free. */
const DISK_MB = 120;
const VERIFICATIONS = 500;
const LANES = 4;
const REFUSAL_MS_MAX = 200;
/** What a verification may take at all. On a busy machine threads wait for a processor most of the time, with a full disk and with a
 *  sound one: what the deciding thread computes for a verification, `COMPUTED_TIMES_MAX` bounds. */
const P99_MS_MAX = 50;
/** As much as on a sound disk. */
const COMPUTED_TIMES_MAX = 2;
const SHOWN_MS_MAX = 2_000;
const RECOVERY_MS_MAX = 5_000;
/** More than fit into the memory that decisions may wait in, which is some 30,000. */
const OVERFLOW_BATCHES = 600;
const BATCH_ITEMS = 100;

interface Stand {
  readonly server: RunningProgram;
  readonly seed: SeededTrade;
  readonly disk: SmallDisk;
  readonly bad: string[];
}

/** Fills the disk under a running program and gives the room back, again and again; the last time until decisions are dropped. */
async function fullDisks(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const disk = smallDisk(work, DISK_MB);
  const start = { program, data: join(disk.path, 'data'), adminToken: newAdminToken() };
  const server = await startProgram(work, start);
  const seed = await seedTrade(server.call, server.service);
  const stand: Stand = { server, seed, disk, bad: [] };
  const sound = noTimes();
  const full = noTimes();
  let refusalMs = 0;
  await verifications(stand, noTimes());
  for (let round = 0; round < rounds && stand.bad.length === 0; round += 1) {
    const { key } = await server.call('keys.create', newKey(seed, `Revoked ${String(round)}`));
    // In turn, so that both have the same neighbours.
    await verifications(stand, sound);
    disk.fill();
    await verifications(stand, full);
    refusalMs = Math.max(refusalMs, await untilRefused(stand));
    const revoked = await server.ask('keys.revoke', { keyId: key.keyId, reason: 'leaked' });
    if (!revoked.reply.ok) stand.bad.push(`round ${String(round)}: revoke gave ${revoked.reply.error.code}`);
    if (round === 0) await expectShown(stand);
    disk.free();
    await expectRecovery(stand);
  }
  const lost = await overflow(stand);
  const p99 = percentile(full.tookMs, 0.99);
  const normalMs = percentile(sound.tookMs, 0.99);
  const { bad } = stand;
  return {
    reached: `${String(full.tookMs.length)} verifications right, p99 ${p99.toFixed(1)} ms (normal ${normalMs.toFixed(1)}), for each ${eachTook(full)} (normal ${eachTook(sound)}), refusal in at most ${refusalMs.toFixed(0)} ms, ${String(rounds)} rounds of revoking and recovering, ${String(lost)} losses counted to the row${bad.length > 0 ? `; ${String(bad.length)} bad: ${String(bad[0])}` : ''}`,
    holds:
      bad.length === 0 &&
      lost > 0 &&
      refusalMs <= REFUSAL_MS_MAX &&
      p99 <= Math.max(2 * normalMs, P99_MS_MAX) &&
      full.computedMs / full.tookMs.length <= (COMPUTED_TIMES_MAX * sound.computedMs) / sound.tookMs.length,
  };
}

/** Of verifications. */
interface Times {
  /** As the client saw it. */
  readonly tookMs: number[];
  /** The deciding thread, for all of them. */
  computedMs: number;
  waitedMs: number;
}

function noTimes(): Times {
  return { tookMs: [], computedMs: 0, waitedMs: 0 };
}

function eachTook({ tookMs, computedMs, waitedMs }: Times): string {
  const each = (ms: number): string => ((ms * 1_000) / tookMs.length).toFixed(0);
  return `${each(computedMs)} µs computed and ${each(waitedMs)} µs without a processor`;
}

async function verifications({ server, seed, bad }: Stand, times: Times): Promise<void> {
  const connections = keepConnections(LANES);
  const before = mainThreadTime(server.pid);
  let asked = 0;
  const { refused, tookMs } = await loadWithDecisions(server, {
    ...seed,
    lanes: LANES,
    connections,
    isOver: () => (asked += 1) > VERIFICATIONS,
  });
  const after = mainThreadTime(server.pid);
  connections.close();
  if (refused.length > 0) bad.push(`a verification gave ${String(refused[0])}`);
  times.tookMs.push(...tookMs);
  times.computedMs += after.computedMs - before.computedMs;
  times.waitedMs += after.waitedMs - before.waitedMs;
}

/** Room that the log of the store still has takes some commands; then there is a refusal. How long it took. */
async function untilRefused({ server, seed, bad }: Stand): Promise<number> {
  for (let number = 0; number < 300; number += 1) {
    const askedAt = performance.now();
    const { status, reply } = await server.ask('keys.create', {
      ...newKey(seed, `Full ${String(number)}`),
      note: 'n'.repeat(1_500),
    });
    if (reply.ok) continue;
    if (status !== 507 || reply.error.code !== 'STORAGE_FULL') bad.push(`create gave ${reply.error.code}`);
    return performance.now() - askedAt;
  }
  bad.push('the disk never was full');
  return 0;
}

async function expectShown({ server, bad }: Stand): Promise<void> {
  const isShown = await within(SHOWN_MS_MAX, async () => {
    const { warnings } = await server.call('system.status', {});
    return warnings.some(({ code }) => code === 'DISK_NEARLY_FULL');
  });
  if (!isShown) bad.push('the status does not warn');
}

async function expectRecovery({ server, bad }: Stand): Promise<void> {
  const isBack = await within(RECOVERY_MS_MAX, async () => {
    const { reply } = await server.ask('settings.update', {
      helpContact: `r${String(Date.now())}@example.com`,
    });
    const { log, warnings } = await server.call('system.status', {});
    const hasReserve = !warnings.some(({ code }) => code === 'NO_RESERVE');
    return reply.ok && log.state === 'ok' && log.queuedRows === 0 && hasReserve;
  });
  if (!isBack) bad.push('it did not recover by itself');
}

/** Asks until decisions are dropped, then gives room: rows in the log and rows counted as lost are all that was decided. */
async function overflow(stand: Stand): Promise<number> {
  const { server, seed, disk, bad } = stand;
  const before = (await server.call('system.status', {})).log;
  disk.fill();
  const connections = keepConnections(LANES);
  let decided = 0;
  for (let batch = 0; batch < OVERFLOW_BATCHES; batch += 1) {
    const items = Array.from({ length: BATCH_ITEMS }, (_, item) => ({
      key: seed.secret,
      method: 'GET',
      path: `/inventory/${String(batch)}-${String(item)}-${'x'.repeat(150)}`,
    }));
    const answer = await connections.post(`${server.service}/v1/verify/batch`, seed.serviceToken, { items });
    if (answer?.status === 200) decided += items.length;
  }
  connections.close();
  const isShown = await within(SHOWN_MS_MAX, async () => {
    const { log } = await server.call('system.status', {});
    return log.state !== 'ok' && log.lostRows > before.lostRows;
  });
  if (!isShown) bad.push('losses are not shown');
  disk.free();
  await expectRecovery(stand);
  const { log } = await server.call('system.status', {});
  const lost = log.lostRows - before.lostRows;
  const stored = log.rowCount - before.rowCount;
  if (lost + stored !== decided)
    bad.push(
      `of ${String(decided)} decisions ${String(stored)} are stored and ${String(lost)} counted as lost`,
    );
  return lost;
}

async function within(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const endsAt = performance.now() + ms;
  do {
    if (await isSo()) return true;
    await setTimeout(50);
  } while (performance.now() < endsAt);
  return false;
}

const START_MS_MAX = 3_000;

/** Starts on a full disk, in turn after a clean stop and after a kill: it decides, warns and revokes. */
async function fullStarts(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const disk = smallDisk(work, DISK_MB);
  const start = { program, data: join(disk.path, 'data'), adminToken: newAdminToken() };
  let server = await startProgram(work, start);
  const seed = await seedTrade(server.call, server.service);
  const bad: string[] = [];
  let slowestMs = 0;
  for (let round = 0; round < rounds && bad.length === 0; round += 1) {
    const { key } = await server.call('keys.create', newKey(seed, `Revoked ${String(round)}`));
    await server.end(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
    disk.fill();
    try {
      server = await startProgram(work, start);
    } catch (error) {
      if (!(error instanceof NotStartedError)) throw error;
      bad.push(error.complaints);
      break;
    }
    slowestMs = Math.max(slowestMs, server.startMs);
    const stand: Stand = { server, seed, disk, bad };
    await verifications(stand, noTimes());
    await expectShown(stand);
    const { reply } = await server.ask('keys.revoke', { keyId: key.keyId, reason: 'leaked' });
    if (!reply.ok) bad.push(`revoke gave ${reply.error.code}`);
    await server.end();
    disk.free();
    server = await startProgram(work, start);
  }
  return {
    reached: `${String(rounds)} starts, slowest ${slowestMs.toFixed(0)} ms, ${String(bad.length)} without decisions, warning or revocation${bad.length > 0 ? `: ${String(bad[0])}` : ''}`,
    holds: bad.length === 0 && slowestMs <= START_MS_MAX,
  };
}

const NO_RESERVE: SourceFault = {
  file: 'src-main/wire-store.ts',
  find: 'freeBallast: () => freeBallast(parts.directory.ballast)',
  replace: 'freeBallast: () => false',
};
const NOT_COUNTED: SourceFault = {
  file: 'src-main/requests/decision-journal.ts',
  find: 'this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + count);',
  replace: 'this.#lost.set(reason, this.#lost.get(reason) ?? 1);',
};
const SLOW_WHILE_FULL: SourceFault = {
  file: 'src-main/requests/decision-journal.ts',
  find: '  record(row: DecisionRow): void {\n',
  replace:
    '  record(row: DecisionRow): void {\n    if (this.#failure !== null) for (const until = performance.now() + 1; performance.now() < until;);\n',
};
const NO_ROOM_TO_LOOK: SourceFault = {
  file: 'src-main/open-store.ts',
  find: '  freeBallast(directory.ballast);\n',
  replace: '',
};

/** A disk without room. */
export const cases: readonly ProveCase[] = [
  {
    id: 'D1',
    promise:
      'When the disk fills up, verification goes on, changes are refused with STORAGE_FULL, revoking works, losses are counted to the row and shown, and it recovers by itself',
    target:
      '10,000 of 10,000, p99 within twice normal or 50 ms, computed at most twice as long, refusal in 200 ms, 20 of 20 revoked, recovery in 5 s',
    tier: 'T1',
    figure: (work) => fullDisks(work, work.program, work.count(20)),
    controls: [
      { fault: 'the reserve is not given up', run: (work) => fullDisks(work, work.patched([NO_RESERVE]), 3) },
      { fault: 'losses are not counted', run: (work) => fullDisks(work, work.patched([NOT_COUNTED]), 1) },
      {
        fault: 'a decision takes a millisecond more while the disk is full',
        run: (work) => fullDisks(work, work.patched([SLOW_WHILE_FULL]), 2),
      },
    ],
  },
  {
    id: 'D2',
    promise: 'It starts on a full disk, after a clean stop and after a kill: it decides, warns and revokes',
    target: '20 of 20 in at most 3 s',
    tier: 'T1',
    isBeside: true,
    figure: (work) => fullStarts(work, work.program, Math.max(2, work.count(20))),
    controls: [
      {
        fault: 'the reserve is not given up for looking at the store',
        run: (work) => fullStarts(work, work.patched([NO_ROOM_TO_LOOK]), 2),
      },
    ],
  },
];
