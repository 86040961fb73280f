import type { EnrolmentTokenId } from '#contract/enrolment.ts';
import type { KeyId, ServiceId, TimestampMs, TokenId } from '#contract/ids.ts';
import type { RevokeReason } from '#contract/keys.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A key that is revoked, suspended or both. */
export interface WithdrawnKey {
  readonly id: KeyId;
  readonly suspendedAtMs: TimestampMs | null;
  readonly suspendReason: string | null;
  readonly suspendMessage: string | null;
  readonly revokedAtMs: TimestampMs | null;
  readonly revokeReason: RevokeReason | null;
  readonly revokeNote: string | null;
}

/** A key that was removed for good. */
interface PurgedKey {
  readonly id: KeyId;
  readonly revokedAtMs: TimestampMs;
  readonly revokeReason: RevokeReason;
}

/** A secret that has an end, or that a rotation made or brought back. */
export interface RotatedSecret {
  readonly keyId: KeyId;
  readonly version: number;
  readonly hash: Buffer;
  readonly pepperVersion: number;
  readonly last4: string;
  readonly isImported: 0 | 1;
  readonly originHash: Buffer | null;
  readonly createdAtMs: TimestampMs;
  readonly endsAtMs: TimestampMs | null;
}

/** A service token, ended or not. */
export interface HeldServiceToken {
  readonly hash: Buffer;
  readonly pepperVersion: number;
  readonly serviceId: string;
  readonly hint: string;
  readonly createdAtMs: TimestampMs;
  readonly endsAtMs: TimestampMs | null;
}

/** An owner's admin token as it is stored. */
export interface HeldOwnerToken {
  readonly id: TokenId;
  readonly name: string;
  readonly hash: Buffer;
  readonly pepperVersion: number;
  readonly hint: string;
  readonly createdAtMs: TimestampMs;
  readonly expiresAtMs: TimestampMs | null;
}

/** From where a service asks, as JSON of networks; `[]` = from anywhere. */
interface AskedFrom {
  readonly id: ServiceId;
  readonly askedFromJson: string;
}

/** For how long a service may keep the answer that a key may pass, s. */
interface KeptAnswers {
  readonly id: ServiceId;
  readonly keepLiveSeconds: number;
  readonly keepTestSeconds: number;
}

// The statements here serve backups.restore only: it reads the present store and writes into a copy of the backup.

// Scans of whole tables: a restore is rare.
const KEYS = `
  SELECT id, suspended_at_ms AS suspendedAtMs, suspend_reason AS suspendReason, suspend_message AS suspendMessage,
    revoked_at_ms AS revokedAtMs, revoke_reason AS revokeReason, revoke_note AS revokeNote
  FROM keys
  WHERE revoked_at_ms IS NOT NULL OR suspended_at_ms IS NOT NULL
  UNION ALL
  SELECT id, NULL, NULL, NULL, revoked_at_ms, revoke_reason, NULL
  FROM purged_keys`;
const PURGED = `SELECT id, revoked_at_ms AS revokedAtMs, revoke_reason AS revokeReason FROM purged_keys`;
const NOTE_PURGED = `
  INSERT INTO purged_keys (id, revoked_at_ms, revoke_reason)
  VALUES (@id, @revokedAtMs, @revokeReason)
  ON CONFLICT (id) DO NOTHING`;
const SECRETS = `
  SELECT key_id AS keyId, version, hash, pepper_version AS pepperVersion, last4, is_imported AS isImported,
    origin_hash AS originHash, created_at_ms AS createdAtMs, ends_at_ms AS endsAtMs
  FROM secrets s
  WHERE ends_at_ms IS NOT NULL OR version > 1
    OR EXISTS (SELECT 1 FROM secrets newer WHERE newer.key_id = s.key_id AND newer.version > s.version)
  ORDER BY key_id, version`;
const REVOKED_ADMIN_TOKENS = `
  SELECT id, revoked_at_ms AS revokedAtMs
  FROM admin_tokens
  WHERE revoked_at_ms IS NOT NULL`;
const LIVE_OWNER_TOKENS = `
  SELECT id, name, hash, pepper_version AS pepperVersion, hint, created_at_ms AS createdAtMs,
    expires_at_ms AS expiresAtMs
  FROM admin_tokens
  WHERE role = 'owner' AND revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > @nowMs)`;
