import type { HandlerInput } from '#contract/contract.ts';
import type { KeyWithSecret } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { planRotation } from '#main/domain/rotation.ts';
import { AppError } from '#main/platform/app-error.ts';
import { loadKey, viewKey } from './key-view.ts';
import { mintSecret } from './mint-secret.ts';

const NO_BROWNOUTS = { brownoutFromMs: null, brownoutEveryMs: null, brownoutLengthMs: null };

/** Gives a key a new secret, shown this once; the former one goes on for `overlapMs`, never beyond the key's expiry.
 *  Throws KEY_NOT_FOUND, WRONG_STATUS, ROTATION_IN_PROGRESS. */
export function rotateKey(context: UseCaseContext, input: HandlerInput<'keys.rotate'>): KeyWithSecret {
  return context.command(() => rotatedKey(context, input));
}

/** The same as a part of a larger command, inside whose transaction it must be called. */
export function rotatedKey(
  context: UseCaseContext,
  input: HandlerInput<'keys.rotate'>,
): CommandOutcome<KeyWithSecret & { readonly secret: string }> {
  const { key, secrets } = loadKey(context, input.keyId);
  const planned = planRotation({ key, secrets, nowMs: context.nowMs, overlapMs: input.overlapMs });
  if (!planned.ok) throw new AppError(planned.code, planned.message);
  const { newVersion, retiring } = planned.plan;
  context.db.secrets.setEnd(key.id, retiring.version, retiring.endsAtMs);
  context.db.secrets.setPlan(key.id, retiring.version, {
    ...NO_BROWNOUTS,
    idleEndMs: input.idleEndMs,
    idleNotBeforeMs: input.idleEndMs === null ? null : input.notBefore,
  });
  const secret = mintSecret(context, {
    keyId: key.id,
    environment: key.environment,
    slug: key.textSlug,
    version: newVersion,
  });
  return {
    value: { key: viewKey(context, loadKey(context, key.id)), secret },
    audit: {
      action: 'keys.rotate',
      subject: { kind: 'key', id: key.id, name: key.name },
      before: { secretVersion: retiring.version },
      after: {
        secretVersion: newVersion,
        overlapEndsAt: retiring.endsAtMs,
        ...(input.idleEndMs === null ? {} : { idleEndMs: input.idleEndMs, notBefore: input.notBefore }),
      },
      reason: input.reason ?? null,
    },
    changed: ['keys'],
  };
}
