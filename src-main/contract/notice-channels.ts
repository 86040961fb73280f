import { z } from 'zod';
import { cursor, deliveryId, noticeId, pageLimit, timestampMs, webhookId } from './ids.ts';
import { LETTER_KINDS } from './letter-kinds.ts';
import { displayName, emailAddress } from './names.ts';
import { CONTACT_NOTICE_KINDS, NOTICE_KINDS, noticeKind } from './notice-kinds.ts';
import { command, query } from './procedure.ts';

export const WEBHOOKS_MAX = 10;
export const MAIL_RECIPIENTS_MAX = 10;
/** Waits after a delivery that failed; after the last of them it is given up. Ten minutes cover a restart of the receiver, two days a
 *  weekend. */
export const RETRY_WAITS_MS = [30_000, 120_000, 600_000, 3_600_000, 6 * 3_600_000, 42 * 3_600_000] as const;
/** Everything together: connecting, sending, the head of the answer. */
export const WEBHOOK_MS_MAX = 10_000;
export const MAIL_MS_MAX = 30_000;
/** Deliveries are kept for so long. */
export const DELIVERY_DAYS = 90;

const kinds = z
  .array(noticeKind)
  .max(NOTICE_KINDS.length)
  .transform((list) => NOTICE_KINDS.filter((kind) => list.includes(kind)))
  .readonly();
const contactKinds = z
  .array(z.enum(CONTACT_NOTICE_KINDS))
  .max(CONTACT_NOTICE_KINDS.length)
  .transform((list) => CONTACT_NOTICE_KINDS.filter((kind) => list.includes(kind)))
  .readonly();

/** Where a webhook is sent. What of it could be a secret, path and query, is never told again. */
const webhookUrl = z.string().trim().min(1).max(2_000);

export const webhook = z
  .object({
    id: webhookId,
    name: z.string(),
    /** Scheme, host and port. */
    origin: z.string(),
    isOn: z.boolean(),
    kinds: z.array(noticeKind).readonly(),
    createdAt: timestampMs,
  })
  .readonly();
export type Webhook = z.infer<typeof webhook>;

/** How the way to a mail server is kept from being read: TLS from the first byte, STARTTLS or nothing goes, and neither, which is for
 *  servers on this machine alone. */
export const MAIL_SECURITY = ['tls', 'starttls', 'none'] as const;

const mailFields = {
  isOn: z.boolean(),
  host: z
    .string()
    .trim()
    .toLowerCase()
    .max(253)
    .regex(
      /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+)$/,
      'Use a host name or an address, without a scheme.',
    ),
  port: z.int().min(1).max(65_535),
  security: z.enum(MAIL_SECURITY),
  /** Empty: the server asks for none. */
  user: z
    .string()
    .trim()
    .max(254)
    .regex(/^\P{C}*$/u, 'Remove control or invisible characters.'),
  from: emailAddress,
  /** Admins who are told. */
  to: z.array(emailAddress).max(MAIL_RECIPIENTS_MAX).readonly(),
  kinds,
  /** What the contact of a key's application is told as well. */
  contactKinds,
};
export const mailSetup = z.object({ ...mailFields, hasPassword: z.boolean() }).readonly();
export type MailSetup = z.infer<typeof mailSetup>;

/** Notices of the system on the desktop app's machine. */
const desktopSetup = z.object({ isOn: z.boolean(), kinds }).readonly();

export const noticeSetup = z
  .object({
    webhooks: z.array(webhook).readonly(),
    /** null: never set up. */
    mail: mailSetup.nullable(),
    desktop: desktopSetup,
    /** There is a desktop here that could show them. */
    hasDesktop: z.boolean(),
  })
  .readonly();
export type NoticeSetup = z.infer<typeof noticeSetup>;

export const DELIVERY_STATES = ['waiting', 'sent', 'failed'] as const;
const deliveryState = z.enum(DELIVERY_STATES);
export type DeliveryState = z.infer<typeof deliveryState>;
export const NOTICE_CHANNELS = ['webhook', 'mail', 'desktop'] as const;
export type NoticeChannel = (typeof NOTICE_CHANNELS)[number];

