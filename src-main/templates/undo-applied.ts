import type { KeyId } from '#contract/ids.ts';
import type { Template } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { checkKeyPolicy } from '#main/keys/check-key-policy.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { AppliedPolicy } from './apply-template.ts';

/** Gives one key back what applying a template has taken from it, inside a command. Throws WRONG_STATUS where somebody has changed it since
 *  or it is revoked, KEY_NOT_FOUND, and what checkKeyPolicy throws where what it had is gone. */
export function undoApplied(
  context: UseCaseContext,
  {
    keyId,
    policy,
    template,
  }: { readonly keyId: KeyId; readonly policy: AppliedPolicy; readonly template: Template },
): void {
  const { key } = loadKey(context, keyId);
  if (key.revokedAtMs !== null) {
    throw new AppError('WRONG_STATUS', `The key “${key.name}” is revoked and cannot change.`);
  }
  const now: Readonly<Record<string, unknown>> = { ...key, scopeIds: key.scopes.map(({ id }) => id) };
  const edited = Object.entries(policy.after).find(
    ([field, given]) => textOf(field, now[field]) !== textOf(field, given),
  );
  if (edited !== undefined) {
    throw new AppError('WRONG_STATUS', `“${key.name}” was changed since (${edited[0]}): it stays as it is.`);
  }
  checkKeyPolicy(context, policy.before);
  const { scopeIds, ...columns } = policy.before;
  context.command(() => {
    context.db.keys.update({ ...key, ...columns, updatedAtMs: context.nowMs });
    if (scopeIds !== undefined) context.db.keys.setScopes(keyId, scopeIds);
    return {
      value: null,
      audit: {
        action: 'keys.update',
        subject: { kind: 'key', id: keyId, name: key.name },
        before: policy.after,
        after: policy.before,
        reason: `Taken back: template ${template.name}`,
      },
      changed: ['keys'],
    };
  });
}

/** Scopes are a set. */
function textOf(field: string, value: unknown): string {
  return JSON.stringify(field === 'scopeIds' && Array.isArray(value) ? value.toSorted() : value);
}
