import type { NoticeFacts, NoticeKey } from '#main/domain/notice-plan.ts';
import { EXPIRY_GRACE_MS_MAX } from '#contract/key-policy.ts';
import type { KeyId, PartnerId } from '#contract/ids.ts';
import type { Stop } from '#main/domain/unheard.ts';
import type { DatabaseHandle } from './open-database.ts';

type Expiring = NoticeFacts['expiring'][number];
type Overlap = Omit<NoticeFacts['overlaps'][number], 'oldUsedAtMs'> & { readonly keyId: KeyId };

interface MissedOverlap extends NoticeKey {
  readonly keyId: KeyId;
  readonly version: number;
  readonly newVersion: number;
  readonly endedAtMs: number;
}

/** Rows that are read at once: more come at the next look. */
export const NOTICE_ROWS_MAX = 500;

const KEY = `
  k.id AS keyId,
  k.name AS name,
  k.environment AS environment,
  a.name AS applicationName,
  p.name AS partnerName,
  a.contact_email AS contactEmail`;

const WHOSE = `
  JOIN applications a ON a.id = k.application_id
  JOIN partners p ON p.id = a.partner_id`;

// Keys that work, are nobody's child and no sample.
const WORKS = `
  k.revoked_at_ms IS NULL
  AND k.suspended_at_ms IS NULL
  AND k.parent_id IS NULL
  AND p.id NOT IN (SELECT value FROM json_each(@samplePartners))`;

