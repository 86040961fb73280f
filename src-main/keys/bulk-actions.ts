import type { HandlerInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { BulkAction } from '#contract/key-bulk.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { loadKey } from './key-view.ts';
import { restoreKey } from './restore-key.ts';
import { resumeKey } from './resume-key.ts';
import { revokeKey } from './revoke-key.ts';
import { suspendKey } from './suspend-key.ts';
import { updateKey } from './update-key.ts';

/** What a key had that an action changed. */
export type HadBefore = Extract<BulkAction, { kind: 'putBack' }>['had'][string];

const NOTHING_TO_KEEP: HadBefore = {};
/** A key has at most this many tags. */
const TAGS_MAX = 20;

/** Does the action to one key with the command for one key. Answers what undoing it needs; null = the key is like that already.
 *  Throws what the command throws. */
export function changeOneKey(context: UseCaseContext, keyId: KeyId, action: BulkAction): HadBefore | null {
  switch (action.kind) {
    case 'suspend':
      suspendKey(context, { keyId, reason: action.reason, message: action.message });
      return NOTHING_TO_KEEP;
    case 'resume':
      resumeKey(context, { keyId, message: null });
      return NOTHING_TO_KEEP;
    case 'revoke':
      revokeKey(context, { keyId, reason: action.reason, note: action.note, message: action.message });
      return NOTHING_TO_KEEP;
    case 'restore':
      restoreKey(context, { keyId, message: null });
      return NOTHING_TO_KEEP;
    case 'tag':
      return retag(context, keyId, action);
    case 'extend':
      return extend(context, keyId, action);
    case 'plan':
      return putOnPlan(context, keyId, action.planId);
    case 'putBack': {
      const had = action.had[keyId];
      if (had === undefined) return null;
      const changes: HandlerInput<'keys.update'> = {
        keyId,
        ...(had.tags === undefined ? {} : { tags: had.tags }),
        ...(had.planId === undefined ? {} : { planId: had.planId }),
        ...(had.expiresAt === undefined
          ? {}
          : { expiresAt: had.expiresAt, noExpiryReason: had.noExpiryReason ?? null }),
      };
      updateKey(context, changes, { isPutBack: true });
      return NOTHING_TO_KEEP;
    }
  }
}

function retag(
  context: UseCaseContext,
  keyId: KeyId,
  { add, remove }: Extract<BulkAction, { kind: 'tag' }>,
): HadBefore | null {
  const { tags } = loadKey(context, keyId).key;
  const kept = tags.filter((tag) => !remove.includes(tag));
  const next = [...kept, ...add.filter((tag) => !kept.includes(tag))];
  if (next.length === tags.length && next.every((tag, index) => tag === tags[index])) return null;
  if (next.length > TAGS_MAX) {
    throw new AppError('INVALID_INPUT', `A key has at most ${String(TAGS_MAX)} tags. Take some away first.`);
  }
  updateKey(context, { keyId, tags: next });
  return { tags };
}

/** Never makes a key end earlier: an expiry that is later already stays. */
function extend(
  context: UseCaseContext,
  keyId: KeyId,
  { expiresAt, endless }: Extract<BulkAction, { kind: 'extend' }>,
): HadBefore | null {
  const { key } = loadKey(context, keyId);
  if (key.expiresAtMs === null && !endless) {
    throw new AppError('WRONG_STATUS', 'This key never expires: there is nothing to extend.');
  }
  if (key.expiresAtMs !== null && key.expiresAtMs >= expiresAt) {
    throw new AppError('WRONG_STATUS', 'This key ends later than that already.');
  }
  updateKey(context, { keyId, expiresAt });
  return { expiresAt: key.expiresAtMs, noExpiryReason: key.noExpiryReason };
}

function putOnPlan(
  context: UseCaseContext,
  keyId: KeyId,
  planId: Extract<BulkAction, { kind: 'plan' }>['planId'],
): HadBefore | null {
  const { key } = loadKey(context, keyId);
  if (key.planId === planId) return null;
  updateKey(context, { keyId, planId });
  return { planId: key.planId };
}

/** What takes an action back; null when nothing does. */
export function undoOf(action: BulkAction, had: ReadonlyMap<KeyId, HadBefore>): BulkAction | null {
  switch (action.kind) {
    case 'suspend':
      return { kind: 'resume' };
    case 'revoke':
      return action.reason === 'leaked' ? null : { kind: 'restore' };
    case 'tag':
    case 'extend':
    case 'plan':
      return { kind: 'putBack', had: Object.fromEntries(had) };
    default:
      return null;
  }
}
