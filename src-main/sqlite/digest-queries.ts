import type { PartnerId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** When a partner is written to every week. */
export interface StoredDigest {
  readonly partnerId: PartnerId;
  /** 1 = Monday to 7 = Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly timeZone: string;
  readonly nextAtMs: TimestampMs;
  readonly lastSentAtMs: TimestampMs | null;
}

const COLUMNS = `
  d.partner_id AS partnerId,
  d.weekday AS weekday,
  d.hour AS hour,
  d.time_zone AS timeZone,
  d.next_at_ms AS nextAtMs,
  d.last_sent_at_ms AS lastSentAtMs`;

// partners.digestSchedule and partners.setDigest; primary key.
const GET = `SELECT ${COLUMNS} FROM partner_digests d WHERE d.partner_id = @partnerId`;

// The look every minute; index partner_digests_by_next.
const DUE = `SELECT ${COLUMNS} FROM partner_digests d WHERE d.next_at_ms <= @nowMs ORDER BY d.next_at_ms LIMIT @limit`;

// partners.setDigest, and after each one that was due; primary key.
const PUT = `
  INSERT INTO partner_digests (partner_id, weekday, hour, time_zone, next_at_ms, last_sent_at_ms)
  VALUES (@partnerId, @weekday, @hour, @timeZone, @nextAtMs, @lastSentAtMs)
  ON CONFLICT (partner_id) DO UPDATE
  SET weekday = excluded.weekday, hour = excluded.hour, time_zone = excluded.time_zone,
    next_at_ms = excluded.next_at_ms, last_sent_at_ms = excluded.last_sent_at_ms`;

// partners.setDigest; primary key.
const DELETE = `DELETE FROM partner_digests WHERE partner_id = @partnerId`;

/** Prepares the statements on weekly digests. As createNoticeQueries: only when somebody asks about them. */
export function createDigestQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ partnerId: PartnerId }, StoredDigest>(GET);
  const due = handle.prepare<{ nowMs: TimestampMs; limit: number }, StoredDigest>(DUE);
  const put = handle.prepare<StoredDigest>(PUT);
  const remove = handle.prepare<{ partnerId: PartnerId }>(DELETE);
  return {
    get: (partnerId: PartnerId): StoredDigest | null => get.get({ partnerId }) ?? null,
    /** Those whose time has come, longest ago first. */
    due: (nowMs: TimestampMs, limit: number): readonly StoredDigest[] => due.all({ nowMs, limit }),
    put: (digest: StoredDigest): void => void put.run(digest),
    delete: (partnerId: PartnerId): void => void remove.run({ partnerId }),
  };
}
