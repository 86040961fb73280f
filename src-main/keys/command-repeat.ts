import { keyId, type KeyId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';

type RepeatableProcedure = 'keys.create' | 'keys.rotate';

/** The key that this actor's command with the same idempotencyKey made or rotated before; null when it is new. */
export function findRepeat(
  context: UseCaseContext,
  procedure: RepeatableProcedure,
  idempotencyKey: string | undefined,
): KeyId | null {
  if (idempotencyKey === undefined) return null;
  const repeat = { procedure, actorId: context.actor.id, idempotencyKey };
  const subjectId = context.db.commandRepeats.find(repeat, context.nowMs);
  return subjectId === null ? null : keyId.parse(subjectId);
}

/** Remembers a command with an idempotencyKey, in its own transaction. */
export function rememberCommand(
  context: UseCaseContext,
  procedure: RepeatableProcedure,
  idempotencyKey: string | undefined,
  subjectId: KeyId,
): void {
  if (idempotencyKey === undefined) return;
  const repeat = { procedure, actorId: context.actor.id, idempotencyKey };
  context.db.commandRepeats.remember(repeat, subjectId, context.nowMs);
}
