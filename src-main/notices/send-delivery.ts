import { isLetterKind } from '#contract/letter-kinds.ts';
import type { UseCaseContext } from '#main/context.ts';
import { openLetter } from '#main/letters/letter-seal.ts';
import { must } from '#main/platform/must.ts';
import { createLetterQueries } from '#main/sqlite/letter-queries.ts';
import type { StoredDelivery, StoredNotice } from '#main/sqlite/notice-queries.ts';
import { createWebhookQueries } from '#main/sqlite/webhook-queries.ts';
import { openCredential } from './credential-seal.ts';
import { credentialOf } from './manage-webhooks.ts';
import { readNoticeSettings } from './notice-settings.ts';
import type { SendOutcome } from './notice-sender.ts';
import { headingOf, noticeKindOf, pageOf, sentencesOf } from './say-notices.ts';
import { sendMail } from './send-mail.ts';
import { sendWebhook, webhookBody } from './send-webhook.ts';
import { MAIL_CREDENTIAL } from './update-channels.ts';

/** What the desktop shows. */
export interface DesktopNotice {
  readonly title: string;
  readonly body: string;
  /** Route of the app that a click opens. */
  readonly page: string;
}

/** What sending works with. */
export interface SendParts {
  readonly signal: AbortSignal;
  /** null: no desktop here. */
  readonly desktop: () => ((notice: DesktopNotice) => void) | null;
}

const LISTED_MAX = 3;

/** Sends one delivery by its channel. Never rejects for what a receiver does. */
export function sendDelivery(
  parts: SendParts,
  context: UseCaseContext,
  delivery: StoredDelivery,
  notices: readonly StoredNotice[],
): Promise<SendOutcome> {
  switch (delivery.channel) {
    case 'webhook':
      return byWebhook(parts, context, delivery, notices);
    case 'mail':
      return byMail(context, delivery, notices);
    case 'desktop':
      return Promise.resolve(onDesktop(parts, delivery, notices));
  }
}

async function byWebhook(
  { signal }: SendParts,
  context: UseCaseContext,
  delivery: StoredDelivery,
  notices: readonly StoredNotice[],
): Promise<SendOutcome> {
  const webhook = createWebhookQueries(context.db.handle).get(must(delivery.webhookId, 'a webhook is named'));
  if (webhook === null) return { problem: 'The webhook was deleted.', isFinal: true };
  if (webhook.isOn === 0) return { problem: 'The webhook is switched off.', isFinal: true };
  const id = notices[0]?.id ?? delivery.id;
  const event = { id, deliveryId: delivery.id, body: webhookBody(delivery, notices), atMs: context.nowMs };
  return { problem: await sendWebhook(credentialOf(context, webhook), event, { signal }) };
}

async function byMail(
  context: UseCaseContext,
  delivery: StoredDelivery,
  notices: readonly StoredNotice[],
): Promise<SendOutcome> {
  const { mail } = readNoticeSettings(context);
  if (mail === null || (!mail.isOn && delivery.kind !== null)) {
    return { problem: 'E-mail is switched off.', isFinal: true };
  }
  const { sealedPassword } = mail;
  const password =
    sealedPassword === null
      ? null
      : openCredential(context.keyring, MAIL_CREDENTIAL, Buffer.from(sealedPassword, 'base64'));
  const to = must(delivery.address, 'a mail has an address');
  const words = isLetterKind(delivery.kind)
    ? letterWords(context, delivery)
    : { subject: `[Latchkey] ${headingOf(noticeKindOf(delivery), notices)}`, text: mailText(notices) };
  if (words === null) return { problem: 'The text of this mail is not kept any more.', isFinal: true };
  return { problem: await sendMail({ ...mail, password }, { id: delivery.id, to, ...words }) };
}

function letterWords(
  { db, keyring }: UseCaseContext,
  { id }: StoredDelivery,
): { readonly subject: string; readonly text: string } | null {
  const letter = createLetterQueries(db.handle).get(id);
  const text = letter === null || letter.sealed === null ? null : openLetter(keyring, id, letter.sealed);
  return letter === null || text === null ? null : { subject: letter.subject, text };
}

function mailText(notices: readonly StoredNotice[]): string {
  const sentences = sentencesOf(notices);
  const lines = sentences.length === 1 ? sentences : sentences.map((sentence) => `- ${sentence}`);
  return `${lines.join('\n')}\n\n-- \nSent by Latchkey, which holds and checks these keys. Times are UTC.\n`;
}

function onDesktop(
  { desktop }: SendParts,
  delivery: StoredDelivery,
  notices: readonly StoredNotice[],
): SendOutcome {
  const show = desktop();
  if (show === null) return { problem: 'There is no desktop that could show it.', isFinal: true };
  const sentences = sentencesOf(notices);
  const more = sentences.length - LISTED_MAX;
  const body = [...sentences.slice(0, LISTED_MAX), ...(more > 0 ? [`and ${String(more)} more`] : [])];
  show({
    title: headingOf(noticeKindOf(delivery), notices),
    body: body.join('\n'),
    page: pageOf(noticeKindOf(delivery), notices),
  });
  return { problem: null };
}
