import type { Actor, AuditSubject } from '#contract/audit.ts';
import type { ChangedSubject } from '#contract/events.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { Role } from '#contract/procedure.ts';
import type { Keyring } from './platform/keyring.ts';
import type { KeysDatabase } from './sqlite/keys-database.ts';

/** What the audit trail says of one command. `before` and `after` hold the changed fields only, never a secret. */
export interface AuditDraft {
  /** Procedure name, for example `keys.rotate`. */
  readonly action: string;
  readonly subject: AuditSubject;
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
  readonly reason?: string | null;
}

/** What a command's work gives back: at least one audit event by construction, and what to announce after the commit. */
export interface CommandOutcome<T> {
  readonly value: T;
  readonly audit: AuditDraft;
  /** Further events of the same command, after the first: one for each subject where a command changes several. */
  readonly furtherAudits?: readonly AuditDraft[];
  readonly changed: readonly ChangedSubject[];
}

/** Everything a use case may touch. One per call; the time is taken once. */
export interface UseCaseContext {
  readonly db: KeysDatabase;
  readonly keyring: Keyring;
  readonly nowMs: TimestampMs;
  readonly actor: Actor;
  readonly role: Role;
  /** Runs `work` and its audit events in one transaction, then announces. Nothing is written when `work` throws. */
  readonly command: <T>(work: () => CommandOutcome<T>) => T;
}
