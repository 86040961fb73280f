import type Database from 'better-sqlite3';
import type { ApplicationId, KeyId, ScopeId, TimestampMs } from '#contract/ids.ts';
import { createChildKeyQueries } from './child-key-queries.ts';
import { createKeyListQueries } from './key-list-queries.ts';
import type { KeyColumns, KeyState, StoredKey } from './stored-key.ts';

const JSON_COLUMNS = [
  'rules',
  'rateLimit',
  'rateLimits',
  'quota',
  'ipAllow',
  'originAllow',
  'userAgentAllow',
  'serviceAllow',
  'timeAllow',
  'signedBy',
  'tags',
  'meta',
] as const;
type JsonColumn = (typeof JSON_COLUMNS)[number];
type AsText<T> = { [Name in keyof T]: Name extends JsonColumn | 'scopes' ? string | null : T[Name] };

// keys.get, every key command, and every report of a request that was verified elsewhere; primary key. The parameter stands
// inside (SELECT @id), as in verify-queries: SQLite is built with STAT4 and would plan anew at every call.
const GET = `
  SELECT
    k.id AS id,
    k.application_id AS applicationId,
    a.name AS applicationName,
    a.slug AS applicationSlug,
    COALESCE(k.text_slug, a.slug) AS textSlug,
    a.contact_email AS contactEmail,
    p.id AS partnerId,
    p.name AS partnerName,
    k.template_id AS templateId,
    k.name AS name,
    k.environment AS environment,
    k.rules AS rules,
    k.plan_id AS planId,
    k.rate_limit AS rateLimit,
    k.rate_limits AS rateLimits,
    k.quota AS quota,
    k.expires_at_ms AS expiresAtMs,
    k.expiry_grace_ms AS expiryGraceMs,
    k.no_expiry_reason AS noExpiryReason,
    k.ip_allow AS ipAllow,
    k.origin_allow AS originAllow,
    k.user_agent_allow AS userAgentAllow,
    k.service_allow AS serviceAllow,
    k.time_allow AS timeAllow,
    k.binding_mode AS bindingMode,
    k.signed_by AS signedBy,
    k.tags AS tags,
    k.meta AS meta,
    k.note AS note,
    k.external_id AS externalId,
    k.rotate_every_ms AS rotateEveryMs,
    k.suspended_at_ms AS suspendedAtMs,
    k.suspend_reason AS suspendReason,
    k.suspend_message AS suspendMessage,
    k.revoked_at_ms AS revokedAtMs,
    k.revoke_reason AS revokeReason,
    k.revoke_note AS revokeNote,
    k.created_at_ms AS createdAtMs,
    k.updated_at_ms AS updatedAtMs,
    k.parent_id AS parentId,
    k.is_suspended_with_parent AS isSuspendedWithParent,
    k.is_revoked_with_parent AS isRevokedWithParent,
    CASE WHEN k.parent_id IS NULL THEN NULL ELSE (SELECT o.name FROM keys o WHERE o.id = k.parent_id) END AS parentName,
    (
      SELECT json_group_array(json_object('id', c.id, 'name', c.name) ORDER BY c.name, c.id)
      FROM key_scopes ks
      JOIN scopes c ON c.id = ks.scope_id
      WHERE ks.key_id = k.id
    ) AS scopes
  FROM keys k
  JOIN applications a ON a.id = k.application_id
  JOIN partners p ON p.id = a.partner_id
  WHERE k.id = (SELECT @id)`;

// keys.identify, once for every key that a text may hold; primary key.
const GET_STATE = `
  SELECT
    k.name AS name,
    k.expires_at_ms AS expiresAtMs,
    k.expiry_grace_ms AS expiryGraceMs,
    k.suspended_at_ms AS suspendedAtMs,
    k.revoked_at_ms AS revokedAtMs
  FROM keys k
  WHERE k.id = @id`;

// keys.create.
const INSERT = `
  INSERT INTO keys (
    id, application_id, template_id, name, environment, rules, plan_id, rate_limit, rate_limits, quota, expires_at_ms, expiry_grace_ms, no_expiry_reason,
    ip_allow, origin_allow, user_agent_allow, service_allow, time_allow, binding_mode, signed_by, tags, meta, note, external_id, rotate_every_ms, suspended_at_ms, suspend_reason, suspend_message,
    revoked_at_ms, revoke_reason, revoke_note, created_at_ms, updated_at_ms
  )
  VALUES (
    @id, @applicationId, @templateId, @name, @environment, @rules, @planId, @rateLimit, @rateLimits, @quota, @expiresAtMs, @expiryGraceMs, @noExpiryReason,
    @ipAllow, @originAllow, @userAgentAllow, @serviceAllow, @timeAllow, @bindingMode, @signedBy, @tags, @meta, @note, @externalId, @rotateEveryMs, @suspendedAtMs, @suspendReason, @suspendMessage,
    @revokedAtMs, @revokeReason, @revokeNote, @createdAtMs, @updatedAtMs
  )`;

