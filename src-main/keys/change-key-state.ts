import type { ChangedSubject } from '#contract/events.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import type { KeyColumns } from '#main/sqlite/stored-key.ts';
import { loadKey, viewKey, type LoadedKey } from './key-view.ts';

type StateColumns = Pick<
  KeyColumns,
  'suspendedAtMs' | 'suspendReason' | 'suspendMessage' | 'revokedAtMs' | 'revokeReason' | 'revokeNote'
>;

/** Suspends, resumes, revokes or restores: one shape for the four. `next` looks at the key, throws when its state does
 *  not allow the command, and says what to write. The audit event holds the status and what changed with it. */
export function changeKeyState(context: UseCaseContext, change: KeyStateChange): Key {
  return context.command(() => changedKeyState(context, change));
}

/** The same as a part of a larger command, inside whose transaction it must be called. */
export function changedKeyState(context: UseCaseContext, change: KeyStateChange): CommandOutcome<Key> {
  const loaded = loadKey(context, change.keyId);
  const before = viewKey(context, loaded);
  const columns = change.next(loaded, before);
  context.db.keys.update({ ...loaded.key, ...columns, updatedAtMs: context.nowMs });
  const after = viewKey(context, loadKey(context, change.keyId));
  return {
    value: after,
    audit: {
      action: change.action,
      subject: { kind: 'key', id: change.keyId, name: after.name },
      before: { status: before.status },
      after: { status: after.status, ...change.after },
      reason: change.reason,
    },
    changed: change.changed,
  };
}

/** One change of state. */
export interface KeyStateChange {
  readonly action: 'keys.suspend' | 'keys.resume' | 'keys.revoke' | 'keys.restore';
  readonly keyId: KeyId;
  readonly next: (loaded: LoadedKey, view: Key) => Partial<StateColumns>;
  /** Beside the status: what the event says is now so. */
  readonly after?: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
  readonly changed: readonly ChangedSubject[];
}

/** What the audit event says of a message: nothing when there is none. */
export function messageOf(input: { readonly message: string | null }): Readonly<Record<string, string>> {
  return input.message === null ? {} : { message: input.message };
}
