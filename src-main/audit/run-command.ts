import { z } from 'zod';
import type { Actor, AuditEvent } from '#contract/audit.ts';
import type { Announcement } from '#contract/events.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { AuditDraft, CommandOutcome, UseCaseContext } from '#main/context.ts';
import { canonicalAudit, CHAIN_START, type ChainHead, chainInput } from '#main/domain/audit-chain.ts';
import { AppError } from '#main/platform/app-error.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { KeysDatabase } from '#main/sqlite/keys-database.ts';

/** What running commands needs. */
export interface RunCommandOptions {
  /** The open store; asked at each command, because a restore replaces it. */
  readonly db: () => KeysDatabase;
  readonly keyring: Keyring;
  /** Writes the head outside the table. Must not throw. */
  readonly anchor: (head: ChainHead) => void;
  /** Must not throw. */
  readonly announce: (announcement: Announcement) => void;
  /** Hears of each committed command, before its announcement. Must not throw. */
  readonly onCommitted?: (
    outcome: Pick<CommandOutcome<unknown>, 'audit' | 'furtherAudits' | 'changed'>,
  ) => void;
  /** Makes room on a full disk; false when there is none left to make. */
  readonly freeBallast: () => boolean;
  /** Told after the disk failed to write or sync, when nobody knows what was kept. */
  readonly onDiskError: () => void;
  /** What holds while the disk keeps nothing; without, each command is tried. */
  readonly readOnly?: ReadOnlyPolicy;
}

/** How commands are answered on a disk that can only be read. */
export interface ReadOnlyPolicy {
  readonly isOn: () => boolean;
  /** Makes in memory what the command took away; false when it takes nothing away that can be held back there. */
  readonly withhold: (
    wanted: Pick<CommandOutcome<unknown>, 'audit' | 'furtherAudits'>,
    nowMs: TimestampMs,
  ) => boolean;
}

/** Commands that take access away must work on a full disk: they may use the room that the ballast holds. */
const TAKES_ACCESS_AWAY: ReadonlySet<string> = new Set([
  'keys.revoke',
  'keys.suspend',
  'keys.endOverlap',
  'tokens.revoke',
  'blockedSources.add',
]);

/** Makes the `command` of a UseCaseContext: work, audit events and chain in one transaction, then the head, then the
 *  announcement. Throws what `work` throws, and SQLite's own error when the store refuses: callers map that. */
export function createRunCommand(
  options: RunCommandOptions,
  call: { readonly actor: Actor; readonly nowMs: TimestampMs },
): UseCaseContext['command'] {
  return <T>(work: () => CommandOutcome<T>): T => {
    const { outcome, head } = commit(options, call, work);
    options.anchor(head);
    options.onCommitted?.(outcome);
    options.announce({ kind: 'changed', subjects: [...new Set([...outcome.changed, 'audit' as const])] });
    return outcome.value;
  };
}

interface Committed<T> {
  readonly outcome: CommandOutcome<T>;
  readonly head: ChainHead;
}

function commit<T>(
  options: RunCommandOptions,
  call: { readonly actor: Actor; readonly nowMs: TimestampMs },
  work: () => CommandOutcome<T>,
): Committed<T> {
  if (options.readOnly?.isOn() === true) return refuseUnkept(options.readOnly, options.db(), call, work);
  // In WAL mode a full disk shows at the commit: by then the work has said what it is.
  let wanted: CommandOutcome<T> | null = null;
  const attempt = (): Committed<T> =>
    options.db().transaction(() => {
      const outcome = work();
      wanted = outcome;
      let head = append(options, call, outcome.audit);
      for (const draft of outcome.furtherAudits ?? []) head = append(options, call, draft);
      return { outcome, head };
    });
  try {
    return attempt();
  } catch (error) {
    noticeDiskError(options, error);
    withholdLost(options, wanted, call.nowMs);
    const isVital = TAKES_ACCESS_AWAY.has(actionOf(wanted));
    if (errorCode(error) !== 'SQLITE_FULL' || !isVital || !options.freeBallast()) throw error;
  }
  try {
    return attempt();
  } catch (error) {
    noticeDiskError(options, error);
    throw error;
  }
}

function noticeDiskError(options: RunCommandOptions, error: unknown): void {
  if (errorCode(error).startsWith('SQLITE_IOERR')) options.onDiskError();
}

/** Nobody knows whether a command was kept that met the end of a writable disk: what it took away stays away. */
function withholdLost(
  { readOnly }: RunCommandOptions,
  wanted: CommandOutcome<unknown> | null,
  nowMs: TimestampMs,
): void {
  if (wanted !== null && readOnly?.isOn() === true) readOnly.withhold(wanted, nowMs);
}

function actionOf(wanted: CommandOutcome<unknown> | null): string {
  return wanted?.audit.action ?? '';
}

/** Does the work only to learn what it is, and undoes it before anything would be written. Throws STORAGE_READ_ONLY, or what the
 *  work throws. */
function refuseUnkept(
  readOnly: ReadOnlyPolicy,
  db: KeysDatabase,
  { nowMs }: { readonly nowMs: TimestampMs },
  work: () => CommandOutcome<unknown>,
): never {
  const undone = new Error('Undone: the disk is read-only.');
  let isWithheld = false;
  try {
    db.transaction(() => {
      isWithheld = readOnly.withhold(work(), nowMs);
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  throw new AppError('STORAGE_READ_ONLY', isWithheld ? WITHHELD : UNKEPT);
}

const UNKEPT = 'The data directory cannot be written. Make it writable, then try again.';
const WITHHELD =
  'The key is refused from now on, but only until Latchkey ends: the data directory cannot be written. Make it writable, then do this again.';

function append(
  options: RunCommandOptions,
  call: { readonly actor: Actor; readonly nowMs: TimestampMs },
  draft: AuditDraft,
): ChainHead {
  const { audit } = options.db();
  const last = audit.last();
  const event: Omit<AuditEvent, 'hash'> = {
    seq: (last?.seq ?? 0) + 1,
    at: call.nowMs,
    actor: call.actor,
    action: draft.action,
    subject: draft.subject,
    before: asStored(draft.before),
    after: asStored(draft.after),
    reason: draft.reason ?? null,
  };
  const input = chainInput(last?.hash ?? CHAIN_START, canonicalAudit(event));
  const hash = options.keyring.auditMac(input).toString('hex');
  audit.append({ ...event, hash });
  return { count: event.seq, hash };
}

const jsonObject = z.record(z.string(), z.unknown());

/** What comes back from the table: undefined members are gone. The hash must be made of that. */
function asStored(fields: AuditDraft['before']): Record<string, unknown> | null {
  if (fields === null || fields === undefined) return null;
  return jsonObject.parse(JSON.parse(JSON.stringify(fields)));
}
