import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '#contract/audit.ts';
import type { Announcement } from '#contract/events.ts';
import { contract, type CallInput, type Output, type ProcedureName } from '#contract/contract.ts';
import type { ReplyError } from '#contract/errors.ts';
import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import { COMMON_ERRORS, type Procedure, type Role } from '#contract/procedure.ts';
import { AuditAnchor } from '#main/audit/audit-anchor.ts';
import { createRunCommand } from '#main/audit/run-command.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { startJobs } from '#main/jobs/start-jobs.ts';
import { createKeyring, type Keyring } from '#main/platform/keyring.ts';
import { createLogger } from '#main/platform/logger.ts';
import { createClock } from '#main/platform/clock.ts';
import { openKeysDatabase, type KeysDatabase } from '#main/sqlite/keys-database.ts';
import { newStoreImage } from '#main/sqlite/new-store-image.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';
import { createHandlers } from './handlers.ts';

/** Sunday, 2026-11-22, 12:00 UTC. */
export const WORLD_START_MS = timestampMs.parse(Date.UTC(2026, 10, 22, 12));

/** A whole admin API over a store in memory, with a clock that tests set. */
export interface TestWorld {
  readonly db: KeysDatabase;
  readonly keyring: Keyring;
  readonly dispatch: Dispatch;
  readonly nowMs: () => TimestampMs;
  readonly advance: (durationMs: number) => void;
  /** What work of the program itself may touch, at this moment. */
  readonly systemContext: () => UseCaseContext;
  /** The data of a call that must succeed. It is held against the output schema of the procedure. */
  readonly call: <Name extends ProcedureName>(
    name: Name,
    input: CallInput<Name>,
    as?: Role,
  ) => Promise<Output<Name>>;
  /** The error of a call that must be refused, with a code that the procedure declares. Takes any input. */
  readonly refusal: (name: ProcedureName, input: unknown, as?: Role) => Promise<ReplyError>;
  /** What was announced after commits, oldest first. */
  readonly announcements: readonly Announcement[];
  /** Every line that was logged. */
  readonly logLines: readonly string[];
  readonly close: () => void;
}

const UNAVAILABLE_SERVICES: Omit<HandlerServices, 'auditAnchor' | 'announce' | 'jobs' | 'peppers'> = {
  host: 'headless',
  requests: {
    query: () => Promise.reject(notHere()),
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.reject(notHere()),
  },
  exports: { write: () => Promise.reject(notHere()) },
  simulate: () => {
    throw notHere();
  },
  canCall: () => {
    throw notHere();
  },
  // Nothing verifies here, so nothing is measured.
  withdrawals: {
    watched: (_kind, command) => command,
    watchedEnd: (_endingOf, command) => command,
    noteMany: () => undefined,
    list: () => Promise.reject(notHere()),
    enforcement: () => Promise.reject(notHere()),
  },
  // Nothing verifies here, so nothing is hit.
  blockedHitsOf: () => null,
  limitsLeft: {
    ofKey: () => {
      throw notHere();
    },
    tightest: () => {
      throw notHere();
    },
  },
  backups: {
    create: () => Promise.reject(notHere()),
    list: () => {
      throw notHere();
    },
    restore: () => Promise.reject(notHere()),
  },
  ports: {
    get: () => {
      throw notHere();
    },
    change: () => Promise.reject(notHere()),
    keep: () => {
      throw notHere();
    },
    goBack: () => {
      throw notHere();
    },
  },
  selfTest: {
    run: () => Promise.reject(notHere()),
    last: () => Promise.reject(notHere()),
  },
  replays: {
    start: () => Promise.reject(notHere()),
    result: () => {
      throw notHere();
    },
    suggest: () => Promise.reject(notHere()),
  },
  serviceUrl: () => 'http://127.0.0.1:7420',
  monotonicMs: createClock().monotonicMs,
  systemStatus: () => {
    throw notHere();
  },
  diagnostics: () => Promise.reject(notHere()),
  noticeDesk: () => Promise.reject(notHere()),
  sessions: () => null,
};

