import type { HandlerInput } from '#contract/contract.ts';
import type { KeyWithSecret } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { planRotation } from '#main/domain/rotation.ts';
import { AppError } from '#main/platform/app-error.ts';
import { findRepeat, rememberCommand } from './command-repeat.ts';
import { loadKey, viewKey } from './key-view.ts';
import { mintSecret } from './mint-secret.ts';

/** Gives a key a new secret, shown this once; the former one goes on for `overlapMs`, never beyond the key's expiry.
 *  A repeat with the same idempotencyKey rotates nothing and shows no secret.
 *  Throws KEY_NOT_FOUND, WRONG_STATUS, ROTATION_IN_PROGRESS. */
export function rotateKey(context: UseCaseContext, input: HandlerInput<'keys.rotate'>): KeyWithSecret {
  return context.command<KeyWithSecret>(() => {
    const loaded = loadKey(context, input.keyId);
    const { key, secrets } = loaded;
    const repeatedId = findRepeat(context, 'keys.rotate', input.idempotencyKey);
    if (repeatedId !== null) {
      checkSameKey(repeatedId, input.keyId);
      return { value: { key: viewKey(context, loaded), secret: null }, audit: null, changed: [] };
    }
    const planned = planRotation({ key, secrets, nowMs: context.nowMs, overlapMs: input.overlapMs });
    if (!planned.ok) throw new AppError(planned.code, planned.message);
    const { newVersion, retiring } = planned.plan;
    context.db.secrets.setEnd(key.id, retiring.version, retiring.endsAtMs);
    const secret = mintSecret(context, {
      keyId: key.id,
      environment: key.environment,
      slug: key.applicationSlug,
      version: newVersion,
    });
    rememberCommand(context, 'keys.rotate', input.idempotencyKey, key.id);
    return {
      value: { key: viewKey(context, loadKey(context, key.id)), secret },
      audit: {
        action: 'keys.rotate',
        subject: { kind: 'key', id: key.id, name: key.name },
        before: { secretVersion: retiring.version },
        after: { secretVersion: newVersion, overlapEndsAt: retiring.endsAtMs },
        reason: input.reason ?? null,
      },
      changed: ['keys'],
    };
  });
}

function checkSameKey(repeatedId: string, keyId: string): void {
  if (repeatedId === keyId) return;
  const message = 'This idempotencyKey was used for another key. Use a new one for each command.';
  throw new AppError('INVALID_INPUT', message, [{ path: 'idempotencyKey', message }]);
}
