import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOKS_MAX } from '#contract/notice-channels.ts';
import { openCredential } from '#main/notices/credential-seal.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import { createKeyring } from '#main/platform/keyring.ts';
import { must } from '#main/platform/must.ts';
import { createWebhookQueries } from '#main/sqlite/webhook-queries.ts';
import { deskOf } from './notice-world.test-support.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOOK = {
  name: 'Pager',
  url: 'https://hooks.example.com:8443/T0/path-canary?token=query-canary',
  kinds: ['storage' as const],
};

let world: TestWorld;
let desk: NoticeDesk;
beforeEach(() => {
  world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(desk) }));
  desk = deskOf(() => world);
});
afterEach(() => {
  desk.close();
  world.close();
});

describe('the address of a webhook', () => {
  const refused = async (url: string) =>
    (await world.refusal('notices.createWebhook', { ...HOOK, url })).fields?.[0];

  it('is https, or http to this machine', async () => {
    for (const url of [
      'http://hooks.example.com/',
      'http://10.0.0.1/',
      'http://127.0.0.1.example.com/',
      'http://localhost.example.com/',
      'ftp://hooks.example.com/',
      'file:///etc/passwd',
      'hooks.example.com',
      'https://me:secret@hooks.example.com/',
      'https://hooks.example.com/#part',
    ]) {
      expect(await refused(url), url).toMatchObject({ path: 'url' });
    }
    for (const [index, url] of [
      'http://localhost:9/',
      'http://127.0.0.9/',
      'http://[::1]:9/a',
      'https://a.example',
    ].entries()) {
      await world.call('notices.createWebhook', { ...HOOK, url, name: `Hook ${String(index)}` });
    }
  });

  it('its path and query are told nowhere again: no answer, no audit event, no row', async () => {
    const made = await world.call('notices.createWebhook', HOOK);
    expect(made.webhook.origin).toBe('https://hooks.example.com:8443');
    const { id } = made.webhook;
    await world.call('notices.updateWebhook', { webhookId: id, url: `${HOOK.url}2` });
    const told = JSON.stringify([
      made.webhook,
      await world.call('notices.setup', {}),
      await world.call('audit.list', {}),
      world.logLines,
    ]);
    expect(told).not.toContain('canary');
    expect(world.db.handle.serialize().includes('canary')).toBe(false);
  });
});

describe('the secret of a webhook', () => {
  it('is shown once, is new after a rotation, and is in no row', async () => {
    const made = await world.call('notices.createWebhook', { ...HOOK, idempotencyKey: 'create-hook-1' });
    const again = await world.call('notices.createWebhook', { ...HOOK, idempotencyKey: 'create-hook-1' });
    expect(again).toEqual({ webhook: made.webhook, secret: null });
    const webhookId = made.webhook.id;
    const rotated = await world.call('notices.rotateWebhookSecret', { webhookId });
    expect(rotated.secret).toMatch(/^lkw_[0-9A-Za-z]{43}$/);
    expect(rotated.secret).not.toBe(made.secret);
    for (const secret of [made.secret, rotated.secret]) {
      expect(world.db.handle.serialize().includes(must(secret, 'it is shown once'))).toBe(false);
    }
  });

  it('opens with the master secret of this store alone, and for this webhook alone', async () => {
    const { webhook } = await world.call('notices.createWebhook', HOOK);
    const { sealed } = must(createWebhookQueries(world.db.handle).get(webhook.id), 'it was just made');
    const other = createKeyring(Buffer.alloc(32, 'other'));
    expect(openCredential(world.keyring, webhook.id, sealed)).toContain('canary');
    expect(openCredential(other, webhook.id, sealed)).toBeNull();
    expect(openCredential(world.keyring, 'mail', sealed)).toBeNull();
    sealed[sealed.length - 1] = 1 ^ (sealed.at(-1) ?? 0);
    expect(openCredential(world.keyring, webhook.id, sealed)).toBeNull();
  });
});

describe('refusals', () => {
  it('name what is not there', async () => {
    const webhookId = 'whk_0000000000000000';
    for (const name of [
      'notices.updateWebhook',
      'notices.rotateWebhookSecret',
      'notices.deleteWebhook',
    ] as const) {
      expect((await world.refusal(name, { webhookId })).code).toBe('WEBHOOK_NOT_FOUND');
    }
    expect((await world.refusal('notices.test', { channel: 'webhook', webhookId })).code).toBe(
      'WEBHOOK_NOT_FOUND',
    );
    const deliveryId = 'dlv_0000000000000000';
    expect((await world.refusal('notices.replay', { deliveryId })).code).toBe('DELIVERY_NOT_FOUND');
  });

  it('say what is not set up, taken or too much', async () => {
    expect((await world.refusal('notices.test', { channel: 'mail', to: 'a@b.example' })).code).toBe(
      'WRONG_STATUS',
    );
    expect((await world.refusal('notices.test', { channel: 'desktop' })).code).toBe('WRONG_STATUS');
    for (let index = 0; index < WEBHOOKS_MAX; index += 1) {
      await world.call('notices.createWebhook', { ...HOOK, name: `Hook ${String(index)}` });
    }
    expect((await world.refusal('notices.createWebhook', HOOK)).code).toBe('WRONG_STATUS');
    const [first, second] = (await world.call('notices.setup', {})).webhooks;
    const taken = { webhookId: must(first, 'there').id, name: must(second, 'there').name.toUpperCase() };
    expect((await world.refusal('notices.updateWebhook', taken)).code).toBe('NAME_TAKEN');
  });

  it('a test is not replayed, and neither is what is still tried', async () => {
    const { webhook } = await world.call('notices.createWebhook', { ...HOOK, url: 'http://127.0.0.1:9/' });
    const test = await world.call('notices.test', { channel: 'webhook', webhookId: webhook.id });
    expect((await world.refusal('notices.replay', { deliveryId: test.id })).code).toBe('WRONG_STATUS');
  });
});

it('deleting a webhook takes its log along; the list of deliveries pages through all of them', async () => {
  const { webhook } = await world.call('notices.createWebhook', { ...HOOK, url: 'http://127.0.0.1:9/' });
  for (let index = 0; index < 5; index += 1) {
    await world.call('notices.test', { channel: 'webhook', webhookId: webhook.id });
    world.advance(index % 2);
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof world.call<'notices.deliveries'>>> = await world.call(
      'notices.deliveries',
      {
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      },
    );
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
  await world.call('notices.deleteWebhook', { webhookId: webhook.id });
  expect(await world.call('notices.deliveries', {})).toEqual({ items: [], nextCursor: null, failed: 0 });
});
