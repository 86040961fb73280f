import { late } from '#main/platform/late.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type NoticeProcedure = Exclude<
  Extract<keyof Handlers, `notices.${string}`>,
  // The log's own, in the app.
  'notices.list'
>;

/** Notices that leave the app. Most stores send none, so that everything about them is loaded at the first call. */
export function createNoticeHandlers({ host, noticeDesk }: HandlerServices): Pick<Handlers, NoticeProcedure> {
  const settings = late(() => import('#main/notices/notice-settings.ts'));
  const webhooks = late(() => import('#main/notices/manage-webhooks.ts'));
  const channels = late(() => import('#main/notices/update-channels.ts'));
  const log = late(() => import('#main/notices/list-deliveries.ts'));
  const letters = late(() => import('#main/letters/mail-contact.ts'));
  const writing = late(() => import('#main/letters/write-to-contact.ts'));
  return {
    'notices.setup': async (context) => (await settings()).viewNoticeSetup(context, host === 'desktop'),
    'notices.createWebhook': async (context, input) => (await webhooks()).createWebhook(context, input),
    'notices.updateWebhook': async (context, input) => (await webhooks()).updateWebhook(context, input),
    'notices.rotateWebhookSecret': async (context, input) =>
      (await webhooks()).rotateWebhookSecret(context, input),
    'notices.deleteWebhook': async (context, input) => (await webhooks()).deleteWebhook(context, input),
    'notices.updateMail': async (context, input) => (await channels()).updateMail(context, input),
    'notices.updateDesktop': async (context, input) => (await channels()).updateDesktop(context, input),
    'notices.test': async (context, input) => (await noticeDesk()).test(context, input),
    'notices.mailState': async (context) => ({ isOn: (await letters()).isMailOn(context) }),
    'notices.mailContact': async (context, input) => (await writing()).writeToContact(context, input),
    'notices.deliveries': async (context, input) => (await log()).listDeliveries(context, input),
    'notices.replay': async (context, input) => (await noticeDesk()).replay(context, input),
  };
}
