import type { EnrolmentTokenId } from '#contract/enrolment.ts';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';
import {
  policyTexts,
  type ChildrenPage,
  type NewEnrolment,
  type StoredEnrolment,
} from './stored-enrolment.ts';

// POST /v1/enroll, after keys.insert; primary key.
const MAKE_CHILD = `UPDATE keys SET parent_id = @parentId, child_rate_limit = @rateLimit WHERE id = @keyId`;
const INSERT_ENROLMENT = `
  INSERT INTO enrolments (key_id, parent_id, token_id, request_id, name, version, commit_hash, build, device, developer,
    contact_name, contact_email, scope_ids, has_own_rules, ends_at_ms, created_at_ms, removed_at_ms)
  VALUES (@keyId, @parentId, @tokenId, @requestId, @name, @version, @commit, @build, @device, @developer,
    @contactName, @contactEmail, @scopeIds, @hasOwnRules, @endsAtMs, @createdAtMs, NULL)`;
// POST /v1/enroll; primary key.
const COUNT_MINTED = `
  UPDATE enrolment_tokens
  SET minted_count = minted_count + 1, last_used_at_ms = @atMs
  WHERE id = @id`;
// POST /v1/enroll with a requestId; unique index of token and request.
const FIND_REQUEST = `
  SELECT key_id AS keyId FROM enrolments WHERE token_id = @tokenId AND request_id = @requestId`;

/** A key `k` that is neither revoked nor past its end. */
export const LIVE = `k.revoked_at_ms IS NULL AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs)`;
// enrolment.children and pivot; index enrolments_by_parent, in its order.
const CHILDREN = `
  SELECT e.key_id AS keyId, e.parent_id AS parentId, e.token_id AS tokenId, COALESCE(t.name, '') AS tokenName,
    e.name AS name, e.version AS version, e.commit_hash AS "commit", e.build AS build, e.device AS device,
    e.developer AS developer, e.contact_name AS contactName, e.contact_email AS contactEmail, e.created_at_ms AS createdAtMs, e.ends_at_ms AS endsAtMs,
    e.removed_at_ms AS removedAtMs, k.expires_at_ms AS expiresAtMs, k.expiry_grace_ms AS expiryGraceMs, k.suspended_at_ms AS suspendedAtMs,
    k.revoked_at_ms AS revokedAtMs
  FROM enrolments e
  LEFT JOIN keys k ON k.id = e.key_id
  LEFT JOIN enrolment_tokens t ON t.id = e.token_id
  WHERE e.parent_id = @parentId AND (e.created_at_ms, e.key_id) < (@beforeMs, @beforeId)
    AND (@isLive = 0 OR (k.id IS NOT NULL AND k.suspended_at_ms IS NULL AND ${LIVE}))
  ORDER BY e.created_at_ms DESC, e.key_id DESC
  LIMIT @limit`;
// enrolment.children; index enrolments_by_parent.
const COUNT_CHILDREN = `
  SELECT COUNT(*) AS count
  FROM enrolments e
  LEFT JOIN keys k ON k.id = e.key_id
  WHERE e.parent_id = @parentId
    AND (@isLive = 0 OR (k.id IS NOT NULL AND k.suspended_at_ms IS NULL AND ${LIVE}))`;

// Hourly; index enrolments_to_remove. Keys that something else still points to stay.
const REMOVABLE = `
  SELECT e.key_id AS keyId
  FROM enrolments e
  WHERE e.removed_at_ms IS NULL AND e.ends_at_ms < @endedBeforeMs
    AND NOT EXISTS (SELECT 1 FROM handoffs h WHERE h.key_id = e.key_id)
  ORDER BY e.ends_at_ms
  LIMIT @limit`;
const REMOVALS = [
  `DELETE FROM key_scopes WHERE key_id = @keyId`,
  `DELETE FROM key_denials WHERE key_id = @keyId`,
  `DELETE FROM secrets WHERE key_id = @keyId`,
  `DELETE FROM keys WHERE id = @keyId AND parent_id IS NOT NULL`,
];
const NOTE_REMOVED = `UPDATE enrolments SET removed_at_ms = @atMs WHERE key_id = @keyId`;
// Hourly; a scan by the same index is not possible, the table is small.
const FORGET = `DELETE FROM enrolments WHERE removed_at_ms < @removedBeforeMs`;

/** Prepares the statements on children; part of the queries on enrolment. */
export function createEnrolledQueries(handle: DatabaseHandle) {
  const makeChild = handle.prepare<{ keyId: KeyId; parentId: KeyId; rateLimit: string | null }>(MAKE_CHILD);
  const insert = handle.prepare<Record<string, string | number | null>>(INSERT_ENROLMENT);
  const countMinted = handle.prepare<{ id: EnrolmentTokenId; atMs: TimestampMs }>(COUNT_MINTED);
  const findRequest = handle.prepare<{ tokenId: EnrolmentTokenId; requestId: string }, { keyId: KeyId }>(
    FIND_REQUEST,
  );
  const children = handle.prepare<Omit<ChildrenPage, 'isLive'> & { isLive: 0 | 1 }, StoredEnrolment>(
    CHILDREN,
  );
  const countChildren = handle.prepare<{ parentId: KeyId; isLive: 0 | 1; nowMs: number }, { count: number }>(
    COUNT_CHILDREN,
  );
  const removable = handle.prepare<{ endedBeforeMs: number; limit: number }, { keyId: KeyId }>(REMOVABLE);
  const removals = REMOVALS.map((sql) => handle.prepare<{ keyId: KeyId }>(sql));
  const noteRemoved = handle.prepare<{ keyId: KeyId; atMs: TimestampMs }>(NOTE_REMOVED);
  const forget = handle.prepare<{ removedBeforeMs: number }>(FORGET);
  return {
    /** Makes a key that was just inserted a child. It is like its parent only after `keys.update` and `keys.setScopes`. */
    addChild: ({ token, ...child }: NewEnrolment): void => {
      const { id: tokenId, parentId } = token;
      const { rateLimit, ...texts } = policyTexts(token);
      makeChild.run({ keyId: child.keyId, parentId, rateLimit });
      insert.run({ ...child, ...texts, tokenId, parentId });
      countMinted.run({ id: tokenId, atMs: child.createdAtMs });
    },
    /** The child that this request made; null when there is none. */
    findRequest: (tokenId: EnrolmentTokenId, requestId: string): KeyId | null =>
      findRequest.get({ tokenId, requestId })?.keyId ?? null,
    /** Newest first. */
    children: ({ isLive, ...page }: ChildrenPage): readonly StoredEnrolment[] =>
      children.all({ ...page, isLive: isLive ? 1 : 0 }),
    countChildren: (parentId: KeyId, isLive: boolean, nowMs: number): number =>
      countChildren.get({ parentId, isLive: isLive ? 1 : 0, nowMs })?.count ?? 0,
    /** Children whose own life ended before a moment and whose keys are still there, oldest first. */
    removable: (endedBeforeMs: number, limit: number): readonly KeyId[] =>
      removable.all({ endedBeforeMs, limit }).map(({ keyId }) => keyId),
    /** Removes the key of a child; what it was stays. */
    removeChild: (keyId: KeyId, atMs: TimestampMs): void => {
      for (const statement of removals) statement.run({ keyId });
      noteRemoved.run({ keyId, atMs });
    },
    /** Forgets children whose keys were removed before a moment; how many. */
    forgetRemoved: (removedBeforeMs: number): number => forget.run({ removedBeforeMs }).changes,
  };
}
