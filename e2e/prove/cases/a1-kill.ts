import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { seedTrade } from '../../seed-trade.ts';
import { newAdminToken } from '../../start-headless.ts';
import type { Figure, ProveCase, Workbench } from '../case.ts';
import { checkKeys, storeCounts } from '../check-keys.ts';
import { loadWithDecisions } from '../decision-load.ts';
import { loadWithKeys } from '../key-load.ts';
import { memoryLimit } from '../memory-limit.ts';
import type { Program } from '../program.ts';
import { NotStartedError, startProgram, type RunningProgram, type StartOptions } from '../start-program.ts';
import { keepConnections } from '../whole-answer.ts';

const ADMIN_LANES = 3;
const VERIFY_LANES = 8;
/** Answers before the kill; some 0.1 s on a free machine. */
const ANSWERS_MAX = 120;

interface KillLoop {
  readonly program: Program;
  readonly kills: number;
  /** After each kill, so many starts are killed before the one that counts. */
  readonly killedStarts: number;
  /** The system kills it because memory runs out, instead of a signal of ours. */
  readonly isByMemory?: boolean;
}

interface Lost {
  readonly commands: string[];
  readonly half: string[];
  readonly rows: string[];
}

/** Kills the program under load at random moments and compares what is there afterwards with what was acknowledged. */
async function killLoop(work: Workbench, loop: KillLoop): Promise<Figure> {
  const { program, kills, killedStarts, isByMemory = false } = loop;
  const limit = isByMemory ? memoryLimit(work) : null;
  const under = limit?.under ?? [];
  const start = { program, data: join(work.directory, 'data'), adminToken: newAdminToken(), under };
  let server = await startProgram(work, start);
  const seed = await seedTrade(server.call, server.service);
  const lost: Lost = { commands: [], half: [], rows: [] };
  let commands = 0;
  let decisions = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const connections = keepConnections(ADMIN_LANES + VERIFY_LANES);
    const before = await storeCounts(server);
    const beganAt = Date.now();
    const loads = Promise.all([
      loadWithKeys({ ...server, adminToken: start.adminToken }, seed, { lanes: ADMIN_LANES, connections }),
      loadWithDecisions(server, { ...seed, lanes: VERIFY_LANES, connections }),
    ]);
    const answers = 5 + Math.random() * ANSWERS_MAX;
    while (connections.answered() < answers) await setTimeout(1);
    await setTimeout(Math.random() * 10);
    await limit?.tighten();
    await server.end(limit === null ? 'SIGKILL' : 'SIGCONT');
    limit?.loosen();
    const [keys, verified] = await loads;
    connections.close();
    if (keys.refusals.length > 0) throw new Error(`Refused without a reason: ${String(keys.refusals[0])}`);
    for (let early = 0; early < killedStarts; early += 1) await killWhileStarting(work, start);
    try {
      server = await startProgram(work, start);
    } catch (error) {
      if (!(error instanceof NotStartedError)) throw error;
      return { reached: `after kill ${String(kill + 1)}: ${error.message}`, holds: false };
    }
    const found = await checkKeys(server, keys, before, seed.serviceToken);
    lost.commands.push(...found.lost);
    lost.half.push(...found.half);
    lost.rows.push(...(await rowsMissing(server, verified.answered, beganAt)));
    commands += keys.acknowledged;
    decisions += verified.answered.length;
  }
  const isLoaded = commands >= kills && decisions >= kills;
  const { log } = await server.call('system.status', {});
  return {
    reached: `${String(lost.commands.length)} lost of ${String(commands)} commands, ${String(lost.half.length)} half-done, ${String(lost.rows.length)} lost of ${String(decisions)} decisions, ${String(kills)} kills${lost.commands.length > 0 ? `; first: ${String(lost.commands[0])}` : ''}`,
    holds: isLoaded && log.lostRows === 0 && lost.commands.length + lost.half.length + lost.rows.length === 0,
  };
}

