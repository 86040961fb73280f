import { timestampMs } from '#contract/ids.ts';
import type { KeyId } from '#contract/ids.ts';
import { BROWNOUTS_TOLD_MAX } from '#contract/overlap.ts';
import type { Overlap } from '#contract/overlap.ts';
import type { UseCaseContext } from '#main/context.ts';
import { comingBrownouts } from '#main/domain/brownout.ts';
import { currentVersion, retiringSecret } from '#main/domain/key-status.ts';
import { idleEndsAt } from '#main/domain/rotation.ts';
import type { StoredSecret } from '#main/sqlite/secret-queries.ts';

/** The rotation that goes on, as callers see it at `context.nowMs`; null when only one secret is live. */
export function viewOverlap(
  context: UseCaseContext,
  keyId: KeyId,
  secrets: readonly StoredSecret[],
): Overlap | null {
  const retiring = retiringSecret(secrets, context.nowMs);
  if (retiring === null || retiring.endsAtMs === null) return null;
  const { endsAtMs, brownoutFromMs, brownoutEveryMs, brownoutLengthMs } = retiring;
  const coming = { nowMs: context.nowMs, untilMs: endsAtMs, max: BROWNOUTS_TOLD_MAX };
  return {
    retiringVersion: retiring.version,
    endsAt: endsAtMs,
    idleEndMs: retiring.idleEndMs,
    notBefore: retiring.idleNotBeforeMs,
    idleEndsAt: idleEnd(context, { keyId, retiring, secrets, endsAtMs }),
    brownout:
      brownoutFromMs === null || brownoutEveryMs === null || brownoutLengthMs === null
        ? null
        : { startsAt: brownoutFromMs, everyMs: brownoutEveryMs, lengthMs: brownoutLengthMs },
    comingBrownouts: comingBrownouts(retiring, coming).map(({ fromMs, toMs }) => ({
      from: timestampMs.parse(fromMs),
      to: timestampMs.parse(toMs),
    })),
  };
}

/** Since when nobody has used the old secret: its last use, the rotation, or the moment since when uses are known. */
export function quietSince(
  context: UseCaseContext,
  keyId: KeyId,
  { retiring, secrets }: { readonly retiring: StoredSecret; readonly secrets: readonly StoredSecret[] },
): number {
  const current = currentVersion(secrets);
  const rotatedAtMs = secrets.find(({ version }) => version === current)?.createdAtMs ?? context.nowMs;
  const { lastUsed } = context.db;
  return Math.max(rotatedAtMs, lastUsed.secretAt(keyId, retiring.version) ?? 0, lastUsed.knownSinceMs);
}

function idleEnd(
  context: UseCaseContext,
  rotation: {
    readonly keyId: KeyId;
    readonly retiring: StoredSecret;
    readonly secrets: readonly StoredSecret[];
    readonly endsAtMs: number;
  },
): Overlap['idleEndsAt'] {
  const { keyId, retiring, endsAtMs } = rotation;
  const atMs = idleEndsAt(retiring, quietSince(context, keyId, rotation));
  return atMs === null || atMs > endsAtMs ? null : timestampMs.parse(Math.max(atMs, context.nowMs));
}
