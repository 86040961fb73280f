import { z } from 'zod';
import { mailSetup, noticeSetup, type MailSetup, type NoticeSetup } from '#contract/notice-channels.ts';
import { timestampMs } from '#contract/ids.ts';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import type { UseCaseContext } from '#main/context.ts';
import { keptKinds, readKinds } from '#main/domain/kept-kinds.ts';
import { createWebhookQueries, type StoredWebhook } from '#main/sqlite/webhook-queries.ts';
import { NOTICES_ROW } from '#main/settings/notices-row.ts';

const kinds = z.array(z.string()).transform(readKinds);

const stored = z.object({
  /** Since when somebody wants notices; null = nobody does. */
  sinceMs: timestampMs.nullable(),
  mail: mailSetup
    .unwrap()
    .omit({ hasPassword: true })
    .extend({ sealedPassword: z.base64().nullable(), kinds })
    .nullable(),
  desktop: noticeSetup.unwrap().shape.desktop.unwrap().extend({ kinds }),
});
/** What is stored beside the webhooks. */
export type StoredNoticeSettings = z.output<typeof stored>;

const NEVER_SET: StoredNoticeSettings = {
  sinceMs: null,
  mail: null,
  // Off for noise; switched on, everything is told.
  desktop: { isOn: false, kinds: [...NOTICE_KINDS] },
};

/** As it is stored; what this program no longer accepts counts as never set. */
export function readNoticeSettings({ db }: Pick<UseCaseContext, 'db'>): StoredNoticeSettings {
  const row = db.settings.list().find(({ name }) => name === NOTICES_ROW);
  const parsed = row === undefined ? null : stored.safeParse(JSON.parse(row.value));
  return parsed?.success === true ? parsed.data : NEVER_SET;
}

/** Writes it, and since when somebody wants notices. Inside of a command. */
export function writeNoticeSettings(context: UseCaseContext, wanted: StoredNoticeSettings): void {
  const isAnyOn =
    wanted.mail?.isOn === true ||
    wanted.desktop.isOn ||
    createWebhookQueries(context.db.handle)
      .list()
      .some(({ isOn }) => isOn === 1);
  const sinceMs = isAnyOn ? (wanted.sinceMs ?? context.nowMs) : null;
  const { mail, desktop } = wanted;
  const kept = {
    sinceMs,
    mail: mail === null ? null : { ...mail, kinds: keptKinds(mail.kinds) },
    desktop: { ...desktop, kinds: keptKinds(desktop.kinds) },
  };
  context.db.settings.put(NOTICES_ROW, JSON.stringify(kept));
}

/** As admins see it: no secret, and of an address only where it leads. */
export function viewNoticeSetup(context: UseCaseContext, hasDesktop: boolean): NoticeSetup {
  const { mail, desktop } = readNoticeSettings(context);
  return {
    webhooks: createWebhookQueries(context.db.handle).list().map(viewWebhook),
    mail: mail === null ? null : viewMail(mail),
    desktop,
    hasDesktop,
  };
}

/** Without its password. */
export function viewMail(mail: NonNullable<StoredNoticeSettings['mail']>): MailSetup {
  const { sealedPassword, ...shown } = mail;
  return { ...shown, hasPassword: sealedPassword !== null };
}

/** Without what is sealed. */
export function viewWebhook(webhook: StoredWebhook): NoticeSetup['webhooks'][number] {
  const { id, name, origin, kinds, isOn, createdAtMs } = webhook;
  return { id, name, origin, isOn: isOn === 1, kinds, createdAt: createdAtMs };
}
