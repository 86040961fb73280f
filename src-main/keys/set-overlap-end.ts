import type { ErrorCode } from '#contract/errors.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { Planned, RotationFacts, SecretEnd } from '#main/domain/rotation.ts';
import { AppError } from '#main/platform/app-error.ts';
import { loadKey, viewKey } from './key-view.ts';

/** Carries out a plan for the old secret of a rotation. Throws KEY_NOT_FOUND and what the plan refuses with. */
export function setOverlapEnd(
  context: UseCaseContext,
  change: {
    readonly action: 'keys.endOverlap' | 'keys.extendOverlap';
    readonly keyId: KeyId;
    readonly reason: string | null;
    readonly plan: (facts: RotationFacts) => Planned<SecretEnd, ErrorCode>;
  },
): Key {
  return context.command(() => {
    const { key, secrets } = loadKey(context, change.keyId);
    const planned = change.plan({ key, secrets, nowMs: context.nowMs });
    if (!planned.ok) {
      const fields =
        planned.code === 'INVALID_INPUT' ? [{ path: 'endsAt', message: planned.message }] : undefined;
      throw new AppError(planned.code, planned.message, fields);
    }
    const { version, endsAtMs } = planned.plan;
    const endedBefore = secrets.find((secret) => secret.version === version)?.endsAtMs ?? null;
    context.db.secrets.setEnd(key.id, version, endsAtMs);
    return {
      value: viewKey(context, loadKey(context, key.id)),
      audit: {
        action: change.action,
        subject: { kind: 'key', id: key.id, name: key.name },
        before: { secretVersion: version, overlapEndsAt: endedBefore },
        after: { secretVersion: version, overlapEndsAt: endsAtMs },
        reason: change.reason,
      },
      changed: ['keys'],
    };
  });
}
