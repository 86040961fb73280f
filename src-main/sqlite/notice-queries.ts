import type { DeliveryState, NoticeChannel } from '#contract/notice-channels.ts';
import type { DeliveryId, NoticeId, TimestampMs, WebhookId } from '#contract/ids.ts';
import type { LetterKind } from '#contract/letter-kinds.ts';
import type { NoticeKind } from '#contract/notice-kinds.ts';
import type { PlannedNotice } from '#main/domain/notice-plan.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A notice as stored. */
export interface StoredNotice {
  readonly id: NoticeId;
  readonly onceKey: string;
  readonly kind: NoticeKind;
  readonly atMs: TimestampMs;
  readonly subjectKind: PlannedNotice['subject']['kind'];
  readonly subjectId: string;
  readonly subjectName: string;
  readonly data: PlannedNotice['data'];
}

type NoticeRow = Omit<StoredNotice, 'data'> & { readonly data: string };

/** How far a delivery is. */
export interface DeliveryProgress {
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastAttemptAtMs: TimestampMs | null;
  readonly nextAttemptAtMs: TimestampMs | null;
  readonly problem: string | null;
}

/** One way of one or several notices to one receiver. */
export interface StoredDelivery extends DeliveryProgress {
  readonly id: DeliveryId;
  readonly channel: NoticeChannel;
  readonly webhookId: WebhookId | null;
  readonly address: string | null;
  /** null: a test. */
  readonly kind: NoticeKind | LetterKind | null;
  readonly createdAtMs: TimestampMs;
  readonly isReplay: 0 | 1;
}

const NOTICE = `
  n.id AS id,
  n.once_key AS onceKey,
  n.kind AS kind,
  n.at_ms AS atMs,
  n.subject_kind AS subjectKind,
  n.subject_id AS subjectId,
  n.subject_name AS subjectName,
  n.data AS data`;

const DELIVERY = `
  d.id AS id,
  d.channel AS channel,
  d.webhook_id AS webhookId,
  d.address AS address,
  d.kind AS kind,
  d.state AS state,
  d.attempts AS attempts,
  d.created_at_ms AS createdAtMs,
  d.last_attempt_at_ms AS lastAttemptAtMs,
  d.next_attempt_at_ms AS nextAttemptAtMs,
  d.problem AS problem,
  d.is_replay AS isReplay`;

// Every look for what to tell; unique index of once_key.
const IS_TOLD = `SELECT 1 AS told FROM notices n WHERE n.once_key = @onceKey`;

// The same, in the transaction that makes the deliveries.
const ADD = `
  INSERT INTO notices (id, once_key, kind, at_ms, subject_kind, subject_id, subject_name, data)
  VALUES (@id, @onceKey, @kind, @atMs, @subjectKind, @subjectId, @subjectName, @data)`;

const ADD_DELIVERY = `
  INSERT INTO notice_deliveries (
    id, channel, webhook_id, address, kind, state, attempts, created_at_ms, last_attempt_at_ms, next_attempt_at_ms, problem, is_replay
  )
  VALUES (
    @id, @channel, @webhookId, @address, @kind, @state, @attempts, @createdAtMs, @lastAttemptAtMs, @nextAttemptAtMs, @problem,
    @isReplay
  )`;

const ADD_ITEM = `INSERT INTO notice_delivery_items (delivery_id, notice_id) VALUES (@deliveryId, @noticeId)`;

// The sender, replay and test; primary key.
const GET_DELIVERY = `SELECT ${DELIVERY} FROM notice_deliveries d WHERE d.id = @id`;

// The sender and the log of deliveries; primary keys.
const ITEMS = `
  SELECT ${NOTICE}
  FROM notice_delivery_items i
  JOIN notices n ON n.id = i.notice_id
  WHERE i.delivery_id = @id
  ORDER BY n.subject_name, n.id`;

// The sender; partial index notice_deliveries_due, in its order.
const DUE = `
  SELECT d.id AS id
  FROM notice_deliveries d
  WHERE d.state = 'waiting' AND d.next_attempt_at_ms <= @nowMs
  ORDER BY d.next_attempt_at_ms
  LIMIT @limit`;

// The sender: when to wake up; the same index.
const NEXT = `
  SELECT MIN(d.next_attempt_at_ms) AS atMs
  FROM notice_deliveries d
  WHERE d.state = 'waiting'`;

// The sender, before and after each attempt; primary key.
const UPDATE = `
  UPDATE notice_deliveries
  SET state = @state, attempts = @attempts, last_attempt_at_ms = @lastAttemptAtMs, next_attempt_at_ms = @nextAttemptAtMs,
    problem = @problem
  WHERE id = @id`;

