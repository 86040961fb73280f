import type { TimestampMs, TokenId } from '#contract/ids.ts';
import type { AdminToken } from '#contract/tokens.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A token with the hash it is found by. */
export type StoredAdminToken = AdminToken & { readonly hash: Uint8Array; readonly pepperVersion: number };

const COLUMNS = `
  id,
  name,
  role,
  hint,
  created_at_ms AS createdAt,
  expires_at_ms AS expiresAt,
  revoked_at_ms AS revokedAt`;

// tokens.revoke; primary key.
const GET = `SELECT ${COLUMNS} FROM admin_tokens WHERE id = @id`;

// tokens.list; a scan of a small table.
const LIST = `SELECT ${COLUMNS} FROM admin_tokens ORDER BY created_at_ms, id`;

// Every admin request with a bearer token; unique index of hash.
const FIND_BY_HASH = `SELECT ${COLUMNS}, hash, pepper_version AS pepperVersion FROM admin_tokens WHERE hash = @hash`;

// tokens.create, to refuse the name of a token that is in use; a scan of a small table.
const FIND_BY_NAME = `SELECT id FROM admin_tokens WHERE name = @name AND revoked_at_ms IS NULL`;

// tokens.create and the first start.
const INSERT = `
  INSERT INTO admin_tokens (id, name, role, hash, pepper_version, hint, created_at_ms, expires_at_ms, revoked_at_ms)
  VALUES (@id, @name, @role, @hash, @pepperVersion, @hint, @createdAt, @expiresAt, NULL)`;

// tokens.revoke; primary key.
const REVOKE = `UPDATE admin_tokens SET revoked_at_ms = @revokedAt WHERE id = @id`;

/** Prepares the statements on admin tokens. */
export function createAdminTokenQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ id: string }, AdminToken>(GET);
  const list = handle.prepare<[], AdminToken>(LIST);
  const findByHash = handle.prepare<{ hash: Uint8Array }, StoredAdminToken>(FIND_BY_HASH);
  const findByName = handle.prepare<{ name: string }, { id: TokenId }>(FIND_BY_NAME);
  const insert = handle.prepare<Omit<StoredAdminToken, 'revokedAt'>>(INSERT);
  const revoke = handle.prepare<{ id: TokenId; revokedAt: TimestampMs }>(REVOKE);
  return {
    get: (id: string): AdminToken | null => get.get({ id }) ?? null,
    /** Oldest first, ended ones included. */
    list: (): readonly AdminToken[] => list.all(),
    findByHash: (hash: Uint8Array): StoredAdminToken | null => findByHash.get({ hash }) ?? null,
    /** Token of that name that is not revoked. */
    findByName: (name: string): TokenId | null => findByName.get({ name })?.id ?? null,
    insert: (token: StoredAdminToken): void => void insert.run(token),
    revoke: (id: TokenId, revokedAt: TimestampMs): void => void revoke.run({ id, revokedAt }),
  };
}
