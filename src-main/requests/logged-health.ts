import type { Health } from '#contract/health.ts';
import type { KeyId } from '#contract/ids.ts';

/** Refusals as revoked with one secret of a key: of a rotation when the key has a newer one. */
export interface RevokedSecret {
  readonly keyId: KeyId;
  readonly version: number;
  readonly count: number;
}

/** Health as far as the log knows it: which revoked secrets belong to rotations is known to the key store. Until then
 *  `auth.rotation` is 0 and `auth.withdrawn` holds its part. */
export interface LoggedHealth {
  readonly health: Health;
  readonly revokedSecrets: readonly RevokedSecret[];
}