/** Kills a start at a random moment, mostly before it is ready. */
async function killWhileStarting(work: Workbench, start: StartOptions): Promise<void> {
  await startProgram(work, { ...start, killAfterMs: 20 + Math.random() * 300 }).then(
    (server) => server.end('SIGKILL'),
    () => undefined,
  );
}

async function rowsMissing(
  server: RunningProgram,
  answered: readonly string[],
  fromMs: number,
): Promise<readonly string[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { log } = await server.call('system.status', {});
    if (log.state === 'ok' && log.queuedRows === 0) break;
    await setTimeout(20);
  }
  const filter = { from: (fromMs - 1_000) as never };
  const { content, truncated } = await server.call('requests.export', { filter, format: 'jsonl' });
  if (truncated) throw new Error('More rows than an export has.');
  const lines = content.split('\n').filter((line) => line !== '');
  const ids = lines.map((line) => (JSON.parse(line) as { requestId: string }).requestId);
  const known = new Set(ids);
  if (known.size !== ids.length) throw new Error('A decision is in the log twice.');
  return answered.filter((id) => !known.has(id));
}

const COMMIT_LATER = {
  file: 'src-main/audit/run-command.ts',
  find: 'options.db().transaction(() => {',
  replace: `((inTransaction: () => Committed<T>) => {
      const { handle } = options.db();
      const end = () => handle.inTransaction && handle.exec('COMMIT');
      if (!handle.inTransaction) {
        handle.exec('BEGIN IMMEDIATE');
        setTimeout(end, 60);
      }
      return handle.transaction(inTransaction)();
    })(() => {`,
};

const FLUSH_LATER = {
  file: 'src-main/requests/decision-journal.ts',
  find: `    this.#isTurnSet = false;
    this.#write();
    this.#sendAll();`,
  replace: `    this.#isTurnSet = false;
    this.#sendAll();
    setTimeout(() => this.#write(), 2_000);`,
};

/** Kills of the process under load. */
export const cases: readonly ProveCase[] = [
  {
    id: 'A1',
    promise:
      'After SIGKILL at a random moment under load every acknowledged command and decision is there, none half-done, the audit trail whole',
    target: '0 lost, 0 half-done, 200 kills',
    tier: 'T1',
    isBeside: true,
    figure: (work) =>
      killLoop(work, { program: work.program, kills: work.count(200, 1_000), killedStarts: 0 }),
    controls: [
      {
        fault: 'acknowledged before the commit',
        run: (work) => killLoop(work, { program: work.patched([COMMIT_LATER]), kills: 3, killedStarts: 0 }),
      },
      {
        fault: 'the journal of decisions is written every 2 s',
        run: (work) => killLoop(work, { program: work.patched([FLUSH_LATER]), kills: 3, killedStarts: 0 }),
      },
    ],
  },
  {
    id: 'A5',
    promise: 'Killed again while it recovers, it still loses nothing',
    target: '0 lost, 50 kills, each with two killed starts',
    tier: 'T1',
    isBeside: true,
    figure: (work) => killLoop(work, { program: work.program, kills: work.count(50), killedStarts: 2 }),
    controls: [
      {
        fault: 'acknowledged before the commit',
        run: (work) => killLoop(work, { program: work.patched([COMMIT_LATER]), kills: 3, killedStarts: 1 }),
      },
    ],
  },
  {
    id: 'A9',
    promise: 'Killed by the system because memory ran out, it loses nothing either',
    target: '0 lost, 20 kills',
    tier: 'T1',
    isBeside: true,
    figure: (work) =>
      killLoop(work, { program: work.program, kills: work.count(20), killedStarts: 0, isByMemory: true }),
    controls: [
      {
        fault: 'acknowledged before the commit',
        run: (work) =>
          killLoop(work, {
            program: work.patched([COMMIT_LATER]),
            kills: 4,
            killedStarts: 0,
            isByMemory: true,
          }),
      },
    ],
  },
];
