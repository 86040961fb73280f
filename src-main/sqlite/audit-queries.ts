import type { Actor, AuditEvent, AuditFilter, AuditSubject } from '#contract/audit.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A row of audit_events as SQLite gives it. */
interface AuditRow {
  readonly seq: number;
  readonly atMs: TimestampMs;
  readonly actorKind: Actor['kind'];
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: AuditSubject['kind'];
  readonly subjectId: string;
  readonly subjectName: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly hash: Buffer;
}

const COLUMNS = `
  seq,
  at_ms AS atMs,
  actor_kind AS actorKind,
  actor_id AS actorId,
  actor_name AS actorName,
  action,
  subject_kind AS subjectKind,
  subject_id AS subjectId,
  subject_name AS subjectName,
  before,
  after,
  reason,
  hash`;

/** Every part is optional; a filter by subject is served by audit_events_by_subject, the rest scans from the newest. */
const FILTER = `
  (@subjectKind IS NULL OR subject_kind = @subjectKind)
  AND (@subjectId IS NULL OR subject_id = @subjectId)
  AND (@action IS NULL OR action = @action)
  AND (@actorId IS NULL OR actor_id = @actorId)
  AND (@fromMs IS NULL OR at_ms >= @fromMs)
  AND (@toMs IS NULL OR at_ms < @toMs)`;

// audit.list and audit.export, newest first; primary key backwards.
const PAGE = `
  SELECT ${COLUMNS}
  FROM audit_events
  WHERE seq < @beforeSeq AND ${FILTER}
  ORDER BY seq DESC
  LIMIT @limit`;

// The same for one subject, as the history of a key asks; index audit_events_by_subject.
const PAGE_OF_SUBJECT = `
  SELECT ${COLUMNS}
  FROM audit_events
  WHERE subject_kind = @subjectKind AND subject_id = @subjectId AND seq < @beforeSeq AND ${FILTER}
  ORDER BY seq DESC
  LIMIT @limit`;

// audit.list.
const COUNT = `SELECT COUNT(*) AS count FROM audit_events WHERE ${FILTER}`;

// audit.verify, in order; primary key.
const FROM = `
  SELECT ${COLUMNS}
  FROM audit_events
  WHERE seq >= @seq
  ORDER BY seq`;

// The check of the whole trail after start, part by part; primary key.
const PART = `
  SELECT ${COLUMNS}
  FROM audit_events
  WHERE seq > @afterSeq
  ORDER BY seq
  LIMIT @limit`;

// Every command, to chain on; primary key backwards.
const LAST = `
  SELECT ${COLUMNS}
  FROM audit_events
  ORDER BY seq DESC
  LIMIT 1`;

// Every command.
const APPEND = `
  INSERT INTO audit_events (seq, at_ms, actor_kind, actor_id, actor_name, action, subject_kind, subject_id,
    subject_name, before, after, reason, hash)
  VALUES (@seq, @atMs, @actorKind, @actorId, @actorName, @action, @subjectKind, @subjectId,
    @subjectName, @before, @after, @reason, @hash)`;

// Start-up and system.status; the count that the head anchors.
const TOTAL = `SELECT COUNT(*) AS count FROM audit_events`;

/** Statements on the audit trail, prepared once. There is none that changes or removes a row. */
export type AuditQueries = ReturnType<typeof createAuditQueries>;

/** Prepares the statements on the audit trail. */
export function createAuditQueries(handle: DatabaseHandle) {
  const page = handle.prepare<FilterParameters & PageParameters, AuditRow>(PAGE);
  const pageOfSubject = handle.prepare<FilterParameters & PageParameters, AuditRow>(PAGE_OF_SUBJECT);
  const count = handle.prepare<FilterParameters, { count: number }>(COUNT);
  const from = handle.prepare<{ seq: number }, AuditRow>(FROM);
  const part = handle.prepare<{ afterSeq: number; limit: number }, AuditRow>(PART);
  const last = handle.prepare<[], AuditRow>(LAST);
  const append = handle.prepare<AuditRow>(APPEND);
  const total = handle.prepare<[], { count: number }>(TOTAL);
  return {
    /** Newest first, at most `limit`, older than `beforeSeq`. */
    page: (filter: AuditFilter, beforeSeq: number, limit: number): readonly AuditEvent[] => {
      const parameters = { ...filterParameters(filter), beforeSeq, limit };
      const isOfSubject = filter.subjectKind !== undefined && filter.subjectId !== undefined;
      return (isOfSubject ? pageOfSubject : page).all(parameters).map(toEvent);
    },
    count: (filter: AuditFilter): number => count.get(filterParameters(filter))?.count ?? 0,
    total: (): number => total.get()?.count ?? 0,
    /** The newest event; null in a new store. */
    last: (): AuditEvent | null => {
      const row = last.get();
      return row === undefined ? null : toEvent(row);
    },
    /** Every event from `seq` on, ascending, read as it is consumed. Nothing may be written meanwhile. */
    *from(seq: number): IterableIterator<AuditEvent> {
      for (const row of from.iterate({ seq })) yield toEvent(row);
    },
    /** At most `limit` events after `afterSeq`, ascending. */
    part: (afterSeq: number, limit: number): readonly AuditEvent[] =>
      part.all({ afterSeq, limit }).map(toEvent),
    append: (event: AuditEvent): void => void append.run(toRow(event)),
  };
}

interface PageParameters {
  readonly beforeSeq: number;
  readonly limit: number;
}

type FilterParameters = ReturnType<typeof filterParameters>;

function filterParameters(filter: AuditFilter) {
  return {
    subjectKind: filter.subjectKind ?? null,
    subjectId: filter.subjectId ?? null,
    action: filter.action ?? null,
    actorId: filter.actorId ?? null,
    fromMs: filter.from ?? null,
    toMs: filter.to ?? null,
  };
}

function toEvent(row: AuditRow): AuditEvent {
  return {
    seq: row.seq,
    at: row.atMs,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    subject: { kind: row.subjectKind, id: row.subjectId, name: row.subjectName },
    before: parseObject(row.before),
    after: parseObject(row.after),
    reason: row.reason,
    hash: row.hash.toString('hex'),
  };
}

function toRow(event: AuditEvent): AuditRow {
  return {
    seq: event.seq,
    atMs: event.at,
    actorKind: event.actor.kind,
    actorId: event.actor.id,
    actorName: event.actor.name,
    action: event.action,
    subjectKind: event.subject.kind,
    subjectId: event.subject.id,
    subjectName: event.subject.name,
    before: event.before === null ? null : JSON.stringify(event.before),
    after: event.after === null ? null : JSON.stringify(event.after),
    reason: event.reason,
    hash: Buffer.from(event.hash, 'hex'),
  };
}

function parseObject(text: string | null): Record<string, unknown> | null {
  return text === null ? null : (JSON.parse(text) as Record<string, unknown>);
}
