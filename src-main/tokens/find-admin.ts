import { timingSafeEqual } from 'node:crypto';
import type { Actor } from '#contract/audit.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { Role } from '#contract/procedure.ts';
import type { AdminToken } from '#contract/tokens.ts';
import { isAdminToken } from '#main/domain/key-format.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { KeysDatabase } from '#main/sqlite/keys-database.ts';

/** Who holds an admin token, and as what; null when it is malformed, unknown, revoked or expired. Reads the store each time. */
export function findAdmin(
  parts: { readonly db: KeysDatabase; readonly keyring: Keyring; readonly nowMs: TimestampMs },
  token: string,
): { readonly actor: Actor; readonly role: Role } | null {
  // The checksum first: garbage costs no look-up.
  if (!isAdminToken(token)) return null;
  const hash = parts.keyring.hash(token);
  const found = parts.db.adminTokens.findByHash(hash);
  if (found === null || !timingSafeEqual(found.hash, hash)) return null;
  if (!isLive(found, parts.nowMs)) return null;
  return { actor: { kind: 'token', id: found.id, name: found.name }, role: found.role };
}

/** Is the token with this id neither revoked nor expired? Reads the store each time. */
export function isTokenLive(
  parts: { readonly db: KeysDatabase; readonly nowMs: TimestampMs },
  id: string,
): boolean {
  const found = parts.db.adminTokens.get(id);
  return found !== null && isLive(found, parts.nowMs);
}

function isLive(token: AdminToken, nowMs: TimestampMs): boolean {
  return token.revokedAt === null && (token.expiresAt === null || token.expiresAt > nowMs);
}