const SERVICE_TOKENS = `
  SELECT hash, pepper_version AS pepperVersion, service_id AS serviceId, hint, created_at_ms AS createdAtMs,
    ends_at_ms AS endsAtMs
  FROM service_tokens`;

// A leaked key stays leaked: any other reason could be undone by keys.restore. Primary key.
const REVOKE_KEY = `
  UPDATE keys
  SET revoked_at_ms = @revokedAtMs, revoke_reason = @revokeReason, revoke_note = @revokeNote,
    updated_at_ms = MAX(updated_at_ms, @revokedAtMs)
  WHERE id = @id AND revoke_reason IS NOT 'leaked'
    AND (revoked_at_ms IS NOT @revokedAtMs OR revoke_reason IS NOT @revokeReason)`;
const SUSPEND_KEY = `
  UPDATE keys
  SET suspended_at_ms = @suspendedAtMs, suspend_reason = @suspendReason, suspend_message = @suspendMessage,
    updated_at_ms = MAX(updated_at_ms, @suspendedAtMs)
  WHERE id = @id AND suspended_at_ms IS NULL`;

// Ends only ever come earlier. Primary key.
const END_SECRET = `
  UPDATE secrets
  SET ends_at_ms = @endsAtMs
  WHERE key_id = @keyId AND version = @version AND hash = @hash
    AND (ends_at_ms IS NULL OR ends_at_ms > @endsAtMs)`;
const ADD_SECRET = `
  INSERT INTO secrets (key_id, version, hash, pepper_version, last4, is_imported, origin_hash, created_at_ms, ends_at_ms)
  SELECT @keyId, @version, @hash, @pepperVersion, @last4, @isImported, @originHash, @createdAtMs, @endsAtMs
  WHERE EXISTS (SELECT 1 FROM keys WHERE id = @keyId)
  ON CONFLICT DO NOTHING`;
// The current secret of a rotation that was undone since: it is live now, and without it the key would have none. One that has
// ended is not brought back by this.
const KEEP_CURRENT_SECRET = `
  UPDATE secrets
  SET ends_at_ms = NULL, idle_end_ms = NULL, idle_not_before_ms = NULL, brownout_from_ms = NULL, brownout_every_ms = NULL,
    brownout_length_ms = NULL
  WHERE key_id = @keyId AND version = @version AND hash = @hash AND ends_at_ms IS NOT NULL`;
// Only one secret of a key may be without an end: the newest of them.
const END_OUTDATED_SECRETS = `
  UPDATE secrets
  SET ends_at_ms = @nowMs
  WHERE ends_at_ms IS NULL
    AND EXISTS (SELECT 1 FROM secrets newer WHERE newer.key_id = secrets.key_id AND newer.version > secrets.version
      AND newer.ends_at_ms IS NULL)`;

const REVOKE_ADMIN_TOKEN = `
  UPDATE admin_tokens
  SET revoked_at_ms = @revokedAtMs
  WHERE id = @id AND revoked_at_ms IS NULL`;
const ADD_OWNER_TOKEN = `
  INSERT INTO admin_tokens (id, name, role, hash, pepper_version, hint, created_at_ms, expires_at_ms, revoked_at_ms)
  VALUES (@id, @name, 'owner', @hash, @pepperVersion, @hint, @createdAtMs, @expiresAtMs, NULL)
  ON CONFLICT DO NOTHING`;

const REVOKED_ENROLMENT_TOKENS = `
  SELECT id, revoked_at_ms AS revokedAtMs
  FROM enrolment_tokens
  WHERE revoked_at_ms IS NOT NULL`;
const REVOKE_ENROLMENT_TOKEN = `
  UPDATE enrolment_tokens
  SET revoked_at_ms = @revokedAtMs
  WHERE id = @id AND revoked_at_ms IS NULL`;

const KEPT_ANSWERS = `
  SELECT id, keep_live_seconds AS keepLiveSeconds, keep_test_seconds AS keepTestSeconds
  FROM services`;
// Who may keep answers for less long now hears sooner of a withdrawal. Primary key.
const KEEP_ANSWERS_NO_LONGER = `
  UPDATE services
  SET
    keep_live_seconds = MIN(keep_live_seconds, @keepLiveSeconds),
    keep_test_seconds = MIN(keep_test_seconds, @keepTestSeconds)
  WHERE id = @id`;

