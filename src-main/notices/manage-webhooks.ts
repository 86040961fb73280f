import { z } from 'zod';
import type { HandlerInput, Output } from '#contract/contract.ts';
import { webhookId as webhookIdSchema, type WebhookId } from '#contract/ids.ts';
import { WEBHOOKS_MAX, type Webhook } from '#contract/notice-channels.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { randomBytes } from '#main/platform/random.ts';
import { createWebhookQueries, type StoredWebhook } from '#main/sqlite/webhook-queries.ts';
import { openCredential, sealCredential } from './credential-seal.ts';
import { readNoticeSettings, viewWebhook, writeNoticeSettings } from './notice-settings.ts';
import { parseWebhookUrl } from './receiver-address.ts';

/** 43 characters of base62 are 256 bits. */
const SECRET_CHARACTERS = 43;

const credential = z.object({ url: z.string(), secret: z.string() }).readonly();
/** What a webhook needs to be sent. */
export type WebhookCredential = z.infer<typeof credential>;

/** Makes a webhook; the secret that signs is in this answer and sealed in the store. Throws INVALID_INPUT for an address that is not
 *  allowed, NAME_TAKEN, and WRONG_STATUS when there are WEBHOOKS_MAX. */
export function createWebhook(
  context: UseCaseContext,
  input: HandlerInput<'notices.createWebhook'>,
): Output<'notices.createWebhook'> {
  const url = parseWebhookUrl(input.url);
  const secret = newSecret();
  return context.command(() => {
    const others = createWebhookQueries(context.db.handle).list();
    if (others.length >= WEBHOOKS_MAX) {
      throw new AppError(
        'WRONG_STATUS',
        `There are ${String(WEBHOOKS_MAX)} webhooks already. Delete one first.`,
      );
    }
    refuseTakenName(others, input.name);
    const id = webhookIdSchema.parse(`whk_${randomBase62(16, randomBytes)}`);
    const stored: StoredWebhook = {
      id,
      name: input.name,
      origin: url.origin,
      sealed: sealed(context, id, { url: url.href, secret }),
      isOn: 1,
      kinds: input.kinds,
      createdAtMs: context.nowMs,
    };
    const webhook = put(context, stored);
    return {
      ...audited('notices.createWebhook', webhook, { after: facts(webhook) }),
      value: { webhook, secret },
    };
  });
}

/** Changes what is given. Throws WEBHOOK_NOT_FOUND, INVALID_INPUT and NAME_TAKEN. */
export function updateWebhook(
  context: UseCaseContext,
  input: HandlerInput<'notices.updateWebhook'>,
): Webhook {
  const url = input.url === undefined ? null : parseWebhookUrl(input.url);
  return context.command(() => {
    const queries = createWebhookQueries(context.db.handle);
    const former = loadWebhook(context, input.webhookId);
    const { id } = former;
    if (input.name !== undefined) {
      refuseTakenName(
        queries.list().filter((other) => other.id !== id),
        input.name,
      );
    }
    const webhook = put(context, {
      ...former,
      name: input.name ?? former.name,
      kinds: input.kinds ?? former.kinds,
      isOn: input.isOn === undefined ? former.isOn : input.isOn ? 1 : 0,
      ...(url === null
        ? {}
        : {
            origin: url.origin,
            sealed: sealed(context, id, { ...credentialOf(context, former), url: url.href }),
          }),
    });
    const changes = { before: facts(viewWebhook(former)), after: facts(webhook) };
    return audited('notices.updateWebhook', webhook, changes);
  });
}

/** Gives it another signing secret, shown this once. Throws WEBHOOK_NOT_FOUND. */
export function rotateWebhookSecret(
  context: UseCaseContext,
  { webhookId }: HandlerInput<'notices.rotateWebhookSecret'>,
): Output<'notices.rotateWebhookSecret'> {
  const secret = newSecret();
  return context.command(() => {
    const former = loadWebhook(context, webhookId);
    const { url } = credentialOf(context, former);
    const webhook = put(context, { ...former, sealed: sealed(context, webhookId, { url, secret }) });
    return { ...audited('notices.rotateWebhookSecret', webhook, {}), value: { webhook, secret } };
  });
}

/** Removes it with what waits for it and its log. Throws WEBHOOK_NOT_FOUND. */
export function deleteWebhook(
  context: UseCaseContext,
  { webhookId }: HandlerInput<'notices.deleteWebhook'>,
): Webhook {
  return context.command(() => {
    const webhook = viewWebhook(loadWebhook(context, webhookId));
    createWebhookQueries(context.db.handle).delete(webhookId);
    writeNoticeSettings(context, readNoticeSettings(context));
    return audited('notices.deleteWebhook', webhook, { before: facts(webhook) });
  });
}

/** Throws WEBHOOK_NOT_FOUND. */
export function loadWebhook({ db }: UseCaseContext, id: WebhookId): StoredWebhook {
  const webhook = createWebhookQueries(db.handle).get(id);
  if (webhook !== null) return webhook;
  throw new AppError('WEBHOOK_NOT_FOUND', 'There is no webhook with this id. Look it up in the settings.');
}

/** Address and signing secret. Throws when the row was changed by hand or belongs to another master secret. */
export function credentialOf({ keyring }: UseCaseContext, webhook: StoredWebhook): WebhookCredential {
  const text = must(openCredential(keyring, webhook.id, webhook.sealed), 'the webhook opens');
  return credential.parse(JSON.parse(text));
}

function put(context: UseCaseContext, webhook: StoredWebhook): Webhook {
  createWebhookQueries(context.db.handle).put(webhook);
  writeNoticeSettings(context, readNoticeSettings(context));
  return viewWebhook(webhook);
}

function sealed({ keyring }: UseCaseContext, id: WebhookId, content: WebhookCredential): Buffer {
  return sealCredential(keyring, id, JSON.stringify(content));
}

function newSecret(): string {
  return `lkw_${randomBase62(SECRET_CHARACTERS, randomBytes)}`;
}

function refuseTakenName(others: readonly StoredWebhook[], name: string): void {
  if (!others.some((other) => other.name.toLowerCase() === name.toLowerCase())) return;
  const message = 'In use by another webhook.';
  throw new AppError('NAME_TAKEN', `There is already a webhook named "${name}". Choose another name.`, [
    { path: 'name', message },
  ]);
}

/** What the trail keeps: where it leads, never the path. */
function facts({ name, origin, isOn, kinds }: Webhook): Record<string, unknown> {
  return { name, origin, isOn, kinds };
}

function audited(
  action: string,
  webhook: Webhook,
  changes: Pick<CommandOutcome<Webhook>['audit'], 'before' | 'after'>,
): CommandOutcome<Webhook> {
  const subject = { kind: 'setting', id: webhook.id, name: webhook.name } as const;
  return { value: webhook, audit: { action, subject, ...changes }, changed: ['settings', 'notices'] };
}
