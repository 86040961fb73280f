import type { HandlerInput, Output } from '#contract/contract.ts';
import { isLetterKind } from '#contract/letter-kinds.ts';
import type { Delivery } from '#contract/notice-channels.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { createLetterQueries } from '#main/sqlite/letter-queries.ts';
import { createNoticeQueries, type StoredDelivery } from '#main/sqlite/notice-queries.ts';
import { createWebhookQueries } from '#main/sqlite/webhook-queries.ts';
import { sentencesOf } from './say-notices.ts';

/** One page of the log of deliveries, newest first. Throws INVALID_INPUT for a cursor that is not ours. */
export function listDeliveries(
  { db }: UseCaseContext,
  { filter, cursor, limit }: HandlerInput<'notices.deliveries'>,
): Output<'notices.deliveries'> {
  const queries = createNoticeQueries(db.handle);
  const rows = queries.list({ state: filter.state ?? null, ...placeOf(cursor), limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const names = webhookNames(db);
  return {
    items: items.map((row) => viewDelivery(db, row, names)),
    nextCursor: rows.length > limit && last !== undefined ? `${String(last.createdAtMs)}.${last.id}` : null,
    failed: queries.countFailed(),
  };
}

/** Names of webhooks by their id. */
export function webhookNames(db: UseCaseContext['db']): ReadonlyMap<string, string> {
  return new Map(
    createWebhookQueries(db.handle)
      .list()
      .map(({ id, name }) => [id, name]),
  );
}

/** A delivery as admins see it. */
export function viewDelivery(
  { handle }: UseCaseContext['db'],
  row: StoredDelivery,
  names: ReadonlyMap<string, string>,
): Delivery {
  const letter = isLetterKind(row.kind) ? createLetterQueries(handle).get(row.id) : null;
  const notices = createNoticeQueries(handle).itemsOf(row.id);
  return {
    id: row.id,
    channel: row.channel,
    to: row.address ?? names.get(row.webhookId ?? '') ?? 'This desktop',
    kind: row.kind,
    noticeIds: notices.map(({ id }) => id),
    text: letter?.subject ?? sentencesOf(notices)[0] ?? '',
    state: row.state,
    attempts: row.attempts,
    createdAt: row.createdAtMs,
    lastAttemptAt: row.lastAttemptAtMs,
    nextAttemptAt: row.nextAttemptAtMs,
    problem: row.problem,
    isReplay: row.isReplay === 1,
    canReplay: row.state !== 'waiting' && row.kind !== null && (letter === null || letter.sealed !== null),
  };
}

function placeOf(cursor: string | undefined): { readonly beforeMs: number; readonly beforeId: string } {
  if (cursor === undefined) return { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '' };
  const [, atMs, id] = /^(\d{1,15})\.(dlv_[0-9A-Za-z]{16})$/.exec(cursor) ?? [];
  if (atMs === undefined || id === undefined) {
    const message = 'This cursor does not belong to this list.';
    throw new AppError('INVALID_INPUT', `cursor: ${message}`, [{ path: 'cursor', message }]);
  }
  return { beforeMs: Number(atMs), beforeId: id };
}