export const delivery = z
  .object({
    id: deliveryId,
    channel: z.enum(NOTICE_CHANNELS),
    /** Name of the webhook, or an address. */
    to: z.string(),
    /** null: a test. */
    kind: z.enum([...NOTICE_KINDS, ...LETTER_KINDS]).nullable(),
    noticeIds: z.array(noticeId).readonly(),
    /** What the first of them says, more are told by their number; of a mail to a contact its subject. */
    text: z.string(),
    state: deliveryState,
    attempts: z.int(),
    createdAt: timestampMs,
    lastAttemptAt: timestampMs.nullable(),
    /** null when nothing more is tried. */
    nextAttemptAt: timestampMs.nullable(),
    /** Why the last attempt failed; never what the receiver answered. */
    problem: z.string().nullable(),
    isReplay: z.boolean(),
    /** What it said is kept and can be sent once more. */
    canReplay: z.boolean(),
  })
  .readonly();
export type Delivery = z.infer<typeof delivery>;

export const DELIVERY_PAGE_MAX = 200;

const withSecret = z.object({ webhook, secret: z.string().nullable() }).readonly();
const webhookErrors = ['WEBHOOK_NOT_FOUND'] as const;

export const noticeChannelProcedures = {
  'notices.setup': query('admin', z.strictObject({}), noticeSetup),
  /** The secret that signs is shown this once. */
  'notices.createWebhook': command(
    'admin',
    z.strictObject({ name: displayName, url: webhookUrl, kinds }),
    withSecret,
    ['NAME_TAKEN', 'WRONG_STATUS'],
    ['secret'],
  ),
  /** What is left out stays. */
  'notices.updateWebhook': command(
    'admin',
    z.strictObject({
      webhookId,
      name: displayName.optional(),
      url: webhookUrl.optional(),
      kinds: kinds.optional(),
      isOn: z.boolean().optional(),
    }),
    webhook,
    [...webhookErrors, 'NAME_TAKEN'],
  ),
  /** A new signing secret, shown this once; the old one signs nothing from now on. */
  'notices.rotateWebhookSecret': command('admin', z.strictObject({ webhookId }), withSecret, webhookErrors, [
    'secret',
  ]),
  /** With what waits for it and with its log. */
  'notices.deleteWebhook': command('admin', z.strictObject({ webhookId }), webhook, webhookErrors),
  /** `password`: left out, the stored one stays; null takes it away. A stored one stays only with the server it was given for. */
  'notices.updateMail': command(
    'admin',
    z.strictObject({ ...mailFields, password: z.string().min(1).max(500).nullable().optional() }),
    mailSetup,
  ),
  'notices.updateDesktop': command('admin', z.strictObject({ isOn: z.boolean(), kinds }), desktopSetup),
  /** Sends a test now and answers how that went; it is not tried again. */
  'notices.test': command(
    'admin',
    z
      .strictObject({
        channel: z.enum(NOTICE_CHANNELS),
        /** With a webhook alone. */
        webhookId: webhookId.optional(),
        /** With mail alone. */
        to: emailAddress.optional(),
      })
      .refine(({ channel, webhookId: of }) => (channel === 'webhook') === (of !== undefined), {
        path: ['webhookId'],
        error: 'Name the webhook when a webhook is tested, and only then.',
      })
      .refine(({ channel, to }) => (channel === 'mail') === (to !== undefined), {
        path: ['to'],
        error: 'Give the address when mail is tested, and only then.',
      }),
    delivery,
    [...webhookErrors, 'WRONG_STATUS'],
  ),
  /** Newest first. */
  'notices.deliveries': query(
    'admin',
    z.strictObject({
      filter: z.strictObject({ state: deliveryState.optional() }).default({}),
      cursor: cursor.optional(),
      limit: pageLimit(DELIVERY_PAGE_MAX),
    }),
    z.object({
      items: z.array(delivery).readonly(),
      nextCursor: cursor.nullable(),
      /** How many were given up, of all that are kept. */
      failed: z.int(),
    }),
  ),
  /** Sends what a delivery told once more, now: a webhook with the same event id, so that a receiver that has it can leave it out. */
  'notices.replay': command('admin', z.strictObject({ deliveryId }), delivery, [
    'DELIVERY_NOT_FOUND',
    'WRONG_STATUS',
  ]),
} as const;