const ASKED_FROM = `
  SELECT id, asked_from AS askedFromJson
  FROM services
  WHERE asked_from <> '[]'`;
// A token is taken from no more places than now. Primary key.
const ASK_FROM = `
  UPDATE services
  SET asked_from = @askedFromJson
  WHERE id = @id AND asked_from <> @askedFromJson`;

const END_SERVICE_TOKEN = `
  UPDATE service_tokens
  SET ends_at_ms = @endsAtMs
  WHERE hash = @hash AND (ends_at_ms IS NULL OR ends_at_ms > @endsAtMs)`;
const ADD_SERVICE_TOKEN = `
  INSERT INTO service_tokens (hash, pepper_version, service_id, hint, created_at_ms, ends_at_ms)
  SELECT @hash, @pepperVersion, @serviceId, @hint, @createdAtMs, @endsAtMs
  WHERE EXISTS (SELECT 1 FROM services WHERE id = @serviceId)
  ON CONFLICT DO NOTHING`;

/** Prepares the statements that a restore uses to keep what was taken away. Those that change say whether they did. */
export function createWithdrawalQueries(handle: DatabaseHandle) {
  const changer = <P extends object>(sql: string) => {
    const statement = handle.prepare<P>(sql);
    return (parameters: P): boolean => statement.run(parameters).changes > 0;
  };
  return {
    keys: (): readonly WithdrawnKey[] => handle.prepare<[], WithdrawnKey>(KEYS).all(),
    secrets: (): readonly RotatedSecret[] => handle.prepare<[], RotatedSecret>(SECRETS).all(),
    revokedAdminTokens: () =>
      handle.prepare<[], { id: TokenId; revokedAtMs: TimestampMs }>(REVOKED_ADMIN_TOKENS).all(),
    revokedEnrolmentTokens: () =>
      handle.prepare<[], { id: EnrolmentTokenId; revokedAtMs: TimestampMs }>(REVOKED_ENROLMENT_TOKENS).all(),
    liveOwnerTokens: (nowMs: TimestampMs): readonly HeldOwnerToken[] =>
      handle.prepare<{ nowMs: TimestampMs }, HeldOwnerToken>(LIVE_OWNER_TOKENS).all({ nowMs }),
    serviceTokens: (): readonly HeldServiceToken[] =>
      handle.prepare<[], HeldServiceToken>(SERVICE_TOKENS).all(),
    /** Keys that were removed for good. */
    purgedKeys: (): readonly PurgedKey[] => handle.prepare<[], PurgedKey>(PURGED).all(),
    notePurged: changer<PurgedKey>(NOTE_PURGED),
    keptAnswers: (): readonly KeptAnswers[] => handle.prepare<[], KeptAnswers>(KEPT_ANSWERS).all(),
    keepAnswersNoLonger: changer<KeptAnswers>(KEEP_ANSWERS_NO_LONGER),
    /** Of services that ask from certain networks only. */
    askedFrom: (): readonly AskedFrom[] => handle.prepare<[], AskedFrom>(ASKED_FROM).all(),
    askFrom: changer<AskedFrom>(ASK_FROM),
    revokeKey: changer<WithdrawnKey>(REVOKE_KEY),
    suspendKey: changer<WithdrawnKey>(SUSPEND_KEY),
    endSecret: changer<RotatedSecret>(END_SECRET),
    /** False when the key is not there or has a secret of that version. */
    addSecret: changer<RotatedSecret>(ADD_SECRET),
    /** False when it has no end, as it should, or is not there. */
    keepCurrentSecret: changer<RotatedSecret>(KEEP_CURRENT_SECRET),
    endOutdatedSecrets: changer<{ nowMs: TimestampMs }>(END_OUTDATED_SECRETS),
    revokeAdminToken: changer<{ id: TokenId; revokedAtMs: TimestampMs }>(REVOKE_ADMIN_TOKEN),
    addOwnerToken: changer<HeldOwnerToken>(ADD_OWNER_TOKEN),
    revokeEnrolmentToken: changer<{ id: EnrolmentTokenId; revokedAtMs: TimestampMs }>(REVOKE_ENROLMENT_TOKEN),
    endServiceToken: changer<{ hash: Buffer; endsAtMs: TimestampMs }>(END_SERVICE_TOKEN),
    addServiceToken: changer<HeldServiceToken>(ADD_SERVICE_TOKEN),
  };
}
