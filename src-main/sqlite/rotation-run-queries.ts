import type { HandoffId, KeyId, TemplateId, TimestampMs } from '#contract/ids.ts';
import type { RotationRun } from '#contract/rotation-handoffs.ts';
import type { DatabaseHandle } from './open-database.ts';

/** What somebody agreed to, for a key or for the keys of a template. */
export interface StoredConsent {
  readonly isOn: 0 | 1;
  readonly overlapMs: number;
  readonly linkMs: number;
  readonly triesMax: number;
  readonly consentedBy: string;
  readonly consentedAtMs: TimestampMs;
}

/** A rotation that goes on by itself. */
export interface StoredRun {
  readonly keyId: KeyId;
  readonly state: RotationRun['state'];
  readonly baseVersion: number;
  readonly tries: number;
  readonly handoffId: HandoffId | null;
  readonly nextAtMs: TimestampMs | null;
  readonly isReminded: 0 | 1;
  readonly problem: string | null;
}

/** Keys that are begun at one look; more come at the next. */
const BEGUN_AT_ONCE_MAX = 20;

const CONSENT = `
  c.is_on AS isOn,
  c.overlap_ms AS overlapMs,
  c.link_ms AS linkMs,
  c.tries_max AS triesMax,
  c.consented_by AS consentedBy,
  c.consented_at_ms AS consentedAtMs`;

const RUN = `
  r.key_id AS keyId,
  r.state AS state,
  r.base_version AS baseVersion,
  r.tries AS tries,
  r.handoff_id AS handoffId,
  r.next_at_ms AS nextAtMs,
  r.is_reminded AS isReminded,
  r.problem AS problem`;

// rotations.handoff and every step of a run; primary key.
const GET_CONSENT = `SELECT ${CONSENT} FROM rotation_consents c WHERE c.owner_id = @ownerId`;

// rotations.setHandoff; primary key.
const PUT_CONSENT = `
  INSERT INTO rotation_consents (owner_id, is_on, overlap_ms, link_ms, tries_max, consented_by, consented_at_ms)
  VALUES (@ownerId, @isOn, @overlapMs, @linkMs, @triesMax, @consentedBy, @consentedAtMs)
  ON CONFLICT (owner_id) DO UPDATE
  SET is_on = excluded.is_on, overlap_ms = excluded.overlap_ms, link_ms = excluded.link_ms, tries_max = excluded.tries_max,
    consented_by = excluded.consented_by, consented_at_ms = excluded.consented_at_ms`;
const DELETE_CONSENT = `DELETE FROM rotation_consents WHERE owner_id = @ownerId`;

// rotations.handoff; primary key. The watch; a scan of the rotations that go on.
const GET_RUN = `SELECT ${RUN} FROM rotation_runs r WHERE r.key_id = @keyId`;
const LIST_RUNS = `SELECT ${RUN} FROM rotation_runs r ORDER BY r.key_id`;
const PUT_RUN = `
  INSERT INTO rotation_runs (key_id, state, base_version, tries, handoff_id, next_at_ms, is_reminded, problem)
  VALUES (@keyId, @state, @baseVersion, @tries, @handoffId, @nextAtMs, @isReminded, @problem)
  ON CONFLICT (key_id) DO UPDATE
  SET state = excluded.state, base_version = excluded.base_version, tries = excluded.tries, handoff_id = excluded.handoff_id,
    next_at_ms = excluded.next_at_ms, is_reminded = excluded.is_reminded, problem = excluded.problem`;
const DELETE_RUN = `DELETE FROM rotation_runs WHERE key_id = @keyId`;

