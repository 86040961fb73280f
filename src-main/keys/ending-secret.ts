import type { HandlerInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { currentVersion, retiringSecret } from '#main/domain/key-status.ts';

/** The old secret of a rotation that goes on; null when there is none. */
export function retiringVersionOf(
  { db, nowMs }: UseCaseContext,
  { keyId }: { readonly keyId: KeyId },
): number | null {
  return retiringSecret(db.secrets.list(keyId), nowMs)?.version ?? null;
}

/** The secret that undoing a rotation ends. */
export function currentVersionOf({ db }: UseCaseContext, { keyId }: { readonly keyId: KeyId }): number {
  return currentVersion(db.secrets.list(keyId));
}

/** The secret that a rotation ends at once; null when it goes on for a while. */
export function endsByRotating(context: UseCaseContext, input: HandlerInput<'keys.rotate'>): number | null {
  return input.overlapMs === 0 ? currentVersionOf(context, input) : null;
}
