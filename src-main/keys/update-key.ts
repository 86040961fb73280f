import type { HandlerInput } from '#contract/contract.ts';
import { POLICY_FIELDS } from '#contract/policy-fields.ts';
import type { Key } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { checkExpiry, checkKeyPolicy } from './check-key-policy.ts';
import { checkLifetime } from './check-lifetime.ts';
import { checkChild } from './check-child.ts';
import { loadKey, viewKey } from './key-view.ts';

const FIELDS = [
  'name',
  'templateId',
  ...POLICY_FIELDS,
  'signedBy',
  'expiresAt',
  'noExpiryReason',
  'tags',
  'meta',
  'note',
  'externalId',
] as const;

/** Changes the name or policy of a key that is not revoked; its secrets stay. Giving an expired key a later expiry
 *  brings it back. Throws KEY_NOT_FOUND, WRONG_STATUS, SCOPE_NOT_FOUND, PLAN_NOT_FOUND,
 *  SERVICE_NOT_FOUND, TEMPLATE_NOT_FOUND, INVALID_INPUT. */
export function updateKey(
  context: UseCaseContext,
  input: HandlerInput<'keys.update'>,
  options: UpdateOptions = {},
): Key {
  return context.command(() => updatedKey(context, input, options));
}

/** `isPutBack`: an undo, which may bring back an expiry that is past. */
interface UpdateOptions {
  readonly isPutBack?: boolean;
}

/** The same as a part of a larger command, inside whose transaction it must be called. */
export function updatedKey(
  context: UseCaseContext,
  input: HandlerInput<'keys.update'>,
  options: UpdateOptions = {},
): CommandOutcome<Key> {
  const { keyId, ...changes } = input;
  const loaded = loadKey(context, keyId);
  const before = viewKey(context, loaded);
  if (before.status === 'revoked') {
    throw new AppError('WRONG_STATUS', 'This key is revoked and cannot change. Create a new key instead.');
  }
  checkChild(loaded.key, changes);
  checkKeyPolicy(context, changes);
  const wanted = withChanges({ ...before, templateId: loaded.key.templateId }, changes);
  if (wanted.name !== before.name) {
    const named = { kind: 'key', name: wanted.name, id: keyId } as const;
    refuseNameTwin(context.db.handle, { ...named, within: loaded.key.applicationId });
  }
  checkEnd(context, {
    before,
    wanted,
    applicationId: loaded.key.applicationId,
    isPutBack: options.isPutBack === true,
  });
  context.db.keys.update({
    ...loaded.key,
    ...wanted,
    expiresAtMs: wanted.expiresAt,
    noExpiryReason: wanted.expiresAt === null ? wanted.noExpiryReason : null,
    updatedAtMs: context.nowMs,
  });
  context.db.keys.setScopes(keyId, wanted.scopeIds);
  const after = viewKey(context, loadKey(context, keyId));
  return {
    value: after,
    audit: {
      action: 'keys.update',
      subject: { kind: 'key', id: keyId, name: after.name },
      ...changedFields(
        { ...before, templateId: loaded.key.templateId },
        { ...after, templateId: wanted.templateId },
        FIELDS,
      ),
    },
    changed: ['keys', 'scopes', 'plans'],
  };
}

type End = Pick<Key, 'expiresAt' | 'expiryGraceMs'>;

/** What the key has already is not asked about. */
function checkEnd(
  context: UseCaseContext,
  {
    before,
    wanted,
    applicationId,
    isPutBack,
  }: {
    readonly before: End;
    readonly wanted: End;
    readonly applicationId: Key['applicationId'];
    readonly isPutBack: boolean;
  },
): void {
  const { expiresAt, expiryGraceMs } = wanted;
  const isMoved = expiresAt !== before.expiresAt;
  if (isMoved && !isPutBack) checkExpiry(context, expiresAt);
  if (isMoved || expiryGraceMs !== before.expiryGraceMs) {
    checkLifetime(context, { applicationId, expiresAt, expiryGraceMs });
  }
}