// The watch; partial index keys_rotate_every, then primary keys. The key's own consent goes before that of its template.
const DUE = `
  SELECT k.id AS keyId, s.version AS version
  FROM keys k
  JOIN secrets s ON s.key_id = k.id AND s.ends_at_ms IS NULL
  LEFT JOIN rotation_consents own ON own.owner_id = k.id
  LEFT JOIN rotation_consents common ON common.owner_id = k.template_id
  LEFT JOIN rotation_runs r ON r.key_id = k.id
  WHERE k.rotate_every_ms IS NOT NULL
    AND s.created_at_ms + k.rotate_every_ms <= @nowMs
    AND COALESCE(own.is_on, common.is_on, 0) = 1
    AND k.revoked_at_ms IS NULL
    AND k.suspended_at_ms IS NULL
    AND k.parent_id IS NULL
    AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @livesUntilMs)
    AND NOT EXISTS (SELECT 1 FROM secrets o WHERE o.key_id = k.id AND o.ends_at_ms > @nowMs)
    AND (r.key_id IS NULL OR (r.state = 'again' AND r.next_at_ms <= @nowMs))
  ORDER BY s.created_at_ms + k.rotate_every_ms, k.id
  LIMIT ${String(BEGUN_AT_ONCE_MAX)}`;

// handoffs.takeCode and the start of a run; primary key.
const PUT_CODE = `INSERT INTO handoff_codes (handoff_id, sealed) VALUES (@id, @sealed)`;
const GET_CODE = `SELECT c.sealed AS sealed FROM handoff_codes c WHERE c.handoff_id = @id`;
const DELETE_CODE = `DELETE FROM handoff_codes WHERE handoff_id = @id`;

/** Prepares the statements on rotations that hand off by themselves. Not a part of an open store: few have any. */
export function createRotationRunQueries(handle: DatabaseHandle) {
  const getConsent = handle.prepare<{ ownerId: string }, StoredConsent>(GET_CONSENT);
  const putConsent = handle.prepare<StoredConsent & { ownerId: string }>(PUT_CONSENT);
  const deleteConsent = handle.prepare<{ ownerId: string }>(DELETE_CONSENT);
  const getRun = handle.prepare<{ keyId: KeyId }, StoredRun>(GET_RUN);
  const listRuns = handle.prepare<[], StoredRun>(LIST_RUNS);
  const putRun = handle.prepare<StoredRun>(PUT_RUN);
  const deleteRun = handle.prepare<{ keyId: KeyId }>(DELETE_RUN);
  const due = handle.prepare<{ nowMs: number; livesUntilMs: number }, { keyId: KeyId; version: number }>(DUE);
  const putCode = handle.prepare<{ id: HandoffId; sealed: Buffer }>(PUT_CODE);
  const getCode = handle.prepare<{ id: HandoffId }, { sealed: Buffer }>(GET_CODE);
  const deleteCode = handle.prepare<{ id: HandoffId }>(DELETE_CODE);
  return {
    getConsent: (ownerId: KeyId | TemplateId): StoredConsent | null => getConsent.get({ ownerId }) ?? null,
    /** null: takes it away. */
    setConsent: (ownerId: KeyId | TemplateId, consent: StoredConsent | null): void => {
      if (consent === null) deleteConsent.run({ ownerId });
      else putConsent.run({ ...consent, ownerId });
    },
    getRun: (keyId: KeyId): StoredRun | null => getRun.get({ keyId }) ?? null,
    listRuns: (): readonly StoredRun[] => listRuns.all(),
    putRun: (run: StoredRun): void => void putRun.run(run),
    deleteRun: (keyId: KeyId): void => void deleteRun.run({ keyId }),
    /** Keys whose rotation is to begin, with their current secret; the longest overdue first. Not those that end by `livesUntilMs`. */
    due: (nowMs: number, livesUntilMs: number) => due.all({ nowMs, livesUntilMs }),
    putCode: (id: HandoffId, sealed: Buffer): void => void putCode.run({ id, sealed }),
    getCode: (id: HandoffId): Buffer | null => getCode.get({ id })?.sealed ?? null,
    deleteCode: (id: HandoffId): void => void deleteCode.run({ id }),
  };
}
