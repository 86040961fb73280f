import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { decodeCursor, encodeCursor } from './list-cursor.ts';
import { viewSummary } from './key-view.ts';

/** One page of keys in the wanted order, with how many the filter lets through in all.
 *  Throws INVALID_INPUT for a cursor of another filter or sort. */
export function listKeys(context: UseCaseContext, input: HandlerInput<'keys.list'>): Output<'keys.list'> {
  const { filter, sort, limit } = input;
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, { filter, sort });
  context.db.lastUsed.sync();
  // One more than asked for tells whether there is a next page.
  const rows = context.db.keys.listPage({ filter, sort, after, limit: limit + 1, nowMs: context.nowMs });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined
      ? encodeCursor({ sortValue: last.sortValue, id: last.id }, { filter, sort })
      : null;
  return {
    items: page.map((row) => viewSummary(context, row)),
    nextCursor,
    total: context.db.keys.count(filter, context.nowMs),
  };
}
