import type { HandlerInput, Output } from '#contract/contract.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { RequestsStore } from './requests-store.ts';

/** Notices of quotas, newest first. The cursor is the number of the last one. Throws INVALID_INPUT for another cursor. */
export function listNotices(
  store: RequestsStore,
  { cursor, limit }: HandlerInput<'notices.list'>,
): Output<'notices.list'> {
  const items = store.db.limits.notices(beforeId(cursor), limit + 1);
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, nextCursor: items.length > limit && last !== undefined ? String(last.id) : null };
}

function beforeId(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  const id = /^[1-9]\d{0,14}$/.test(cursor) ? Number(cursor) : null;
  if (id !== null) return id;
  const message = 'This cursor does not belong to this list.';
  throw new AppError('INVALID_INPUT', `cursor: ${message}`, [{ path: 'cursor', message }]);
}
