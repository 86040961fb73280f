import { z } from 'zod';
import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { HandoffPageEnd } from '#main/sqlite/handoff-list-queries.ts';
import { loadHandoff, viewHandoff } from './handoff-view.ts';

/** One page of the handoffs, newest first. Throws INVALID_INPUT for a cursor that is not ours. */
export function listHandoffs(
  context: UseCaseContext,
  input: HandlerInput<'handoffs.list'>,
): Output<'handoffs.list'> {
  const { handoffList } = context.db;
  const { nowMs } = context;
  // One more than asked tells whether there is a next page.
  const rows = handoffList.page(input.filter, { ...endOf(input.cursor), limit: input.limit + 1, nowMs });
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => viewHandoff(context, row)),
    nextCursor:
      rows.length > page.length && last !== undefined ? `${String(last.createdAtMs)}.${last.id}` : null,
    total: handoffList.count(input.filter, nowMs),
    attention: handoffList.countAttention(),
  };
}

/** One handoff and what happened to it, oldest first. Throws HANDOFF_NOT_FOUND. */
export function getHandoff(
  context: UseCaseContext,
  { handoffId }: HandlerInput<'handoffs.get'>,
): Output<'handoffs.get'> {
  const stored = loadHandoff(context, handoffId);
  return { ...viewHandoff(context, stored), timeline: context.db.handoffs.listEvents(handoffId) };
}

const END = z.tuple([z.coerce.number<string>().int().min(0), z.string().regex(/^hnd_[0-9A-Za-z]{16}$/)]);

function endOf(cursor: string | undefined): HandoffPageEnd {
  if (cursor === undefined) return { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '' };
  const parsed = END.safeParse(cursor.split('.'));
  if (parsed.success) return { beforeMs: parsed.data[0], beforeId: parsed.data[1] };
  const message = 'This cursor does not belong to this list.';
  throw new AppError('INVALID_INPUT', `cursor: ${message}`, [{ path: 'cursor', message }]);
}