// keys.transfer and applications.split; primary key and keys_by_parent. Children go with their parent. What is in the text of a key stays.
const TRANSFER = `
  UPDATE keys
  SET text_slug = COALESCE(text_slug, (SELECT a.slug FROM applications a WHERE a.id = application_id)),
    application_id = @applicationId, updated_at_ms = @nowMs
  WHERE id = @id OR parent_id = @id`;

// Every key command that changes the key itself; primary key. The environment never changes, the application by TRANSFER only.
const UPDATE = `
  UPDATE keys
  SET template_id = @templateId, name = @name, rules = @rules, plan_id = @planId, rate_limit = @rateLimit, rate_limits = @rateLimits, quota = @quota,
    expires_at_ms = @expiresAtMs, expiry_grace_ms = @expiryGraceMs, no_expiry_reason = @noExpiryReason, ip_allow = @ipAllow,
    origin_allow = @originAllow, user_agent_allow = @userAgentAllow, service_allow = @serviceAllow,
    time_allow = @timeAllow, binding_mode = @bindingMode, signed_by = @signedBy, tags = @tags, meta = @meta, note = @note, external_id = @externalId, rotate_every_ms = @rotateEveryMs,
    suspended_at_ms = @suspendedAtMs, suspend_reason = @suspendReason, suspend_message = @suspendMessage,
    revoked_at_ms = @revokedAtMs, revoke_reason = @revokeReason, revoke_note = @revokeNote,
    updated_at_ms = @updatedAtMs
  WHERE id = @id`;

// keys.create and keys.update; primary key.
const DELETE_SCOPES = `DELETE FROM key_scopes WHERE key_id = @keyId`;
const INSERT_SCOPE = `INSERT INTO key_scopes (key_id, scope_id) VALUES (@keyId, @scopeId)`;

/** Prepares the statements on keys. Status, hint and last use are not stored: use cases work them out when they read. */
export function createKeyQueries(handle: Database.Database) {
  const get = handle.prepare<{ id: KeyId }, AsText<StoredKey>>(GET);
  const getState = handle.prepare<{ id: KeyId }, KeyState>(GET_STATE);
  const insert = handle.prepare<AsText<KeyColumns>>(INSERT);
  const update = handle.prepare<AsText<KeyColumns>>(UPDATE);
  const transfer = handle.prepare<{ id: KeyId; applicationId: ApplicationId; nowMs: TimestampMs }>(TRANSFER);
  const deleteScopes = handle.prepare<{ keyId: KeyId }>(DELETE_SCOPES);
  const insertScope = handle.prepare<{ keyId: KeyId; scopeId: ScopeId }>(INSERT_SCOPE);
  const children = createChildKeyQueries(handle);
  return {
    get: (id: KeyId): StoredKey | null => {
      const row = get.get({ id });
      return row === undefined ? null : fromRow(row);
    },
    getState: (id: KeyId): KeyState | null => getState.get({ id }) ?? null,
    insert: (key: KeyColumns): void => void insert.run(toRow(key)),
    /** Gives the key and its children to another application. */
    transfer: (to: { id: KeyId; applicationId: ApplicationId; nowMs: TimestampMs }): void =>
      void transfer.run(to),
    /** Children of the key change with it. */
    update: (key: KeyColumns): void => {
      update.run(toRow(key));
      children.follow(key.id);
    },
    /** Replaces the scopes of a key; each id must exist and be named once. Children hold what is left of theirs. */
    setScopes: (keyId: KeyId, scopeIds: readonly ScopeId[]): void => {
      deleteScopes.run({ keyId });
      for (const scopeId of scopeIds) insertScope.run({ keyId, scopeId });
      children.followScopes(keyId);
    },
    ...createKeyListQueries(handle),
  };
}

function fromRow(row: AsText<StoredKey>): StoredKey {
  const parsed: Record<string, unknown> = { ...row };
  for (const name of [...JSON_COLUMNS, 'scopes'] as const) {
    const text = row[name];
    parsed[name] = text === null ? null : JSON.parse(text);
  }
  return parsed as unknown as StoredKey;
}

function toRow(key: KeyColumns): AsText<KeyColumns> {
  const asText = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  return {
    ...key,
    rules: asText(key.rules),
    rateLimit: asText(key.rateLimit),
    rateLimits: asText(key.rateLimits),
    quota: asText(key.quota),
    ipAllow: asText(key.ipAllow),
    originAllow: asText(key.originAllow),
    userAgentAllow: asText(key.userAgentAllow),
    serviceAllow: asText(key.serviceAllow),
    timeAllow: asText(key.timeAllow),
    signedBy: asText(key.signedBy),
    tags: asText(key.tags),
    meta: asText(key.meta),
  };
}
