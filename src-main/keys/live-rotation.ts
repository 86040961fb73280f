import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { currentVersion, retiringSecret } from '#main/domain/key-status.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { loadKey } from './key-view.ts';

/** The two live secrets of a rotation, and when the newer one was made. */
export interface LiveRotation {
  readonly keyId: KeyId;
  readonly currentVersion: number;
  readonly retiringVersion: number;
  readonly rotatedAtMs: TimestampMs;
}

/** The rotation that is in progress for a key. Throws KEY_NOT_FOUND, NO_ROTATION_IN_PROGRESS. */
export function liveRotation(context: UseCaseContext, keyId: KeyId): LiveRotation {
  const { key, secrets } = loadKey(context, keyId);
  const retiring = retiringSecret(secrets, context.nowMs);
  if (retiring === null || key.revokedAtMs !== null) {
    throw new AppError(
      'NO_ROTATION_IN_PROGRESS',
      'This key has only one live secret: no overlap is in progress.',
    );
  }
  const version = currentVersion(secrets);
  const current = must(
    secrets.find((secret) => secret.version === version),
    'a rotating key has a current secret',
  );
  return {
    keyId,
    currentVersion: current.version,
    retiringVersion: retiring.version,
    rotatedAtMs: current.createdAtMs,
  };
}
