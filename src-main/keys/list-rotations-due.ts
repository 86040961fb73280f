import type { HandlerInput, Output } from '#contract/contract.ts';
import { ROTATIONS_DUE_MAX } from '#contract/rotation.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Keys that are to be rotated, the longest overdue first, at most ROTATIONS_DUE_MAX of them. */
export function listRotationsDue(
  { db, nowMs }: UseCaseContext,
  { before }: HandlerInput<'keys.rotationsDue'>,
): Output<'keys.rotationsDue'> {
  const rows = db.rotationsDue.list({ nowMs, beforeMs: before, limit: ROTATIONS_DUE_MAX });
  return {
    items: rows.map(({ dueAtMs, ...row }) => ({ ...row, dueAt: dueAtMs })),
    total: db.rotationsDue.count({ nowMs, beforeMs: before }),
  };
}