// notices.deliveries; index notice_deliveries_by_time, in its order.
const LIST = `
  SELECT ${DELIVERY}
  FROM notice_deliveries d
  WHERE (@state IS NULL OR d.state = @state)
    AND (d.created_at_ms, d.id) < (@beforeMs, @beforeId)
  ORDER BY d.created_at_ms DESC, d.id DESC
  LIMIT @limit`;

// notices.deliveries; a scan of what was delivered in DELIVERY_DAYS.
const COUNT_FAILED = `SELECT COUNT(*) AS count FROM notice_deliveries d WHERE d.state = 'failed'`;

// Every look, in this order; indexes by time. A notice goes when it can come no more.
const FORGET = [
  `DELETE FROM notice_delivery_items
   WHERE delivery_id IN (
     SELECT d.id FROM notice_deliveries d WHERE d.created_at_ms < @deliveriesBeforeMs AND d.state <> 'waiting'
   )`,
  `DELETE FROM notice_deliveries WHERE created_at_ms < @deliveriesBeforeMs AND state <> 'waiting'`,
  `DELETE FROM notices
   WHERE at_ms < @noticesBeforeMs
     AND NOT EXISTS (SELECT 1 FROM notice_delivery_items i WHERE i.notice_id = notices.id)`,
];

/** Prepares the statements on notices and deliveries. As createWebhookQueries: only when somebody asks for notices. */
export function createNoticeQueries(handle: DatabaseHandle) {
  const isTold = handle.prepare<{ onceKey: string }, { told: 1 }>(IS_TOLD);
  const add = handle.prepare<NoticeRow>(ADD);
  const addDelivery = handle.prepare<StoredDelivery>(ADD_DELIVERY);
  const addItem = handle.prepare<{ deliveryId: DeliveryId; noticeId: NoticeId }>(ADD_ITEM);
  const getDelivery = handle.prepare<{ id: DeliveryId }, StoredDelivery>(GET_DELIVERY);
  const items = handle.prepare<{ id: DeliveryId }, NoticeRow>(ITEMS);
  const due = handle.prepare<{ nowMs: number; limit: number }, { id: DeliveryId }>(DUE);
  const next = handle.prepare<[], { atMs: TimestampMs | null }>(NEXT);
  const update = handle.prepare<DeliveryProgress & { readonly id: DeliveryId }>(UPDATE);
  const list = handle.prepare<DeliveryPage, StoredDelivery>(LIST);
  const countFailed = handle.prepare<[], { count: number }>(COUNT_FAILED);
  const forget = FORGET.map((sql) =>
    handle.prepare<{ deliveriesBeforeMs?: number; noticesBeforeMs?: number }>(sql),
  );
  return {
    isTold: (onceKey: string): boolean => isTold.get({ onceKey }) !== undefined,
    add: (notice: StoredNotice): void => void add.run({ ...notice, data: JSON.stringify(notice.data) }),
    addDelivery: (delivery: StoredDelivery, noticeIds: readonly NoticeId[]): void => {
      addDelivery.run(delivery);
      for (const noticeId of noticeIds) addItem.run({ deliveryId: delivery.id, noticeId });
    },
    getDelivery: (id: DeliveryId): StoredDelivery | null => getDelivery.get({ id }) ?? null,
    /** What a delivery tells, by name. */
    itemsOf: (id: DeliveryId): readonly StoredNotice[] =>
      items.all({ id }).map((row) => ({ ...row, data: JSON.parse(row.data) as StoredNotice['data'] })),
    /** Whose time has come, the longest waiting first. */
    due: (nowMs: number, limit: number): readonly DeliveryId[] =>
      due.all({ nowMs, limit }).map(({ id }) => id),
    /** When the next one is to be tried; null = nothing waits. */
    nextAtMs: (): TimestampMs | null => next.get()?.atMs ?? null,
    update: (id: DeliveryId, progress: DeliveryProgress): void => void update.run({ ...progress, id }),
    /** Newest first. */
    list: (page: DeliveryPage): readonly StoredDelivery[] => list.all(page),
    countFailed: (): number => countFailed.get()?.count ?? 0,
    /** Removes what is older, but nothing that waits. */
    forget: (before: { readonly deliveriesBeforeMs: number; readonly noticesBeforeMs: number }): void => {
      const { deliveriesBeforeMs, noticesBeforeMs } = before;
      const [itemsOf, deliveries, notices] = forget;
      itemsOf?.run({ deliveriesBeforeMs });
      deliveries?.run({ deliveriesBeforeMs });
      notices?.run({ noticesBeforeMs });
    },
  };
}

interface DeliveryPage {
  readonly state: DeliveryState | null;
  readonly beforeMs: number;
  readonly beforeId: string;
  readonly limit: number;
}
