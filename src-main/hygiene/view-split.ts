import { z } from 'zod';
import type { Handoff } from '#contract/handoffs.ts';
import type { KeySplit } from '#contract/hygiene.ts';
import { keyId as keyIdSchema, timestampMs, type KeyId } from '#contract/ids.ts';
import type { KeySummary } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { viewHandoff } from '#main/handoffs/handoff-view.ts';
import { loadKey, viewKey } from '#main/keys/key-view.ts';

/** Handoffs of one successor that are looked at, newest first. */
const HANDOFFS_MAX = 50;

/** What the audit trail keeps of a split: it is where a split is remembered, because nothing else is ever done with it than to be told
 *  and undone. */
const splitRecord = z.object({
  keyIds: z.array(keyIdSchema),
  endsAt: timestampMs.nullable(),
  formerExpiresAt: timestampMs.nullable(),
  formerNoExpiryReason: z.string().nullable(),
  /** Splits of earlier programs did not keep it: there was none. */
  formerExpiryGraceMs: z.int().nullable().default(null),
});
/** See splitRecord. */
export type SplitRecord = z.infer<typeof splitRecord>;
/** A split, by whom and when. */
export type MadeSplit = SplitRecord & Pick<KeySplit, 'at' | 'by'>;

/** The split of a key that was not undone; null without one. */
export function lastSplit({ db }: UseCaseContext, keyId: KeyId): MadeSplit | null {
  const newest = (action: string) =>
    db.audit.page({ subjectKind: 'key', subjectId: keyId, action }, Number.MAX_SAFE_INTEGER, 1)[0];
  const made = newest('keys.split');
  const undone = newest('keys.undoSplit');
  if (made === undefined || (undone !== undefined && undone.seq > made.seq)) return null;
  return { ...splitRecord.parse(made.after), at: made.at, by: made.actor.name };
}

/** A split with its keys as they are now. */
export function viewSplit(context: UseCaseContext, split: MadeSplit): KeySplit {
  const found = split.keyIds.flatMap((id) => {
    if (context.db.keys.get(id) === null) return [];
    const page = {
      beforeMs: Number.MAX_SAFE_INTEGER,
      beforeId: '',
      limit: HANDOFFS_MAX,
      nowMs: context.nowMs,
    };
    const handoffs = context.db.handoffList.page({ keyId: id }, page).map((one) => viewHandoff(context, one));
    return [{ key: viewKey(context, loadKey(context, id)), handoffs }];
  });
  return {
    at: split.at,
    by: split.by,
    endsAt: split.endsAt,
    keys: found.map(({ key, handoffs }) => ({ key, handoff: handoffs[0] ?? null })),
    undoObstacle: obstacleOf(found),
  };
}

function obstacleOf(
  keys: readonly { readonly key: KeySummary; readonly handoffs: readonly Handoff[] }[],
): string | null {
  for (const { key, handoffs } of keys) {
    if (key.lastUsedAt !== null) return `“${key.name}” is in use.`;
    const received = handoffs.find(({ revealedAt }) => revealedAt !== null);
    if (received !== undefined) return `${received.recipientName} has received “${key.name}”.`;
  }
  return null;
}
