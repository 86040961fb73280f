import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { KeyCondition } from '#main/sqlite/key-list-conditions.ts';
import { decodeCursor, encodeCursor } from './list-cursor.ts';
import { viewSummary } from './key-view.ts';
import type { SelectKeys } from './select-keys.ts';

/** Makes keys.list: one page of keys in the wanted order, with how many the filter lets through in all.
 *  Throws INVALID_INPUT for a cursor of another filter or sort, and UNAVAILABLE for a filter by traffic while the log is down. */
export function createListKeys(select: SelectKeys) {
  return async (context: UseCaseContext, input: HandlerInput<'keys.list'>): Promise<Output<'keys.list'>> => {
    const { filter, sort, limit } = input;
    const after = input.cursor === undefined ? null : decodeCursor(input.cursor, { filter, sort });
    const among = await select(context, filter);
    const { actor, nowMs } = context;
    const condition: KeyCondition = { filter, among, actor, nowMs };
    context.db.lastUsed.sync();
    // One more than asked for tells whether there is a next page.
    const rows = context.db.keys.listPage({ ...condition, sort, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const nextCursor =
      rows.length > limit && last !== undefined
        ? encodeCursor({ sortValue: last.sortValue, id: last.id }, { filter, sort })
        : null;
    return {
      items: page.map((row) => ({
        ...viewSummary(context, row),
        contactEmail: row.contactEmail,
        note: row.note,
        createdBy: row.createdBy,
        templateName: row.templateName,
        rotatedAt: row.version > 1 ? row.secretMadeAtMs : null,
      })),
      nextCursor,
      total: context.db.keys.count(condition),
    };
  };
}