// Every look, page by page; index keys_by_expiry, in its order.
const EXPIRING = `
  SELECT ${KEY}, k.created_at_ms AS createdAtMs, k.expires_at_ms AS expiresAtMs
  FROM keys k ${WHOSE}
  WHERE (k.expires_at_ms, k.id) > (@afterMs, @afterId)
    AND k.expires_at_ms <= @beforeMs
    AND ${WORKS}
  ORDER BY k.expires_at_ms, k.id
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look; partial index keys_with_grace, as far as its expiries are past. What was told is left out here, or those of a long grace
// would fill the page.
const IN_GRACE = `
  SELECT ${KEY}, k.expires_at_ms AS expiresAtMs, k.ends_at_ms AS graceEndsAtMs
  FROM keys k INDEXED BY keys_with_grace ${WHOSE}
  WHERE k.expiry_grace_ms IS NOT NULL
    AND k.expires_at_ms > @nowMs - ${String(EXPIRY_GRACE_MS_MAX)}
    AND k.expires_at_ms <= @nowMs
    AND k.ends_at_ms > @nowMs
    AND ${WORKS}
    AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.once_key = 'key_in_grace:' || k.id || ':' || k.expires_at_ms)
  ORDER BY k.expires_at_ms, k.id
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look; the keys that were found unused and are suspended soon, by primary key. What was told is left out here, as above.
const IDLE = `
  SELECT ${KEY}, w.quiet_since_ms AS quietSinceMs, w.suspends_at_ms AS suspendsAtMs
  FROM idle_warnings w
  JOIN keys k ON k.id = w.key_id
  ${WHOSE}
  WHERE w.suspends_at_ms > @nowMs
    AND ${WORKS}
    AND NOT EXISTS (
      SELECT 1 FROM notices n
      WHERE n.once_key = 'key_idle:' || k.id || ':' || w.quiet_since_ms || ':' || w.suspends_at_ms
    )
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look; partial index keys_rotate_every, then primary keys. What was told is left out here, or those that are overdue for ever
// would fill the page; so are keys whose rotations hand themselves over, as long as that works.
const ROTATIONS = `
  SELECT ${KEY}, s.version AS version, s.created_at_ms + k.rotate_every_ms AS dueAtMs
  FROM keys k ${WHOSE}
  JOIN secrets s ON s.key_id = k.id AND s.ends_at_ms IS NULL
  LEFT JOIN rotation_consents own ON own.owner_id = k.id
  LEFT JOIN rotation_consents common ON common.owner_id = k.template_id
  WHERE k.rotate_every_ms IS NOT NULL
    AND s.created_at_ms + k.rotate_every_ms <= @nowMs
    AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs)
    AND ${WORKS}
    AND NOT EXISTS (SELECT 1 FROM secrets o WHERE o.key_id = k.id AND o.ends_at_ms > @nowMs)
    AND (
      COALESCE(own.is_on, common.is_on, 0) = 0
      OR EXISTS (SELECT 1 FROM rotation_runs r WHERE r.key_id = k.id AND r.state <> 'waiting' AND r.problem IS NOT NULL)
    )
    AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.once_key = 'rotation_due:' || k.id || ':' || s.version)
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look; partial index secrets_ending, then primary keys.
const OVERLAPS = `
  SELECT ${KEY}, s.version AS version, c.created_at_ms AS startedAtMs, s.ends_at_ms AS endsAtMs
  FROM secrets s
  JOIN keys k ON k.id = s.key_id
  JOIN secrets c ON c.key_id = k.id AND c.ends_at_ms IS NULL
  ${WHOSE}
  WHERE s.ends_at_ms > @nowMs
    AND s.ends_at_ms <= @beforeMs
    AND ${WORKS}
  ORDER BY s.ends_at_ms
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look, once for each stop of the last days; partial index secrets_ending, then primary keys and audit_by_subject. A stop is known
// from the last sign of life on, so that an overlap which somebody ended just before it is left out by name, and one of no length by its
// start; what was told, as above. A current secret that came later, or was current before, is no part of that overlap.
const MISSED_OVERLAPS = `
  SELECT ${KEY}, s.version AS version, s.ends_at_ms AS endedAtMs, c.version AS newVersion
  FROM secrets s
  JOIN keys k ON k.id = s.key_id
  JOIN secrets c ON c.key_id = k.id AND c.ends_at_ms IS NULL
  ${WHOSE}
  WHERE s.ends_at_ms > @fromMs
    AND s.ends_at_ms <= @toMs
    AND c.version > s.version
    AND c.created_at_ms < s.ends_at_ms
    AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs)
    AND ${WORKS}
    AND NOT EXISTS (
      SELECT 1 FROM audit_events e
      WHERE e.subject_kind = 'key' AND e.subject_id = k.id AND e.action = 'keys.endOverlap' AND e.at_ms >= s.ends_at_ms
    )
    AND NOT EXISTS (
      SELECT 1 FROM notices n WHERE n.once_key = 'overlap_ended:' || k.id || ':' || s.version || ':' || s.ends_at_ms
    )
  ORDER BY s.ends_at_ms
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look; partial index handoffs_attention.
const HANDOFFS = `
  SELECT h.id AS id, k.name AS keyName, h.recipient_name AS recipientName, h.attention AS attention,
    CASE h.attention WHEN 'unused' THEN h.revealed_at_ms + @remindMs ELSE h.ended_at_ms END AS atMs
  FROM handoffs h
  JOIN keys k ON k.id = h.key_id
  WHERE h.attention IS NOT NULL
    AND CASE h.attention WHEN 'unused' THEN h.revealed_at_ms + @remindMs ELSE h.ended_at_ms END >= @sinceMs
  ORDER BY atMs DESC
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look; the words that wait, then primary keys. Who issued a list knows of its words.
const CODES = `
  SELECT h.id AS id, k.name AS keyName, h.recipient_name AS recipientName, 'code' AS attention, h.created_at_ms AS atMs
  FROM handoff_codes c
  JOIN handoffs h ON h.id = c.handoff_id
  JOIN keys k ON k.id = h.key_id
  WHERE h.created_by_kind = 'system' AND h.created_at_ms >= @sinceMs
  ORDER BY h.created_at_ms DESC
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Every look, once for each key with a spike; primary keys.
const WORKING_KEY = `
  SELECT ${KEY}
  FROM keys k ${WHOSE}
  WHERE k.id = @id AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs) AND ${WORKS}`;

// Every look; from a place in the trail on, by its primary key.
const LEAKED = `
  SELECT DISTINCT ${KEY}, k.revoked_at_ms AS revokedAtMs
  FROM audit_events e
  JOIN keys k ON k.id = e.subject_id
  ${WHOSE}
  WHERE e.seq > @afterSeq
    AND e.subject_kind = 'key'
    AND k.revoke_reason = 'leaked'
    AND k.revoked_at_ms >= @sinceMs`;

// The first look of a run: walks the trail back to a moment.
const SEQ_BEFORE = `
  SELECT e.seq AS seq
  FROM audit_events e
  WHERE e.at_ms < @atMs
  ORDER BY e.seq DESC
  LIMIT 1`;

// Every look; partial index access_requests_undecided.
const ACCESS_REQUESTS = `
  SELECT r.id AS id, r.reference AS reference, r.application AS application, r.team AS team, r.created_at_ms AS createdAtMs
  FROM access_requests r
  WHERE r.state IN ('open', 'asked') AND r.state = 'open' AND r.created_at_ms >= @sinceMs
  ORDER BY r.created_at_ms DESC
  LIMIT ${String(NOTICE_ROWS_MAX)}`;

