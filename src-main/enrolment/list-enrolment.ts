import { z } from 'zod';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { keyId as keyIdSchema } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { AppError } from '#main/platform/app-error.ts';
import { viewChild, viewToken } from './enrolment-view.ts';

/** The tokens of a key, newest first, ended ones too. Throws KEY_NOT_FOUND. */
export function listEnrolmentTokens(
  context: UseCaseContext,
  { keyId }: HandlerInput<'enrolment.list'>,
): Output<'enrolment.list'> {
  loadKey(context, keyId);
  return { items: context.db.enrolment.list(keyId).map((token) => viewToken(context, token)) };
}

/** After every moment, and before every key id. */
const FROM_THE_NEWEST = { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '' };
const place = z.tuple([z.int(), keyIdSchema]);

/** The children of a key, newest first. Throws KEY_NOT_FOUND and INVALID_INPUT for a cursor that is none. */
export function listChildren(
  context: UseCaseContext,
  { keyId, isLive: isLiveWanted, cursor, limit }: HandlerInput<'enrolment.children'>,
): Output<'enrolment.children'> {
  loadKey(context, keyId);
  const { db, nowMs } = context;
  const isLive = isLiveWanted === true;
  const before = cursor === undefined ? FROM_THE_NEWEST : placeOf(cursor);
  const rows = db.enrolment.children({ parentId: keyId, isLive, nowMs, ...before, limit: limit + 1 });
  const items = rows.slice(0, limit).map((child) => viewChild(context, child));
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
    total: db.enrolment.countChildren(keyId, isLive, nowMs),
  };
}

function cursorOf({ createdAt, keyId }: Output<'enrolment.children'>['items'][number]): string {
  return Buffer.from(JSON.stringify([createdAt, keyId])).toString('base64url');
}

function placeOf(cursor: string): typeof FROM_THE_NEWEST {
  const read = place.safeParse(asJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (read.success) return { beforeMs: read.data[0], beforeId: read.data[1] };
  const message = 'This cursor belongs to another list. Start again at the first page.';
  throw new AppError('INVALID_INPUT', `cursor: ${message}`, [{ path: 'cursor', message }]);
}

/** Undefined when the text is no JSON: the schema refuses it then. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
