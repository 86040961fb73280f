import { isLetterKind } from '#contract/letter-kinds.ts';
import { RETRY_WAITS_MS } from '#contract/notice-channels.ts';
import { timestampMs, type DeliveryId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { Logger } from '#main/platform/logger.ts';
import { createLetterQueries } from '#main/sqlite/letter-queries.ts';
import {
  createNoticeQueries,
  type DeliveryProgress,
  type StoredDelivery,
  type StoredNotice,
} from '#main/sqlite/notice-queries.ts';

/** Sent at the same time; further ones wait for the next round. */
const TOGETHER_MAX = 8;
/** However far the next attempt is: a clock can be set. */
const WAIT_MS_MAX = 60_000;

/** How one delivery ends: null = taken. `isFinal`: trying again is no use. */
export type SendOutcome = { readonly problem: string | null; readonly isFinal?: boolean };

/** What the sender works with. */
export interface NoticeSenderParts {
  /** A context of the program itself; takes the time. */
  readonly context: () => UseCaseContext;
  /** Never rejects for what a receiver does. */
  readonly send: (
    context: UseCaseContext,
    delivery: StoredDelivery,
    notices: readonly StoredNotice[],
  ) => Promise<SendOutcome>;
  /** The log of deliveries has changed. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/** Sends what waits, and again after RETRY_WAITS_MS what failed. Everything about it is in the store, so a restart goes on where the
 *  last run ended: an attempt is written down before it begins, so that one that ends the program does not begin at once again. */
export class NoticeSender {
  readonly #parts: NoticeSenderParts;
  readonly #inFlight = new Set<DeliveryId>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(parts: NoticeSenderParts) {
    this.#parts = parts;
  }

  /** Sends what is due, and comes back by itself when more is. Keeps no process alive. Never rejects. */
  async wake(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      await this.#sendDue();
      this.#sleep();
    } catch (error) {
      if (this.#isClosed) return;
      this.#parts.logger.error('Notices could not be sent; it is tried again.', { error });
      this.#sleepFor(WAIT_MS_MAX);
    }
  }

  /** Sends one now, unless it is being sent or needs nothing. Throws what the store throws. */
  async attempt(id: DeliveryId): Promise<void> {
    if (this.#isClosed || this.#inFlight.has(id)) return;
    this.#inFlight.add(id);
    try {
      await this.#attempt(id);
    } finally {
      this.#inFlight.delete(id);
    }
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #sendDue(): Promise<void> {
    for (;;) {
      if (this.#isClosed) return;
      const { db, nowMs } = this.#parts.context();
      const due = createNoticeQueries(db.handle)
        .due(nowMs, TOGETHER_MAX)
        .filter((id) => !this.#inFlight.has(id));
      if (due.length === 0) return;
      await Promise.all(due.map((id) => this.attempt(id)));
    }
  }

  async #attempt(id: DeliveryId): Promise<void> {
    const context = this.#parts.context();
    const queries = createNoticeQueries(context.db.handle);
    const delivery = queries.getDelivery(id);
    if (delivery?.state !== 'waiting') return;
    const begun = begin(delivery, context.nowMs);
    queries.update(id, begun);
    const outcome = await this.#parts.send(context, delivery, queries.itemsOf(id));
    if (this.#isClosed) return;
    const { db } = this.#parts.context();
    // A restore may have put another store in its place.
    createNoticeQueries(db.handle).update(id, after(begun, outcome, delivery.kind === null));
    // What was in it was for its recipient.
    if (outcome.problem === null && isLetterKind(delivery.kind)) createLetterQueries(db.handle).erase(id);
    this.#parts.onChange();
  }

  #sleep(): void {
    if (this.#isClosed) return;
    const { db, nowMs } = this.#parts.context();
    const nextAtMs = createNoticeQueries(db.handle).nextAtMs();
    if (nextAtMs !== null) this.#sleepFor(Math.min(Math.max(nextAtMs - nowMs, 100), WAIT_MS_MAX));
  }

  #sleepFor(waitMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.wake(), waitMs);
    this.#timer.unref();
  }
}

function begin(delivery: StoredDelivery, nowMs: number): DeliveryProgress {
  const waitMs = RETRY_WAITS_MS[delivery.attempts] ?? RETRY_WAITS_MS[RETRY_WAITS_MS.length - 1] ?? 0;
  return {
    state: 'waiting',
    attempts: delivery.attempts + 1,
    lastAttemptAtMs: timestampMs.parse(nowMs),
    nextAttemptAtMs: timestampMs.parse(nowMs + waitMs),
    problem: delivery.problem,
  };
}

function after(begun: DeliveryProgress, outcome: SendOutcome, isTest: boolean): DeliveryProgress {
  const { problem, isFinal = false } = outcome;
  if (problem === null) return { ...begun, state: 'sent', nextAttemptAtMs: null, problem: null };
  const isOver = isFinal || isTest || begun.attempts > RETRY_WAITS_MS.length;
  return isOver ? { ...begun, state: 'failed', nextAttemptAtMs: null, problem } : { ...begun, problem };
}
