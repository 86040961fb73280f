import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { LoggedHealth } from './logged-health.ts';

/** Health with the failures of rotations told apart: a secret that was refused as revoked while its key has a newer one. */
export function withRotationFailures(
  { health, revokedSecrets }: LoggedHealth,
  currentVersionOf: (keyId: KeyId) => number,
): Output<'usage.health'> {
  const rotation = revokedSecrets
    .filter(({ keyId, version }) => version < currentVersionOf(keyId))
    .reduce((sum, { count }) => sum + count, 0);
  const { auth } = health;
  return { ...health, auth: { ...auth, withdrawn: auth.withdrawn - rotation, rotation } };
}
