import type { HandlerInput } from '#contract/contract.ts';
import { isLetterKind, LETTER_TEXT_DAYS } from '#contract/letter-kinds.ts';
import { DELIVERY_DAYS, type Delivery } from '#contract/notice-channels.ts';
import type { DeliveryId, NoticeId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { planNotices } from '#main/domain/notice-plan.ts';
import { letterAgain } from '#main/letters/letter-again.ts';
import { newDelivery } from '#main/letters/new-delivery.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Logger } from '#main/platform/logger.ts';
import { must } from '#main/platform/must.ts';
import { readSamples } from '#main/samples/read-samples.ts';
import { createLetterQueries, type StoredLetter } from '#main/sqlite/letter-queries.ts';
import { createNoticeQueries, type StoredDelivery } from '#main/sqlite/notice-queries.ts';
import { createNoticeSourceQueries } from '#main/sqlite/notice-source-queries.ts';
import { createWebhookQueries } from '#main/sqlite/webhook-queries.ts';
import { expiringPages, gatherFacts, type ForeignFacts } from './gather-facts.ts';
import { viewDelivery, webhookNames } from './list-deliveries.ts';
import { loadWebhook } from './manage-webhooks.ts';
import { NoticeSender } from './notice-sender.ts';
import { readNoticeSettings } from './notice-settings.ts';
import type { Routes } from './route-notices.ts';
import { sendDelivery, type SendParts } from './send-delivery.ts';
import { tellNotices } from './tell-notices.ts';

const DAY_MS = 86_400_000;
/** What was told is remembered for longer than anything of it can come again. */
const NOTICE_DAYS = 400;

/** What the desk works with. */
export interface NoticeDeskParts {
  /** A context of the program itself; takes the time. */
  readonly context: () => UseCaseContext;
  readonly desktop: SendParts['desktop'];
  /** What the store does not know; an empty list where it cannot be asked. */
  readonly foreign: (context: UseCaseContext) => Promise<Omit<ForeignFacts, 'afterSeq'>>;
  readonly onChange: () => void;
  readonly logger: Logger;
}

/** Looks for what to tell and tells it. */
export class NoticeDesk {
  readonly #parts: NoticeDeskParts;
  readonly #sender: NoticeSender;
  readonly #ending = new AbortController();
  /** Until here the audit trail was looked through for leaked keys; null = not known. */
  #seenSeq: number | null = null;
  #forgotAtMs = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: NoticeDeskParts) {
    this.#parts = parts;
    const { context, desktop, onChange, logger } = parts;
    const { signal } = this.#ending;
    this.#sender = new NoticeSender({
      context,
      send: (...delivery) => sendDelivery({ signal, desktop }, ...delivery),
      onChange,
      logger,
    });
  }

  /** Makes notices of what is new and sends what is due. One look after another. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      try {
        if (!this.#ending.signal.aborted) await this.#look();
      } catch (error) {
        if (this.#ending.signal.aborted) return;
        this.#parts.logger.error('Notices could not be made; it is tried again.', { error });
      }
      await this.#sender.wake();
    });
    return this.#looking;
  }

  /** Sends a test and answers how it went. Throws WEBHOOK_NOT_FOUND, and WRONG_STATUS for a channel that is not set up. */
  async test(context: UseCaseContext, input: HandlerInput<'notices.test'>): Promise<Delivery> {
    const to = {
      channel: input.channel,
      webhookId: input.webhookId === undefined ? null : loadWebhook(context, input.webhookId).id,
      address: input.to ?? null,
    };
    if (input.channel === 'mail' && readNoticeSettings(context).mail === null) {
      throw new AppError('WRONG_STATUS', 'Save the mail server first.');
    }
    if (input.channel === 'desktop' && this.#parts.desktop() === null) {
      throw new AppError('WRONG_STATUS', 'There is no desktop here: this server runs without a window.');
    }
    const delivery = newDelivery({ ...to, kind: null, isReplay: 0 }, context.nowMs);
    return this.#sendNow(context, 'notices.test', { delivery, noticeIds: [], letter: null });
  }

  /** Sends once more what a delivery told. Throws DELIVERY_NOT_FOUND, and WRONG_STATUS for one that still waits or was a test. */
  async replay(context: UseCaseContext, { deliveryId }: HandlerInput<'notices.replay'>): Promise<Delivery> {
    const queries = createNoticeQueries(context.db.handle);
    const former = queries.getDelivery(deliveryId);
    if (former === null) {
      throw new AppError('DELIVERY_NOT_FOUND', 'There is no delivery with this id. Load the list again.');
    }
    if (former.state === 'waiting') {
      throw new AppError('WRONG_STATUS', 'This delivery is still tried by itself.');
    }
    if (former.kind === null) throw new AppError('WRONG_STATUS', 'This was a test. Send another test.');
    const delivery = newDelivery({ ...former, isReplay: 1 }, context.nowMs);
    const noticeIds = queries.itemsOf(deliveryId).map(({ id }) => id);
    const words = isLetterKind(former.kind) ? letterAgain(context, former.id, delivery.id) : null;
    const letter = words === null ? null : { formerId: former.id, words };
    return this.#sendNow(context, 'notices.replay', { delivery, noticeIds, letter });
  }

  /** Another store may have come in place of this one. */
  forgetPlace(): void {
    this.#seenSeq = null;
  }

  close(): void {
    this.#ending.abort();
    this.#sender.close();
  }

  async #sendNow(
    context: UseCaseContext,
    action: 'notices.test' | 'notices.replay',
    made: {
      readonly delivery: StoredDelivery;
      readonly noticeIds: readonly NoticeId[];
      readonly letter: { readonly formerId: DeliveryId; readonly words: StoredLetter } | null;
    },
  ): Promise<Delivery> {
    const { delivery, noticeIds, letter } = made;
    const { channel, address, webhookId } = delivery;
    context.command(() => {
      createNoticeQueries(context.db.handle).addDelivery(delivery, noticeIds);
      if (letter !== null) {
        const letters = createLetterQueries(context.db.handle);
        letters.add(letter.words);
        letters.erase(letter.formerId);
      }
      const subject = { kind: 'setting', id: delivery.id, name: `Notice by ${channel}` } as const;
      return {
        value: null,
        audit: { action, subject, after: { channel, webhookId, address } },
        changed: ['notices'],
      };
    });
    await this.#sender.attempt(delivery.id);
    return this.#view(delivery.id);
  }

  #view(id: DeliveryId): Delivery {
    const { db } = this.#parts.context();
    const row = must(createNoticeQueries(db.handle).getDelivery(id), 'the delivery was just made');
    return viewDelivery(db, row, webhookNames(db));
  }

  async #look(): Promise<void> {
    const { sinceMs } = readNoticeSettings(this.#parts.context());
    if (sinceMs === null) return;
    const foreign = await this.#parts.foreign(this.#parts.context());
    if (this.#ending.signal.aborted) return;
    const context = this.#parts.context();
    const routes = this.#routes(context);
    const samplePartners = readSamples(context)?.partnerIds ?? [];
    const sources = createNoticeSourceQueries(context.db.handle, { samplePartners });
    const lastSeq = context.db.audit.last()?.seq ?? 0;
    const afterSeq = this.#seenSeq ?? sources.seqBefore(sinceMs);
    const facts = gatherFacts(context, sources, { foreign: { ...foreign, afterSeq }, sinceMs });
    let made = tellNotices(context, planNotices(facts), routes);
    this.#seenSeq = lastSeq;
    for await (const expiring of expiringPages(sources, context.nowMs)) {
      if (this.#ending.signal.aborted) return;
      made += tellNotices(
        context,
        planNotices({ ...NO_FACTS, nowMs: context.nowMs, sinceMs, expiring }),
        routes,
      );
    }
    this.#forgetOld(context);
    if (made > 0) this.#parts.onChange();
  }

  #forgetOld({ db, nowMs }: UseCaseContext): void {
    if (nowMs - this.#forgotAtMs < DAY_MS) return;
    this.#forgotAtMs = nowMs;
    createLetterQueries(db.handle).forget({
      textsBeforeMs: nowMs - LETTER_TEXT_DAYS * DAY_MS,
      deliveriesBeforeMs: nowMs - DELIVERY_DAYS * DAY_MS,
    });
    createNoticeQueries(db.handle).forget({
      deliveriesBeforeMs: nowMs - DELIVERY_DAYS * DAY_MS,
      noticesBeforeMs: nowMs - NOTICE_DAYS * DAY_MS,
    });
  }

  #routes(context: UseCaseContext): Routes {
    const { mail, desktop } = readNoticeSettings(context);
    const hasDesktop = desktop.isOn && this.#parts.desktop() !== null;
    return {
      webhooks: createWebhookQueries(context.db.handle)
        .list()
        .filter(({ isOn }) => isOn === 1),
      mail: mail?.isOn === true ? mail : null,
      desktop: hasDesktop ? desktop : null,
    };
  }
}

const NO_FACTS = {
  inGrace: [],
  idle: [],
  rotations: [],
  overlaps: [],
  missedOverlaps: [],
  handoffs: [],
  quotas: [],
  spikes: [],
  leaked: [],
  accessRequests: [],
  backup: null,
  storage: [],
  turnedAway: [],
} as const;
