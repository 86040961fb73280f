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

// keys.create and keys.rotate with an idempotencyKey; primary key.
const FIND = `
  SELECT subject_id AS subjectId
  FROM command_repeats
  WHERE procedure = @procedure AND actor_id = @actorId AND idempotency_key = @idempotencyKey
    AND at_ms > @afterMs`;

// The same commands. A key that came back after 24 h begins anew.
const REMEMBER = `
  INSERT INTO command_repeats (procedure, actor_id, idempotency_key, subject_id, at_ms)
  VALUES (@procedure, @actorId, @idempotencyKey, @subjectId, @atMs)
  ON CONFLICT (procedure, actor_id, idempotency_key) DO UPDATE
  SET subject_id = excluded.subject_id, at_ms = excluded.at_ms`;

// The hourly tidying; index command_repeats_by_time.
const FORGET = `DELETE FROM command_repeats WHERE at_ms <= @upToMs`;

/** Prepares the statements on repeated commands. */
export function createCommandRepeatQueries(handle: DatabaseHandle) {
  const find = handle.prepare<CommandRepeatKey & { afterMs: number }, { subjectId: string }>(FIND);
  const remember = handle.prepare<CommandRepeatKey & { subjectId: string; atMs: TimestampMs }>(REMEMBER);
  const forget = handle.prepare<{ upToMs: number }>(FORGET);
  return {
    /** What the command made the first time, within the last 24 h; null when it is new. */
    find: (key: CommandRepeatKey, nowMs: TimestampMs): string | null =>
      find.get({ ...key, afterMs: nowMs - COMMAND_REPEAT_MS })?.subjectId ?? null,
    /** Call in the transaction of the command itself. */
    remember: (key: CommandRepeatKey, subjectId: string, nowMs: TimestampMs): void =>
      void remember.run({ ...key, subjectId, atMs: nowMs }),
    /** Removes what is too old to be recognised. */
    forgetOld: (nowMs: TimestampMs): void => void forget.run({ upToMs: nowMs - COMMAND_REPEAT_MS }),
  };
}
