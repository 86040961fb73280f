import { cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { seedTrade, verify } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { loadWithDecisions, percentile } from '../decision-load.ts';
import { newKey } from '../key-load.ts';
import { sourceProgram, type Program, type SourceFault } from '../program.ts';
import { startProgram } from '../start-program.ts';
import { keepConnections } from '../whole-answer.ts';
import { startOnFaultyDisk } from '../worlds/faulty-server.ts';

const SYNC_MS = 2_000;
const P99_MS_MAX = 50;
/** A short run waits for so many flushes that have begun, but not for ever: fewer say nothing. */
const FLUSHES_MIN = 3;
const WAIT_FOR_FLUSHES_MS = 30_000;

/** Verifies at a steady, moderate pace while every flush of the request log takes two seconds. */
async function slowDisk(work: Workbench, program: Program, seconds: number): Promise<Figure> {
  const { disk, server, seed } = await startOnFaultyDisk(work, program);
  disk.plant({ path: '/requests.', kinds: ['sync'], waitMs: SYNC_MS });
  const connections = keepConnections(2);
  const endsAt = performance.now() + seconds * 1_000;
  const { tookMs, refused } = await loadWithDecisions(server, {
    ...seed,
    lanes: 2,
    connections,
    isOver: () => {
      const lateMs = performance.now() - endsAt;
      return lateMs > WAIT_FOR_FLUSHES_MS || (lateMs > 0 && disk.counts().seen >= FLUSHES_MIN);
    },
  });
  connections.close();
  const { seen } = disk.counts();
  disk.heal();
  let log = (await server.call('system.status', {})).log;
  for (let tries = 0; tries < 200 && log.queuedRows > 0; tries += 1) {
    await setTimeout(50);
    ({ log } = await server.call('system.status', {}));
  }
  const p99 = percentile(tookMs, 0.99);
  return {
    reached: `p99 ${p99.toFixed(1)} ms over ${String(tookMs.length)} verifications while ${String(seen)} flushes took 2 s each, ${String(refused.length)} refused, ${String(log.lostRows)} rows lost`,
    holds:
      p99 < P99_MS_MAX &&
      seen >= FLUSHES_MIN &&
      refused.length === 0 &&
      log.lostRows === 0 &&
      log.queuedRows === 0,
  };
}

const FLUSHED_BEFORE_ANSWER: SourceFault = {
  file: 'src-main/requests/journal-file.ts',
  find: '    this.#offset += frame.length;',
  replace: "    process.getBuiltinModule('node:fs').fsyncSync(file);\n    this.#offset += frame.length;",
};

type Support = typeof import('#main/wire-store.test-support.ts');

/** Commands whose audit event the store refuses. */
async function withoutAudit(work: Workbench, program: Program, commands: number): Promise<Figure> {
  const support = await program.load<Support>('src-main/wire-store.test-support.ts');
  const store = await support.startTestStore(join(work.directory, 'data'));
  const { handle } = store.wired.store.db;
  support.renameSetting(store, 'kept@example.com');
  handle.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END");
  let undone = 0;
  for (let number = 0; number < commands; number += 1) {
    let isRefused = false;
    try {
      support.renameSetting(store, `c${String(number)}@example.com`);
    } catch {
      isRefused = true;
    }
    const value = store.wired.store.db.settings.list().find(({ name }) => name === 'helpContact')?.value;
    if (isRefused && value === '"kept@example.com"') undone += 1;
  }
  handle.exec('DROP TRIGGER no_audit');
  store.stop();
  return {
    reached: `${String(undone)} of ${String(commands)} refused and undone`,
    holds: undone === commands,
  };
}

const AUDIT_OPTIONAL: SourceFault = {
  file: 'src-main/audit/run-command.ts',
  find: 'let head = append(options, call, outcome.audit);',
  replace: `let head = { count: 0, hash: '' };
      try {
        head = append(options, call, outcome.audit);
      } catch {}`,
};

const LOG_DAMAGES: readonly ((file: string) => void)[] = [
  (file) => {
    rmSync(file);
  },
  (file) => {
    writeFileSync(file, Buffer.alloc(20_000, 0x5a));
  },
  (file) => {
    truncateSync(file, 0);
  },
  (file) => {
    truncateSync(file, 5_000);
  },
];

/** Damages the request log between two runs; keys and verification must not notice, and the damaged file is kept. */
async function damagedLogs(work: Workbench, program: Program, rounds: number): Promise<Figure> {
  const data = join(work.directory, 'data');
  const start = { program, data, adminToken: newAdminToken() };
  let server = await startProgram(work, start);
  const seed = await seedTrade(server.call, server.service);
  const file = join(data, 'requests.db');
  const bad: string[] = [];
  for (let round = 0; round < rounds && bad.length === 0; round += 1) {
    await server.end();
    const kept = (): number =>
      readdirSync(data).filter((name) => /^requests-damaged-.*\.db$/.test(name)).length;
    const before = kept();
    cpSync(file, join(work.directory, 'whole-log.db'));
    const isGone = round % LOG_DAMAGES.length === 0;
    LOG_DAMAGES[round % LOG_DAMAGES.length]?.(file);
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
    server = await startProgram(work, start);
    const question = { key: seed.secret, method: 'GET', path: '/inventory/1' };
    const { code } = await verify(server.service, seed.serviceToken, question);
    if (code !== 'VALID') bad.push(`round ${String(round)}: a key is ${code}`);
    await server.call('keys.create', newKey(seed, `Round ${String(round)}`));
    let { log, warnings } = await server.call('system.status', {});
    for (let tries = 0; tries < 100 && (log.state !== 'ok' || log.rowCount === 0); tries += 1) {
      await setTimeout(50);
      ({ log, warnings } = await server.call('system.status', {}));
    }
    if (log.state !== 'ok' || log.rowCount === 0) bad.push(`round ${String(round)}: the log is ${log.state}`);
    if (!warnings.some((warning) => /^LOG_(MISSING|REPLACED)$/.test(warning.code)))
      bad.push(`round ${String(round)}: nobody is told`);
    if (kept() - before !== (isGone ? 0 : 1))
      bad.push(`round ${String(round)}: the damaged file is not kept`);
  }
  return {
    reached: `${String(rounds)} damaged logs, ${String(bad.length)} noticed by keys or not kept${bad.length > 0 ? `: ${String(bad[0])}` : ''}`,
    holds: bad.length === 0,
  };
}

const LOG_THROWN_AWAY: SourceFault = {
  file: 'src-main/requests/open-log.ts',
  find: 'if (existsSync(from)) renameSync(from, to);',
  replace: "if (existsSync(from)) process.getBuiltinModule('node:fs').rmSync(from, void to);",
};

/** What degrades without anybody losing more than they are told. */
export const cases: readonly ProveCase[] = [
  {
    id: 'D5',
    promise: 'A disk that takes two seconds for a flush of the request log holds up no verification',
    target: 'p99 below 50 ms over 60 s, 0 rows lost',
    tier: 'T1',
    figure: (work) => slowDisk(work, work.program, work.count(60)),
    controls: [
      {
        fault: 'decisions are flushed to the disk before the answer',
        run: (work) => slowDisk(work, work.patched([FLUSHED_BEFORE_ANSWER]), 5),
      },
    ],
  },
  {
    id: 'D6',
    promise: 'A command whose audit event cannot be written is refused and undone',
    target: '1,000 of 1,000',
    tier: 'T1',
    isBeside: true,
    figure: (work) => withoutAudit(work, sourceProgram(), work.count(1_000)),
    controls: [
      {
        fault: 'a failed audit event is let pass',
        run: (work) => withoutAudit(work, work.patched([AUDIT_OPTIONAL]), 10),
      },
    ],
  },
  {
    id: 'D7',
    promise:
      'A request log that is damaged or gone stops neither verification nor changes; it is told, and the damaged file is kept',
    target: '20 of 20',
    tier: 'T1',
    isBeside: true,
    figure: (work) => damagedLogs(work, work.program, Math.max(4, work.count(20))),
    controls: [
      {
        fault: 'the damaged log is thrown away',
        run: (work) => damagedLogs(work, work.patched([LOG_THROWN_AWAY]), 2),
      },
    ],
  },
];
