import type { TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** How long a command with the same idempotencyKey is recognised. */
export const COMMAND_REPEAT_MS = 86_400_000;

/** Identity of a repeatable command. */
export interface CommandRepeatKey {
  /** Procedure name, for example `keys.create`. */
  readonly procedure: string;
  readonly actorId: string;
  readonly idempotencyKey: string;
}

/** What is kept of a command that was done. */
export interface DoneCommand {
  /** Keyed hash of its input, 32 bytes. */
  readonly inputHash: Buffer;
  /** Its reply as JSON text, secrets as null. */
  readonly reply: string;
}

// Every command with an idempotencyKey; primary key.
const FIND = `
  SELECT input_hash AS inputHash, reply
  FROM command_repeats
  WHERE procedure = @procedure AND actor_id = @actorId AND idempotency_key = @idempotencyKey
    AND at_ms > @afterMs`;

// The same commands, inside their own transaction. A key that came back after 24 h begins anew.
const REMEMBER = `
  INSERT INTO command_repeats (procedure, actor_id, idempotency_key, input_hash, reply, at_ms)
  VALUES (@procedure, @actorId, @idempotencyKey, @inputHash, @reply, @atMs)
  ON CONFLICT (procedure, actor_id, idempotency_key) DO UPDATE
  SET input_hash = excluded.input_hash, reply = excluded.reply, at_ms = excluded.at_ms`;

// The hourly tidying; index command_repeats_by_time.
const FORGET = `DELETE FROM command_repeats WHERE at_ms <= @upToMs`;

/** Prepares the statements on repeated commands. */
export function createCommandRepeatQueries(handle: DatabaseHandle) {
  const find = handle.prepare<CommandRepeatKey & { afterMs: number }, DoneCommand>(FIND);
  const remember = handle.prepare<CommandRepeatKey & DoneCommand & { atMs: TimestampMs }>(REMEMBER);
  const forget = handle.prepare<{ upToMs: number }>(FORGET);
  return {
    /** The command as it was done within the last 24 h; null when it is new. */
    find: (key: CommandRepeatKey, nowMs: TimestampMs): DoneCommand | null =>
      find.get({ ...key, afterMs: nowMs - COMMAND_REPEAT_MS }) ?? null,
    /** Call in the transaction of the command itself. */
    remember: (key: CommandRepeatKey, done: DoneCommand, nowMs: TimestampMs): void =>
      void remember.run({ ...key, ...done, atMs: nowMs }),
    /** Removes what is too old to be recognised. */
    forgetOld: (nowMs: TimestampMs): void => void forget.run({ upToMs: nowMs - COMMAND_REPEAT_MS }),
  };
}
