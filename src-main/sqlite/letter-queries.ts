import type { DeliveryId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** The words of a mail to a contact. `sealed`: null once it was sent. */
export interface StoredLetter {
  readonly deliveryId: DeliveryId;
  readonly onceKey: string | null;
  readonly subject: string;
  readonly sealed: Buffer | null;
}

// mailContact; unique index of once_key.
const IS_WRITTEN = `SELECT 1 AS found FROM letters l WHERE l.once_key = @onceKey`;

// mailContact, after the delivery of the same id.
const ADD = `
  INSERT INTO letters (delivery_id, once_key, subject, sealed)
  VALUES (@deliveryId, @onceKey, @subject, @sealed)`;

// The sender, replay and the log of deliveries; primary key.
const GET = `
  SELECT l.delivery_id AS deliveryId, l.once_key AS onceKey, l.subject AS subject, l.sealed AS sealed
  FROM letters l
  WHERE l.delivery_id = @deliveryId`;

// The sender, when it was taken; primary key.
const ERASE = `UPDATE letters SET sealed = NULL WHERE delivery_id = @deliveryId AND sealed IS NOT NULL`;

// Once a day, in this order; index notice_deliveries_by_time. What still waits is left alone.
const ERASE_OLD = `
  UPDATE letters SET sealed = NULL
  WHERE sealed IS NOT NULL
    AND delivery_id IN (
      SELECT d.id FROM notice_deliveries d WHERE d.created_at_ms < @textsBeforeMs AND d.state <> 'waiting'
    )`;
const FORGET = `
  DELETE FROM letters
  WHERE delivery_id IN (
    SELECT d.id FROM notice_deliveries d WHERE d.created_at_ms < @deliveriesBeforeMs AND d.state <> 'waiting'
  )`;

/** Prepares the statements on letters. As createNoticeQueries: only when somebody is written to. */
export function createLetterQueries(handle: DatabaseHandle) {
  const isWritten = handle.prepare<{ onceKey: string }, { found: 1 }>(IS_WRITTEN);
  const add = handle.prepare<StoredLetter>(ADD);
  const get = handle.prepare<{ deliveryId: DeliveryId }, StoredLetter>(GET);
  const erase = handle.prepare<{ deliveryId: DeliveryId }>(ERASE);
  const eraseOld = handle.prepare<{ textsBeforeMs: number }>(ERASE_OLD);
  const forget = handle.prepare<{ deliveriesBeforeMs: number }>(FORGET);
  return {
    isWritten: (onceKey: string): boolean => isWritten.get({ onceKey }) !== undefined,
    add: (letter: StoredLetter): void => void add.run(letter),
    get: (deliveryId: DeliveryId): StoredLetter | null => get.get({ deliveryId }) ?? null,
    /** Forgets the text; that it was written stays in the log of deliveries. */
    erase: (deliveryId: DeliveryId): void => void erase.run({ deliveryId }),
    /** Texts that are too old to be sent, and letters whose deliveries are about to be forgotten. */
    forget: (before: { readonly textsBeforeMs: number; readonly deliveriesBeforeMs: number }): void => {
      eraseOld.run({ textsBeforeMs: before.textsBeforeMs });
      forget.run({ deliveriesBeforeMs: before.deliveriesBeforeMs });
    },
  };
}
