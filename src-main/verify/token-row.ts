import { timestampMs, type ServiceId } from '#contract/ids.ts';
import { keyEndsAt } from '#main/domain/key-status.ts';
import { isSignedBy } from '#main/platform/signing-key.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import { narrowRights } from './narrow-rights.ts';
import type { SignedToken } from './signed-token.ts';

/** What a token stands for at a service: its key as it is now, with the part of its rights that the token holds, until the token
 *  ends. null when it was not signed here, or for another service. One that has ended is known, as an expired key is. */
export function findTokenRow(
  lookup: VerifyLookup,
  { kid, claims, signedText, signature }: SignedToken,
  serviceId: ServiceId,
): VerifyRow | null {
  if (claims.service_id !== serviceId) return null;
  const signer = lookup.findSigningKey(kid);
  if (signer === null || !isSignedBy(signer, signedText, signature)) return null;
  const row = lookup.findKeyById(claims.sub, serviceId, claims.key_version);
  if (row === null) return null;
  const scopes = claims.scope.split(' ');
  return {
    ...row,
    ...narrowRights(row, { scopes, hasOwnRules: claims.own_rules }),
    expiresAtMs: timestampMs.parse(Math.min(keyEndsAt(row) ?? Infinity, claims.exp * 1_000)),
    expiryGraceMs: null,
  };
}