/** Makes a world of its own: nothing is shared between two. `services` replaces what a part needs beside the store;
 *  what is not given answers UNAVAILABLE. Call close() at the end. */
export function createTestWorld(
  services: (db: KeysDatabase, nowMs: () => TimestampMs) => Partial<HandlerServices> = () => ({}),
): TestWorld {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-world-'));
  let nowMs = WORLD_START_MS;
  const clock = (): TimestampMs => nowMs;
  const [logLines, announcements]: [string[], Announcement[]] = [[], []];
  const logger = createLogger({ write: (line) => void logLines.push(line) });
  const db = openKeysDatabase(newStoreImage());
  const testKeyring = newKeyring();
  const anchor = new AuditAnchor({ path: join(folder, 'audit.head'), keyring: testKeyring, logger });
  anchor.start(db.audit);
  const announce = (announcement: Announcement) => void announcements.push(announcement);
  const jobs = startJobs({
    clock: { nowMs: clock, monotonicMs: createClock().monotonicMs },
    announce,
    logger,
  });
  const commands = {
    db: () => db,
    keyring: testKeyring,
    anchor: anchor.advance.bind(anchor),
    announce,
    freeBallast: () => false,
    onDiskError: () => undefined,
  };
  const contextOf = (actor: Actor, role: Role): UseCaseContext => {
    const command = createRunCommand(commands, { actor, nowMs });
    return { db, keyring: testKeyring, nowMs, actor, role, command };
  };
  const dispatch = createDispatch({
    logger,
    context: ({ actor, role }) => contextOf(actor, role),
    handlers: createHandlers({
      ...UNAVAILABLE_SERVICES,
      peppers: pepperParts(folder),
      announce,
      auditAnchor: () => anchor.anchor,
      jobs,
      ...services(db, clock),
    }),
  });
  return {
    db,
    keyring: testKeyring,
    dispatch,
    systemContext: () => contextOf({ kind: 'system', id: 'system', name: 'Latchkey' }, 'owner'),
    nowMs: clock,
    advance: (durationMs) => {
      nowMs = timestampMs.parse(nowMs + durationMs);
    },
    ...createCalls(dispatch),
    announcements,
    logLines,
    close: () => {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Keyed with a constant, so that hashes of two worlds can be compared. */
const newKeyring = () => createKeyring(Buffer.alloc(32, 'test'));

const pepperParts = (folder: string) => ({
  path: join(folder, 'peppers.json'),
  flushRehashes: () => undefined,
});

function createCalls(dispatch: Dispatch): Pick<TestWorld, 'call' | 'refusal'> {
  const send = (name: ProcedureName, input: unknown, role: Role) =>
    dispatch(name, input, {
      actor: { kind: 'token', id: `tok_of_${role}`, name: `The ${role}` },
      role,
      requestId: 'req_test',
    });
  return {
    call: async (name, input, as = 'owner') => {
      const reply = await send(name, input, as);
      if (!reply.ok) throw new Error(`${name} was refused: ${JSON.stringify(reply.error)}`);
      return checkedOutput(name, reply.data);
    },
    refusal: async (name, input, as = 'owner') => {
      const reply = await send(name, input, as);
      if (reply.ok) throw new Error(`${name} was not refused.`);
      const { errors }: Procedure = contract[name];
      if (![...errors, ...COMMON_ERRORS].includes(reply.error.code)) {
        throw new Error(`${name} does not declare ${reply.error.code}.`);
      }
      return reply.error;
    },
  };
}

/** Production trusts its handlers; here a field too many or of another shape fails the test. */
function checkedOutput<Name extends ProcedureName>(name: Name, data: unknown): Output<Name> {
  const procedure: Procedure = contract[name];
  if (!isDeepStrictEqual(procedure.output.parse(data), data)) {
    throw new Error(`${name} gave fields that its output does not have: ${JSON.stringify(data)}`);
  }
  return data as Output<Name>;
}

function notHere(): AppError {
  return new AppError('UNAVAILABLE', 'This part does not run in this test.');
}
