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
  parts: {
    readonly db: KeysDatabase;
    readonly keyring: Keyring;
    readonly nowMs: TimestampMs;
    /** Told of a good token that is kept under a retired pepper, and by which hash. */
    readonly onRetired?: (former: Buffer) => void;
  },
  token: string,
): { readonly actor: Actor; readonly role: Role } | null {
  // The checksum first: garbage costs no look-up.
  if (!isAdminToken(token)) return null;
  const find = (hash: Buffer) => {
    const row = parts.db.adminTokens.findByHash(hash);
    return row === null || !timingSafeEqual(row.hash, hash) || !isLive(row, parts.nowMs) ? null : row;
  };
  const found = parts.keyring.peppers.find(token, find, parts.onRetired);
  if (found === null) return null;
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
