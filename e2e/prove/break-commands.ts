import { setTimeout } from 'node:timers/promises';
import type { SeededTrade } from '../seed-trade.ts';
import type { PrepareOperation } from './admin-operations.ts';
import type { DiskFault, FaultyDisk } from './native-shim.ts';
import type { RunningProgram } from './start-program.ts';

/** What became of one command whose disk failed. */
export interface BrokenCommand {
  /** Was the fault met at all? */
  readonly isMet: boolean;
  /** The reply: "ok" or the code of the refusal. */
  readonly reply: string;
  /** Contradictions between reply, state, audit and the repeat; none is good. */
  readonly contradictions: readonly string[];
  /** The store was closed, so that only a restart helps. */
  readonly needsRestart: boolean;
}

/** Codes that say that nothing was changed. */
const NOT_DONE = ['STORAGE_FULL', 'STORAGE_READ_ONLY'];
const REOPEN_MS_MAX = 5_000;

/** Sends one command while the disk fails, then compares what was answered with what is there, and repeats it under the same
 *  idempotency key: done exactly once is what must come of it. With `restart` the store stays closed until then. */
export async function breakCommand(parts: {
  readonly server: RunningProgram;
  readonly disk: FaultyDisk;
  readonly seed: SeededTrade;
  readonly prepare: PrepareOperation;
  readonly fault: DiskFault;
  readonly unique: string;
  /** Starts the program anew when it came to need that. */
  readonly restart: () => Promise<RunningProgram>;
}): Promise<BrokenCommand> {
  const { disk, seed, prepare, fault, unique } = parts;
  let server = parts.server;
  const proxy: RunningProgram = new Proxy(server, {
    // The operation keeps asking the program that runs then.
    get: (_target, name) => server[name as keyof RunningProgram],
  });
  const operation = await prepare(proxy, seed, unique);
  // Of this command alone: an automatic backup leaves an event, too.
  const auditCount = async (): Promise<number> =>
    (await server.call('audit.list', { filter: { action: operation.name }, limit: 1 })).total;
  const before = { state: await operation.state(), audit: await auditCount() };
  const input = { ...operation.input, idempotencyKey: `break-${unique}` };
  disk.plant(fault);
  const { reply } = await server.ask(operation.name, input as never);
  const isMet = disk.counts().failed > 0;
  const needsRestart = reply.ok ? false : !(await reopens(server, disk, fault));
  disk.heal();
  if (needsRestart) server = await parts.restart();
  const word = reply.ok ? 'ok' : reply.error.code;
  const contradictions: string[] = [];
  const say = (text: string): void => {
    contradictions.push(`${operation.name}, ${word}: ${text}`);
  };
  const isDone = (await operation.state()) !== before.state;
  const events = (await auditCount()) - before.audit;
  if (events !== (isDone ? 1 : 0))
    say(`half done: ${String(events)} audit events, state ${isDone ? 'new' : 'old'}`);
  if (reply.ok && !isDone) say('lost');
  if (NOT_DONE.includes(word) && isDone) say('done all the same');
  if (!reply.ok && !NOT_DONE.includes(word) && word !== 'OUTCOME_UNKNOWN')
    say('not the code for a disk that fails');
  const again = await server.ask(operation.name, input as never);
  if (!again.reply.ok) say(`the repeat gave ${again.reply.error.code}`);
  else {
    const all = (await auditCount()) - before.audit;
    if (all !== 1) say(`done ${String(all)} times with its repeat`);
  }
  return { isMet, reply: word, contradictions, needsRestart };
}

/** Does the store answer again, with a fault for good still there? */
async function reopens(server: RunningProgram, disk: FaultyDisk, fault: DiskFault): Promise<boolean> {
  const isForGood = fault.fail === undefined;
  if (!isForGood) disk.heal();
  const endsAt = performance.now() + (isForGood ? 200 : REOPEN_MS_MAX);
  do {
    const { reply } = await server.ask('keys.list', { limit: 1 });
    if (reply.ok) return true;
    await setTimeout(20);
  } while (performance.now() < endsAt);
  return false;
}
