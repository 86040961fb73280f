import type { EnrolmentTokenId } from '#contract/enrolment.ts';
import type { KeyId, ScopeId, TimestampMs } from '#contract/ids.ts';
import type { RateLimit } from '#contract/plans.ts';
import { createEnrolledQueries, LIVE } from './enrolled-queries.ts';
import type { DatabaseHandle } from './open-database.ts';
import { policyTexts, type StoredEnrolmentToken } from './stored-enrolment.ts';

type Stored<T> = Omit<T, 'scopeIds' | 'hasOwnRules' | 'rateLimit' | 'needsContact'> & {
  readonly scopeIds: string;
  readonly hasOwnRules: 0 | 1;
  readonly needsContact: 0 | 1;
  readonly rateLimit: string | null;
};

const TOKEN = `
  t.id AS id, t.parent_id AS parentId, t.name AS name, t.hint AS hint, t.scope_ids AS scopeIds,
  t.has_own_rules AS hasOwnRules, t.rate_limit AS rateLimit, t.needs_contact AS needsContact, t.child_life_ms_max AS childLifeMsMax,
  t.children_max AS childrenMax, t.minted_count AS mintedCount, t.last_used_at_ms AS lastUsedAtMs,
  t.created_at_ms AS createdAtMs, t.expires_at_ms AS expiresAtMs, t.revoked_at_ms AS revokedAtMs`;

// Every POST /v1/enroll; unique index of hash.
const FIND_BY_HASH = `SELECT ${TOKEN}, t.hash AS hash FROM enrolment_tokens t WHERE t.hash = @hash`;
// enrolment.revokeToken; primary key.
const GET = `SELECT ${TOKEN} FROM enrolment_tokens t WHERE t.id = @id`;
// enrolment.list and createToken; index enrolment_tokens_by_parent.
const LIST = `SELECT ${TOKEN} FROM enrolment_tokens t WHERE t.parent_id = @parentId ORDER BY t.created_at_ms DESC, t.id`;
// The watch of ceilings; primary key, in its order.
const PAGE = `SELECT ${TOKEN} FROM enrolment_tokens t WHERE t.id > @afterId ORDER BY t.id LIMIT @limit`;
// enrolment.createToken.
const INSERT = `
  INSERT INTO enrolment_tokens (id, parent_id, name, hash, pepper_version, hint, scope_ids, has_own_rules, rate_limit,
    needs_contact, child_life_ms_max, children_max, minted_count, last_used_at_ms, expires_at_ms, revoked_at_ms, created_at_ms)
  VALUES (@id, @parentId, @name, @hash, @pepperVersion, @hint, @scopeIds, @hasOwnRules, @rateLimit,
    @needsContact, @childLifeMsMax, @childrenMax, 0, NULL, @expiresAtMs, NULL, @createdAtMs)`;
// enrolment.revokeToken; primary key.
const REVOKE = `UPDATE enrolment_tokens SET revoked_at_ms = @revokedAtMs WHERE id = @id`;

// POST /v1/enroll, enrolment.list and revokeToken; index keys_by_parent, then primary key of enrolments.
const LIVE_OF_TOKEN = `
  FROM keys k
  JOIN enrolments e ON e.key_id = k.id
  WHERE k.parent_id = @parentId AND e.token_id = @tokenId AND ${LIVE}`;
const COUNT_LIVE = `SELECT COUNT(*) AS count ${LIVE_OF_TOKEN}`;
const LIST_LIVE = `SELECT k.id AS keyId ${LIVE_OF_TOKEN} ORDER BY k.id`;

/** Prepares the statements on enrolment tokens. */
export function createEnrolmentQueries(handle: DatabaseHandle) {
  const findByHash = handle.prepare<{ hash: Buffer }, Stored<StoredEnrolmentToken> & { hash: Buffer }>(
    FIND_BY_HASH,
  );
  const get = handle.prepare<{ id: EnrolmentTokenId }, Stored<StoredEnrolmentToken>>(GET);
  const list = handle.prepare<{ parentId: KeyId }, Stored<StoredEnrolmentToken>>(LIST);
  const page = handle.prepare<{ afterId: string; limit: number }, Stored<StoredEnrolmentToken>>(PAGE);
  const insert = handle.prepare<
    Omit<Stored<StoredEnrolmentToken>, 'mintedCount' | 'lastUsedAtMs' | 'revokedAtMs'> & {
      hash: Buffer;
      pepperVersion: number;
    }
  >(INSERT);
  const revoke = handle.prepare<{ id: EnrolmentTokenId; revokedAtMs: TimestampMs }>(REVOKE);
  type OfToken = { parentId: KeyId; tokenId: EnrolmentTokenId; nowMs: number };
  const countLive = handle.prepare<OfToken, { count: number }>(COUNT_LIVE);
  const listLive = handle.prepare<OfToken, { keyId: KeyId }>(LIST_LIVE);
  return {
    /** The token with this hash, also when it has ended. */
    findByHash: (hash: Buffer): (StoredEnrolmentToken & { readonly hash: Buffer }) | null => {
      const row = findByHash.get({ hash });
      return row === undefined ? null : { ...tokenFrom(row), hash: row.hash };
    },
    get: (id: EnrolmentTokenId): StoredEnrolmentToken | null => {
      const row = get.get({ id });
      return row === undefined ? null : tokenFrom(row);
    },
    /** Newest first, ended ones included. */
    list: (parentId: KeyId): readonly StoredEnrolmentToken[] => list.all({ parentId }).map(tokenFrom),
    /** The next `limit` tokens of all keys after an id, by id, ended ones included; the empty id is before all. */
    page: (afterId: string, limit: number): readonly StoredEnrolmentToken[] =>
      page.all({ afterId, limit }).map(tokenFrom),
    insert: (token: StoredEnrolmentToken, hash: Buffer, pepperVersion: number): void => {
      const { mintedCount: _minted, lastUsedAtMs: _used, revokedAtMs: _revoked, ...columns } = token;
      const needsContact = token.needsContact ? 1 : 0;
      insert.run({ ...columns, ...policyTexts(token), needsContact, hash, pepperVersion });
    },
    revoke: (id: EnrolmentTokenId, revokedAtMs: TimestampMs): void => void revoke.run({ id, revokedAtMs }),
    /** Children that are neither revoked nor past their end. */
    countLive: (token: StoredEnrolmentToken, nowMs: number): number =>
      countLive.get({ parentId: token.parentId, tokenId: token.id, nowMs })?.count ?? 0,
    liveChildren: (token: StoredEnrolmentToken, nowMs: number): readonly KeyId[] =>
      listLive.all({ parentId: token.parentId, tokenId: token.id, nowMs }).map(({ keyId }) => keyId),
    ...createEnrolledQueries(handle),
  };
}

function tokenFrom({
  scopeIds,
  hasOwnRules,
  rateLimit,
  needsContact,
  ...row
}: Stored<StoredEnrolmentToken>): StoredEnrolmentToken {
  return {
    ...row,
    scopeIds: JSON.parse(scopeIds) as readonly ScopeId[],
    hasOwnRules: hasOwnRules === 1,
    needsContact: needsContact === 1,
    rateLimit: rateLimit === null ? null : (JSON.parse(rateLimit) as RateLimit),
  };
}
