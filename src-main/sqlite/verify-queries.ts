import type Database from 'better-sqlite3';
import type { ApplicationId, KeyId, PartnerId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';

/** A service as it asks: who it is and how it is shown. */
export interface ServiceRef {
  readonly id: ServiceId;
  readonly name: string;
  readonly slug: string;
  /** Its own ceiling of verifications a second; null = none. */
  readonly verifyPerSecondMax: number | null;
  /** How long it may keep that a live or a test key may pass; 0 = not at all. */
  readonly keepLiveSeconds: number;
  readonly keepTestSeconds: number;
}

/** All that a decision needs of a key, its presented secret, application, partner and plan. Lists and objects are JSON text,
 *  so that nothing is read that the decision does not reach. Times in ms UTC. */
export interface VerifyRow {
  readonly keyId: KeyId;
  readonly keyName: string;
  readonly environment: Environment;
  readonly rulesJson: string;
  /** The key's own, else the plan's; null = none. */
  readonly rateLimitJson: string | null;
  /** The plan's named limits and the key's own, as two arrays in one; null = none. */
  readonly rateLimitsJson: string | null;
  readonly quotaJson: string | null;
  /** Lists and mode of the key's bindings as one object; null = it has none. */
  readonly bindingsJson: string | null;
  readonly metaJson: string;
  readonly externalId: string | null;
  readonly createdAtMs: TimestampMs;
  readonly expiresAtMs: TimestampMs | null;
  /** How long it passes beyond that; null = not at all. */
  readonly expiryGraceMs: number | null;
  readonly suspendedAtMs: TimestampMs | null;
  readonly suspendMessage: string | null;
  readonly revokedAtMs: TimestampMs | null;
  readonly secretVersion: number;
  /** 0 = stored as a bare SHA-256, as it was imported. */
  readonly pepperVersion: number;
  /** null for the current secret. */
  readonly secretEndsAtMs: TimestampMs | null;
  /** When the current secret was made; null for the current one itself. */
  readonly rotatedAtMs: TimestampMs | null;
  /** See BrownoutPlan; null for the current secret. */
  readonly brownoutFromMs: TimestampMs | null;
  readonly brownoutEveryMs: number | null;
  readonly brownoutLengthMs: number | null;
  readonly currentVersion: number;
  readonly applicationId: ApplicationId;
  readonly application: string;
  readonly applicationSlug: string;
  readonly contactEmail: string;
  readonly partnerId: PartnerId;
  readonly partner: string;
  readonly tier: string;
  /** `[{ "name", "rules" }]` of the key's scopes at the calling service, by name. */
  readonly scopesJson: string;
  /** Whose limits a child shares; null for a key that is no child. So are the three below. */
  readonly parentId: KeyId | null;
  /** `[{ "name", "serviceId", "rules" }]` of the scopes that its parent holds there and a child does not: they only deny. */
  readonly denialsJson: string | null;
  /** A limit of the child's own beside those of its parent. */
  readonly childLimitJson: string | null;
  /** Its tags, which say of what it is a child: version, commit. They go into the log. */
  readonly childTagsJson: string | null;
}

/** A row as FIND_SECRET gives it: with the hash that was stored. */
export interface SecretRow extends VerifyRow {
  readonly hash: Buffer;
}

/** A service token. Times in ms UTC. */
export interface ServiceTokenRow extends ServiceRef {
  /** null for the current token. */
  readonly endsAtMs: TimestampMs | null;
  /** JSON: addresses and networks from which it is taken; `[]` = from anywhere. */
  readonly askedFromJson: string;
}

// Parameters of joins stand inside (SELECT @x). SQLite is built with STAT4: it looks at the value of a bare parameter when it
// plans, and therefore plans anew at every call, which made a look-up ten times as dear (130 µs instead of 13).
const columns = (scopeFilter: string) => `
    k.id AS keyId, k.name AS keyName, k.environment AS environment, k.rules AS rulesJson,
    COALESCE(k.rate_limit, p.rate_limit) AS rateLimitJson,
    CASE WHEN k.rate_limits = '[]' AND COALESCE(p.rate_limits, '[]') = '[]' THEN NULL
      ELSE '[' || COALESCE(p.rate_limits, '[]') || ',' || k.rate_limits || ']' END AS rateLimitsJson,
    COALESCE(k.quota, p.quota) AS quotaJson,
    CASE WHEN k.ip_allow = '[]' AND k.origin_allow = '[]' AND k.user_agent_allow = '[]'
        AND k.service_allow = '[]' AND k.time_allow = '[]' AND k.signed_by IS NULL THEN NULL
      ELSE '{"ip":' || k.ip_allow || ',"origin":' || k.origin_allow || ',"userAgent":' || k.user_agent_allow
        || ',"service":' || k.service_allow || ',"time":' || k.time_allow
        || ',"signedBy":' || COALESCE(k.signed_by, 'null') || ',"mode":"' || k.binding_mode || '"}'
      END AS bindingsJson,
    k.meta AS metaJson, k.created_at_ms AS createdAtMs,
    k.external_id AS externalId, k.expires_at_ms AS expiresAtMs,
    k.expiry_grace_ms AS expiryGraceMs, k.suspended_at_ms AS suspendedAtMs,
    k.suspend_message AS suspendMessage, k.revoked_at_ms AS revokedAtMs,
    s.version AS secretVersion, s.pepper_version AS pepperVersion, s.ends_at_ms AS secretEndsAtMs,
    CASE WHEN s.ends_at_ms IS NULL THEN NULL ELSE (SELECT MAX(n.created_at_ms) FROM secrets n
      WHERE n.key_id = k.id AND n.ends_at_ms IS NULL) END AS rotatedAtMs,
    (SELECT MAX(n.version) FROM secrets n WHERE n.key_id = k.id AND n.ends_at_ms IS NULL) AS currentVersion,
    s.brownout_from_ms AS brownoutFromMs, s.brownout_every_ms AS brownoutEveryMs,
    s.brownout_length_ms AS brownoutLengthMs,
    a.id AS applicationId, a.name AS application, a.slug AS applicationSlug, a.contact_email AS contactEmail,
    r.id AS partnerId, r.name AS partner, r.tier AS tier,
    -- The stored rules are JSON already: joined as text, they are not parsed once a verification.
    (SELECT '[' || COALESCE(GROUP_CONCAT(
        '{"name":' || json_quote(c.name) || ',"rules":' || c.rules || '}', ',' ORDER BY c.name), '') || ']'
      FROM key_scopes h
      JOIN scopes c ON c.id = h.scope_id
      WHERE h.key_id = k.id AND ${scopeFilter}) AS scopesJson,
    k.parent_id AS parentId, k.child_rate_limit AS childLimitJson,
    CASE WHEN k.parent_id IS NULL THEN NULL ELSE k.tags END AS childTagsJson,
    CASE WHEN k.parent_id IS NULL THEN NULL ELSE (SELECT '[' || COALESCE(GROUP_CONCAT(
        '{"name":' || json_quote(c.name) || ',"serviceId":' || json_quote(c.service_id) || ',"rules":' || c.rules
          || '}', ',' ORDER BY c.name), '') || ']'
      FROM key_denials h
      JOIN scopes c ON c.id = h.scope_id
      WHERE h.key_id = k.id AND ${scopeFilter}) END AS denialsJson`;

const KEY_JOINS = `
  JOIN applications a ON a.id = k.application_id
  JOIN partners r ON r.id = a.partner_id
  LEFT JOIN plans p ON p.id = k.plan_id`;

// The first verification of a secret after a write; unique index of secrets.hash, then primary keys.
const FIND_SECRET = `
  SELECT s.hash AS hash, ${columns('c.service_id = (SELECT @serviceId)')}
  FROM secrets s
  JOIN keys k ON k.id = s.key_id ${KEY_JOINS}
  WHERE s.hash = (SELECT @hash)`;

// keys.simulate, with the current secret or the one that is named; primary keys. Without a service all scopes count.
const FIND_KEY = `
  SELECT ${columns('c.service_id = COALESCE((SELECT @serviceId), c.service_id)')}
  FROM keys k
  JOIN secrets s ON s.key_id = k.id
    AND s.version = COALESCE((SELECT @version),
      (SELECT MAX(m.version) FROM secrets m WHERE m.key_id = k.id AND m.ends_at_ms IS NULL)) ${KEY_JOINS}
  WHERE k.id = (SELECT @keyId)`;

// A verification by pair, before findSecret: what the pair leaves out of the key text; primary keys.
const FIND_KEY_NAME = `
  SELECT k.environment AS environment, COALESCE(k.text_slug, a.slug) AS slug
  FROM keys k
  JOIN applications a ON a.id = k.application_id
  WHERE k.id = (SELECT @keyId)`;

// The first call of a service after a write; primary key of service_tokens.
const FIND_SERVICE_TOKEN = `
  SELECT v.id AS id, v.name AS name, v.slug AS slug, v.verify_per_second_max AS verifyPerSecondMax,
    v.keep_live_seconds AS keepLiveSeconds, v.keep_test_seconds AS keepTestSeconds,
    v.asked_from AS askedFromJson, t.ends_at_ms AS endsAtMs
  FROM service_tokens t
  JOIN services v ON v.id = t.service_id
  WHERE t.hash = (SELECT @hash)`;

// The first verification of a token after a write; primary key.
const FIND_SIGNING_KEY = `
  SELECT g.public_key AS publicKey
  FROM signing_keys g
  WHERE g.kid = (SELECT @kid)`;

// keys.simulate; primary key.
const HAS_SERVICE = `
  SELECT 1 AS found
  FROM services v
  WHERE v.id = @serviceId`;

/** Texts of the statements, for the test that reads their query plans. */
export const VERIFY_STATEMENTS = {
  FIND_SECRET,
  FIND_KEY,
  FIND_KEY_NAME,
  FIND_SERVICE_TOKEN,
  FIND_SIGNING_KEY,
  HAS_SERVICE,
} as const;

/** Statements of the verifier's look-ups; nothing is kept between two calls. See createVerifyLookup. */
export interface VerifyQueries {
  /** The key that owns the secret with this hash, whatever its state; null when there is none. */
  readonly findSecret: (hash: Buffer, serviceId: ServiceId) => SecretRow | null;
  /** A key with its current secret, or with the one named; scopes of every service when serviceId is null. */
  readonly findKeyById: (keyId: KeyId, serviceId: ServiceId | null, version?: number) => VerifyRow | null;
  readonly findKeyName: (keyId: KeyId) => { readonly environment: Environment; readonly slug: string } | null;
  /** The service token with this hash, also when it has ended. */
  readonly findServiceToken: (hash: Buffer) => ServiceTokenRow | null;
  /** The public part, as JWK text, of the signing key with this name. */
  readonly findSigningKey: (kid: string) => string | null;
  readonly hasService: (serviceId: ServiceId) => boolean;
}

/** Prepares the look-ups of the verifier. */
export function createVerifyQueries(handle: Database.Database): VerifyQueries {
  const findSecret = handle.prepare<{ hash: Buffer; serviceId: ServiceId }, SecretRow>(FIND_SECRET);
  const findKey = handle.prepare<
    { keyId: KeyId; serviceId: ServiceId | null; version: number | null },
    VerifyRow
  >(FIND_KEY);
  const findKeyName = handle.prepare<{ keyId: KeyId }, { environment: Environment; slug: string }>(
    FIND_KEY_NAME,
  );
  const findServiceToken = handle.prepare<{ hash: Buffer }, ServiceTokenRow>(FIND_SERVICE_TOKEN);
  const findSigningKey = handle.prepare<{ kid: string }, { publicKey: string }>(FIND_SIGNING_KEY);
  const hasService = handle.prepare<{ serviceId: ServiceId }, { found: 1 }>(HAS_SERVICE);
  return {
    findSecret: (hash, serviceId) => findSecret.get({ hash, serviceId }) ?? null,
    findKeyById: (keyId, serviceId, version) =>
      findKey.get({ keyId, serviceId, version: version ?? null }) ?? null,
    findKeyName: (keyId) => findKeyName.get({ keyId }) ?? null,
    findServiceToken: (hash) => findServiceToken.get({ hash }) ?? null,
    findSigningKey: (kid) => findSigningKey.get({ kid })?.publicKey ?? null,
    hasService: (serviceId) => hasService.get({ serviceId }) !== undefined,
  };
}
