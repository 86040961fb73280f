import { z } from 'zod';
import type { AuditSubject } from '#contract/audit.ts';
import type { DeliveryId } from '#contract/ids.ts';
import type { LetterKind } from '#contract/letter-kinds.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { NOTICES_ROW } from '#main/settings/notices-row.ts';
import { createLetterQueries } from '#main/sqlite/letter-queries.ts';
import { createNoticeQueries } from '#main/sqlite/notice-queries.ts';
import { sealLetter } from './letter-seal.ts';
import { newDelivery } from './new-delivery.ts';

/** A mail to one contact. */
export interface Letter {
  readonly kind: LetterKind;
  /** Empty: the contact has no address. */
  readonly to: string;
  readonly subject: string;
  /** Plain text. A key in it is blotted out, whoever wrote it. */
  readonly text: string;
  /** What it is about, for the audit trail. */
  readonly about: AuditSubject;
  /** A second letter with the same one is not sent. */
  readonly onceKey?: string;
}

/** A letter that is on its way. */
export interface MailedLetter {
  readonly deliveryId: DeliveryId;
  readonly to: string;
}

/** Writes to a contact by mail: sent within seconds after the commit, tried again like every notice, listed in the log of deliveries.
 *  Call inside a command and join the outcome into the command's own (`joinOutcomes`), so that the letter is sent if and only if the
 *  command took place. null = nothing is sent, because mail is off, there is no address, or it was written once already: then show the
 *  text to whoever can send it. The text is kept encrypted, and only until it was sent. */
export function mailContact(context: UseCaseContext, letter: Letter): CommandOutcome<MailedLetter> | null {
  const { db, keyring, nowMs } = context;
  const { kind, to, subject, text, about, onceKey = null } = letter;
  if (to === '' || !isMailOn(context)) return null;
  const letters = createLetterQueries(db.handle);
  if (onceKey !== null && letters.isWritten(onceKey)) return null;
  const delivery = newDelivery({ channel: 'mail', webhookId: null, address: to, kind, isReplay: 0 }, nowMs);
  createNoticeQueries(db.handle).addDelivery(delivery, []);
  letters.add({
    deliveryId: delivery.id,
    onceKey,
    subject: redactKeys(subject),
    sealed: sealLetter(keyring, delivery.id, redactKeys(text)),
  });
  return {
    value: { deliveryId: delivery.id, to },
    audit: { action: 'notices.mailContact', subject: about, after: { kind, to, deliveryId: delivery.id } },
    changed: ['notices'],
  };
}

/** All of the settings that says whether contacts can be written to. */
const mailSwitch = z.object({ mail: z.object({ isOn: z.boolean() }).nullable() });

/** Is a mail server set up and in use? */
export function isMailOn({ db }: Pick<UseCaseContext, 'db'>): boolean {
  const row = db.settings.list().find(({ name }) => name === NOTICES_ROW);
  const parsed = row === undefined ? null : mailSwitch.safeParse(JSON.parse(row.value));
  return parsed?.success === true && parsed.data.mail?.isOn === true;
}