// Notices of quotas, one for each owner; primary keys.
const CONTACTS = {
  key: `SELECT a.contact_email AS email FROM keys k JOIN applications a ON a.id = k.application_id WHERE k.id = @id`,
  application: `SELECT a.contact_email AS email FROM applications a WHERE a.id = @id`,
  partner: `SELECT p.contact_email AS email FROM partners p WHERE p.id = @id`,
} as const;

interface Samples {
  readonly samplePartners: readonly PartnerId[];
}

/** Prepares the questions what there is to tell. As createWebhookQueries: only when somebody asks for notices. */
export function createNoticeSourceQueries(handle: DatabaseHandle, { samplePartners }: Samples) {
  const samples = { samplePartners: JSON.stringify(samplePartners) };
  const expiring = handle.prepare<ExpiringPage & typeof samples, Expiring>(EXPIRING);
  const inGrace = handle.prepare<{ nowMs: number } & typeof samples, NoticeFacts['inGrace'][number]>(
    IN_GRACE,
  );
  const idle = handle.prepare<
    { nowMs: number } & typeof samples,
    NoticeFacts['idle'][number] & { readonly keyId: KeyId }
  >(IDLE);
  const rotations = handle.prepare<
    { nowMs: number } & typeof samples,
    NoticeKey & { version: number; dueAtMs: number }
  >(ROTATIONS);
  const overlaps = handle.prepare<{ nowMs: number; beforeMs: number } & typeof samples, Overlap>(OVERLAPS);
  const missedOverlaps = handle.prepare<Stop & { nowMs: number } & typeof samples, MissedOverlap>(
    MISSED_OVERLAPS,
  );
  const handoffs = handle.prepare<{ sinceMs: number; remindMs: number }, NoticeFacts['handoffs'][number]>(
    HANDOFFS,
  );
  const codes = handle.prepare<{ sinceMs: number }, NoticeFacts['handoffs'][number]>(CODES);
  const leaked = handle.prepare<{ sinceMs: number; afterSeq: number }, NoticeFacts['leaked'][number]>(LEAKED);
  const accessRequests = handle.prepare<{ sinceMs: number }, NoticeFacts['accessRequests'][number]>(
    ACCESS_REQUESTS,
  );
  const workingKey = handle.prepare<{ id: string; nowMs: number } & typeof samples, NoticeKey>(WORKING_KEY);
  const seqBefore = handle.prepare<{ atMs: number }, { seq: number }>(SEQ_BEFORE);
  return {
    /** By expiry, from one on; a page that is not full is the last. */
    expiring: (page: ExpiringPage): readonly Expiring[] => expiring.all({ ...page, ...samples }),
    /** Those that were not told yet. So it is with rotations. */
    inGrace: (nowMs: number) => inGrace.all({ nowMs, ...samples }),
    idle: (nowMs: number) => idle.all({ nowMs, ...samples }),
    rotations: (nowMs: number) => rotations.all({ nowMs, ...samples }),
    overlaps: (times: { nowMs: number; beforeMs: number }) => overlaps.all({ ...times, ...samples }),
    /** Those that were not told yet, of one stop. */
    missedOverlaps: (stop: Stop & { nowMs: number }) => missedOverlaps.all({ ...stop, ...samples }),
    handoffs: (times: { sinceMs: number; remindMs: number }) => [
      ...handoffs.all(times),
      ...codes.all({ sinceMs: times.sinceMs }),
    ],
    leaked: (from: { sinceMs: number; afterSeq: number }) => leaked.all(from),
    /** Number of the last audit event before a moment; 0 = there is none. */
    seqBefore: (atMs: number): number => seqBefore.get({ atMs })?.seq ?? 0,
    /** null for one that works no more, is somebody's child or a sample. */
    workingKey: (id: string, nowMs: number): NoticeKey | null =>
      workingKey.get({ id, nowMs, ...samples }) ?? null,
    accessRequests: (sinceMs: number) => accessRequests.all({ sinceMs }),
    contactOf: (kind: keyof typeof CONTACTS, id: string): string | null =>
      handle.prepare<{ id: string }, { email: string }>(CONTACTS[kind]).get({ id })?.email ?? null,
  };
}

interface ExpiringPage {
  readonly afterMs: number;
  readonly afterId: string;
  readonly beforeMs: number;
}
