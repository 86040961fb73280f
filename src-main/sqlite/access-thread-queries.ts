import type { AccessRequestId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** One question to an applicant, or an answer to it. */
export interface StoredAccessMessage {
  readonly place: number;
  /** Who asked; null: the applicant answers. */
  readonly author: string | null;
  readonly text: string;
  readonly at: TimestampMs;
}

/** What is told of a request at another one. */
export interface RequestName {
  readonly id: AccessRequestId;
  readonly reference: string;
}

/** A request that says the same as another one. */
export interface MergedRequest extends RequestName {
  readonly application: string;
  readonly contactEmail: string;
}

// accessRequests.get and the applicant's page; primary key in its order.
const LIST = `
  SELECT m.place AS place, m.author AS author, m.text AS text, m.at_ms AS at
  FROM access_messages m
  WHERE m.request_id = @id
  ORDER BY m.place`;

// accessRequests.list, for each request; primary key from its end.
const LAST = `
  SELECT m.place AS place, m.author AS author, m.text AS text, m.at_ms AS at
  FROM access_messages m
  WHERE m.request_id = @id
  ORDER BY m.place DESC
  LIMIT 1`;

// accessRequests.ask and the applicant's answer.
const ADD = `
  INSERT INTO access_messages (request_id, place, author, text, at_ms)
  VALUES (@id, @place, @author, @text, @at)`;

// accessRequests.list, for each merged request; primary key.
const NAME = `SELECT r.id AS id, r.reference AS reference FROM access_requests r WHERE r.id = @id`;

// accessRequests.get; partial index access_requests_merged.
const MERGED_INTO = `
  SELECT r.id AS id, r.reference AS reference, r.application AS application, r.contact_email AS contactEmail
  FROM access_requests r
  WHERE r.merged_into = @id
  ORDER BY r.created_at_ms`;

// accessRequests.merge: what was merged into one follows it; partial index access_requests_merged.
const MOVE_MERGED = `UPDATE access_requests SET merged_into = @intoId WHERE merged_into = @id`;

/** Statements on what is said about access requests, and on which of them are the same. */
export function createAccessThreadQueries(handle: DatabaseHandle) {
  type ById = Readonly<{ id: AccessRequestId }>;
  return {
    /** Oldest first. */
    list: (id: AccessRequestId): readonly StoredAccessMessage[] =>
      handle.prepare<ById, StoredAccessMessage>(LIST).all({ id }),
    last: (id: AccessRequestId): StoredAccessMessage | null =>
      handle.prepare<ById, StoredAccessMessage>(LAST).get({ id }) ?? null,
    add: (id: AccessRequestId, message: StoredAccessMessage): void =>
      void handle.prepare<StoredAccessMessage & ById>(ADD).run({ ...message, id }),
    name: (id: AccessRequestId): RequestName | null =>
      handle.prepare<ById, RequestName>(NAME).get({ id }) ?? null,
    mergedInto: (id: AccessRequestId): readonly MergedRequest[] =>
      handle.prepare<ById, MergedRequest>(MERGED_INTO).all({ id }),
    moveMerged: (id: AccessRequestId, intoId: AccessRequestId): number =>
      handle.prepare<ById & { intoId: AccessRequestId }>(MOVE_MERGED).run({ id, intoId }).changes,
  };
}
