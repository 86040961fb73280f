import type { Handoff, HandoffEvent, HandoffEventKind } from '#contract/handoffs.ts';
import type { Actor } from '#contract/audit.ts';
import type { HandoffId, KeyId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** What of a handoff changes. */
export interface HandoffProgress {
  readonly state: Handoff['state'];
  readonly openedAtMs: TimestampMs | null;
  readonly revealedAtMs: TimestampMs | null;
  readonly endedAtMs: TimestampMs | null;
  readonly wrongCodes: number;
  readonly attention: Handoff['attention'];
  readonly isReminded: 0 | 1;
  readonly replacedBy: HandoffId | null;
}

/** A handoff as stored, without what it carries. */
export interface StoredHandoff extends HandoffProgress {
  readonly id: HandoffId;
  readonly keyId: KeyId;
  readonly secretVersion: number;
  readonly channel: Handoff['channel'];
  readonly isBlind: 0 | 1;
  readonly recipientName: string;
  readonly recipientContact: string;
  readonly message: string;
  readonly note: string;
  readonly createdByKind: Actor['kind'];
  readonly createdById: string;
  readonly createdByName: string;
  readonly createdAtMs: TimestampMs;
  readonly expiresAtMs: TimestampMs | null;
  readonly onExpiry: Handoff['onExpiry'];
}

/** The columns that a StoredHandoff has, of the table `h`. */
export const HANDOFF_COLUMNS = `
  h.id AS id,
  h.key_id AS keyId,
  h.secret_version AS secretVersion,
  h.channel AS channel,
  h.is_blind AS isBlind,
  h.state AS state,
  h.recipient_name AS recipientName,
  h.recipient_contact AS recipientContact,
  h.message AS message,
  h.note AS note,
  h.created_by_kind AS createdByKind,
  h.created_by_id AS createdById,
  h.created_by_name AS createdByName,
  h.created_at_ms AS createdAtMs,
  h.expires_at_ms AS expiresAtMs,
  h.on_expiry AS onExpiry,
  h.opened_at_ms AS openedAtMs,
  h.revealed_at_ms AS revealedAtMs,
  h.ended_at_ms AS endedAtMs,
  h.wrong_codes AS wrongCodes,
  h.attention AS attention,
  h.is_reminded AS isReminded,
  h.replaced_by AS replacedBy`;

// handoffs.get and every command on a handoff; primary key.
const GET = `SELECT ${HANDOFF_COLUMNS} FROM handoffs h WHERE h.id = @id`;

// GET and POST /h/:token; unique index of token_hash.
const FIND_BY_TOKEN = `SELECT ${HANDOFF_COLUMNS} FROM handoffs h WHERE h.token_hash = @tokenHash`;

// The timer that looks for expiry, first uses and reminders; partial index handoffs_open.
const LIST_OPEN = `
  SELECT ${HANDOFF_COLUMNS}
  FROM handoffs h
  WHERE h.state IN ('prepared', 'opened', 'revealed')
  ORDER BY h.created_at_ms, h.id`;

// createHandoff.
const INSERT = `
  INSERT INTO handoffs (
    id, key_id, secret_version, channel, is_blind, state, recipient_name, recipient_contact, message, note, created_by_kind,
    created_by_id, created_by_name, created_at_ms, expires_at_ms, on_expiry, opened_at_ms, revealed_at_ms, ended_at_ms,
    wrong_codes, attention, is_reminded, replaced_by, token_hash
  )
  VALUES (
    @id, @keyId, @secretVersion, @channel, @isBlind, @state, @recipientName, @recipientContact, @message, @note, @createdByKind,
    @createdById, @createdByName, @createdAtMs, @expiresAtMs, @onExpiry, @openedAtMs, @revealedAtMs, @endedAtMs,
    @wrongCodes, @attention, @isReminded, @replacedBy, @tokenHash
  )`;

// Every step of a handoff; primary key.
const UPDATE = `
  UPDATE handoffs
  SET state = @state, opened_at_ms = @openedAtMs, revealed_at_ms = @revealedAtMs, ended_at_ms = @endedAtMs,
    wrong_codes = @wrongCodes, attention = @attention, is_reminded = @isReminded, replaced_by = @replacedBy
  WHERE id = @id`;

// createHandoff for a link.
const PUT_CONTENT = `INSERT INTO handoff_contents (handoff_id, sealed) VALUES (@id, @sealed)`;

// POST /h/:token; primary key.
const GET_CONTENT = `SELECT c.sealed AS sealed FROM handoff_contents c WHERE c.handoff_id = @id`;

// Reveal and every end of a handoff; primary key.
const DELETE_CONTENT = `DELETE FROM handoff_contents WHERE handoff_id = @id`;
const DELETE_CODE = `DELETE FROM handoff_codes WHERE handoff_id = @id`;

// Every step of a handoff.
const ADD_EVENT = `
  INSERT INTO handoff_events (handoff_id, at_ms, kind, actor_name, address, agent, detail)
  VALUES (@handoffId, @at, @kind, @actorName, @address, @agent, @detail)`;

// handoffs.get; index handoff_events_by_handoff, in its order.
const LIST_EVENTS = `
  SELECT e.at_ms AS at, e.kind AS kind, e.actor_name AS actorName, e.address AS address, e.agent AS agent, e.detail AS detail
  FROM handoff_events e
  WHERE e.handoff_id = @id
  ORDER BY e.id`;

// GET /h/:token, which keeps the same visitor once and not more than some; index handoff_events_by_handoff.
const COUNT_EVENTS = `
  SELECT COUNT(*) AS total, COUNT(*) FILTER (WHERE e.kind = @kind AND e.address IS @address AND e.agent IS @agent) AS same
  FROM handoff_events e
  WHERE e.handoff_id = @id`;

/** A visitor, as the timeline tells it. */
export interface Visitor {
  readonly address: string | null;
  readonly agent: string | null;
}

/** Prepares the statements on single handoffs. */
export function createHandoffQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ id: HandoffId }, StoredHandoff>(GET);
  const findByToken = handle.prepare<{ tokenHash: Buffer }, StoredHandoff>(FIND_BY_TOKEN);
  const listOpen = handle.prepare<[], StoredHandoff>(LIST_OPEN);
  const insert = handle.prepare<StoredHandoff & { readonly tokenHash: Buffer | null }>(INSERT);
  const update = handle.prepare<HandoffProgress & { readonly id: HandoffId }>(UPDATE);
  const putContent = handle.prepare<{ id: HandoffId; sealed: Buffer }>(PUT_CONTENT);
  const getContent = handle.prepare<{ id: HandoffId }, { sealed: Buffer }>(GET_CONTENT);
  const deleteContent = handle.prepare<{ id: HandoffId }>(DELETE_CONTENT);
  const deleteCode = handle.prepare<{ id: HandoffId }>(DELETE_CODE);
  const addEvent = handle.prepare<HandoffEvent & { readonly handoffId: HandoffId }>(ADD_EVENT);
  const listEvents = handle.prepare<{ id: HandoffId }, HandoffEvent>(LIST_EVENTS);
  const countEvents = handle.prepare<
    Visitor & { id: HandoffId; kind: HandoffEventKind },
    { total: number; same: number }
  >(COUNT_EVENTS);
  return {
    get: (id: HandoffId): StoredHandoff | null => get.get({ id }) ?? null,
    /** `tokenHash`: keyed hash of a link's token. */
    findByToken: (tokenHash: Buffer): StoredHandoff | null => findByToken.get({ tokenHash }) ?? null,
    /** Those that something can still happen to by itself, oldest first. */
    listOpen: (): readonly StoredHandoff[] => listOpen.all(),
    insert: (handoff: StoredHandoff & { readonly tokenHash: Buffer | null }): void =>
      void insert.run(handoff),
    /** Writes how far it is now; the rest of a handoff never changes. */
    update: (handoff: StoredHandoff): void => void update.run(handoff),
    putContent: (id: HandoffId, sealed: Buffer): void => void putContent.run({ id, sealed }),
    getContent: (id: HandoffId): Buffer | null => getContent.get({ id })?.sealed ?? null,
    /** With words that are held for it. Overwrites it (secure_delete); a copy may be in the write-ahead log until `forgetDeleted`. */
    deleteContent: (id: HandoffId): void => {
      deleteContent.run({ id });
      deleteCode.run({ id });
    },
    /** Empties the write-ahead log, in which what was deleted may still lie. Outside of transactions only. */
    forgetDeleted: (): void => void handle.pragma('wal_checkpoint(TRUNCATE)'),
    addEvent: (handoffId: HandoffId, event: HandoffEvent): void => void addEvent.run({ ...event, handoffId }),
    /** Oldest first. */
    listEvents: (id: HandoffId): readonly HandoffEvent[] => listEvents.all({ id }),
    /** How many events there are, and how many of this kind by this visitor. */
    countEvents: (id: HandoffId, kind: HandoffEventKind, visitor: Visitor) =>
      countEvents.get({ id, kind, address: visitor.address, agent: visitor.agent }) ?? { total: 0, same: 0 },
  };
}
