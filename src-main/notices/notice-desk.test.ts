import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RETRY_WAITS_MS } from '#contract/notice-channels.ts';
import { timestampMs } from '#contract/ids.ts';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import type { TurnedAway } from '#contract/system.ts';
import { must } from '#main/platform/must.ts';
import { ask } from '#main/rpc/access-world.test-support.ts';
import { deskOf } from '#main/rpc/notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import type { NoticeDesk } from './notice-desk.ts';
import type { DesktopNotice } from './send-delivery.ts';
import { startReceiver, type Received } from './webhook-receiver.test-support.ts';

const DAY_MS = 86_400_000;

let world: TestWorld;
let subjects: TestSubjects;
let desk: NoticeDesk;
let shown: DesktopNotice[];
const endings: (() => unknown)[] = [];
const rank = (body: string): number =>
  ['guessing', 'started', 'ended'].findIndex((word) => body.includes(`"${word}"`));

beforeEach(async () => {
  shown = [];
  world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(desk) }));
  desk = newDesk();
  subjects = await makeSubjects(world);
});
afterEach(async () => {
  desk.close();
  for (const end of endings.splice(0)) await end();
  world.close();
});

/** As after a start: nothing of the former one is in memory. */
function newDesk(): NoticeDesk {
  return deskOf(() => world, { desktop: () => (notice) => void shown.push(notice) });
}

async function receiver(...answer: Parameters<typeof startReceiver>) {
  const made = await startReceiver(...answer);
  endings.push(made.close);
  return made;
}

const webhookTo = (url: string) =>
  world.call('notices.createWebhook', { name: 'Pager', url, kinds: [...NOTICE_KINDS] });

async function expiringKey(days: number, name = 'Data feed') {
  const { key } = await makeKey(world, subjects, { name, expiresAt: world.nowMs() + days * DAY_MS });
  return key;
}

const kindsIn = (received: readonly { body: string }[]) =>
  received.map(({ body }) => (JSON.parse(body) as { kind: string }).kind);

function expectSigned({ headers, body }: Pick<Received, 'headers' | 'body'>, secret: string | null) {
  const signed = `${String(headers['latchkey-timestamp'])}.${body}`;
  const expected = createHmac('sha256', must(secret, 'it is shown once')).update(signed).digest('hex');
  expect(headers['latchkey-signature']).toBe(`v1=${expected}`);
}

describe('reminders', () => {
  it('of a key that lives 90 days come 30, 14, 7 and 1 days ahead, once each, over a restart at every step', async () => {
    const { received, url } = await receiver();
    await webhookTo(url);
    await expiringKey(90);
    const at: number[] = [];
    for (let day = 0; day <= 90; day += 1) {
      await desk.look();
      while (at.length < received.length) at.push(90 - day);
      desk.close();
      desk = newDesk();
      await desk.look();
      world.advance(DAY_MS);
    }
    expect(at).toEqual([30, 14, 7, 1]);
    expect(received).toHaveLength(4);
  });

  it('of a key that has expired and is in its grace comes once, and none of one without a grace', async () => {
    const { received, url } = await receiver();
    await webhookTo(url);
    const expiresAt = world.nowMs() + DAY_MS;
    const { key } = await makeKey(world, subjects, { name: 'A', expiresAt, expiryGraceMs: 2 * DAY_MS });
    await makeKey(world, subjects, { name: 'B', expiresAt });
    for (let hour = 0; hour <= 96; hour += 12) {
      await desk.look();
      world.advance(DAY_MS / 2);
    }
    expect(received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      {
        kind: 'key_in_grace',
        subject: { id: key.keyId },
        data: { expiresAt, graceEndsAt: expiresAt + 2 * DAY_MS },
      },
    ]);
  });

  it('are not made while nobody wants any, and tell what is true when somebody does', async () => {
    await expiringKey(90);
    world.advance(70 * DAY_MS);
    await desk.look();
    const { received, url } = await receiver();
    await webhookTo(url);
    await desk.look();
    expect(kindsIn(received)).toEqual(['key_expiring']);
  });

  it('leave out keys that are revoked or suspended', async () => {
    const { received, url } = await receiver();
    await webhookTo(url);
    const [revoked, suspended] = [await expiringKey(90, 'A'), await expiringKey(90, 'B')];
    await world.call('keys.revoke', { keyId: revoked.keyId, reason: 'no_longer_needed' });
    await world.call('keys.suspend', { keyId: suspended.keyId, reason: 'Odd' });
    world.advance(70 * DAY_MS);
    await desk.look();
    expect(received).toEqual([]);
  });

  it('go on over a thousand keys, each told once', async () => {
    const { key } = await makeKey(world, subjects, { name: 'K', expiresAt: world.nowMs() + 90 * DAY_MS });
    const stored = must(world.db.keys.get(key.keyId), 'it was just made');
    for (let index = 0; index < 1_200; index += 1) {
      const id = `k${String(index).padStart(11, '0')}` as typeof stored.id;
      world.db.keys.insert({ ...stored, id, name: `K${String(index)}` });
    }
    await world.call('notices.updateDesktop', { isOn: true, kinds: ['key_expiring'] });
    world.advance(61 * DAY_MS);
    await desk.look();
    await desk.look();
    const told = world.db.handle.prepare('SELECT COUNT(*) AS count FROM notices').get();
    expect(told).toEqual({ count: 1_201 });
    // 50 in each, page by page.
    expect(shown.length).toBeLessThan(30);
  });
});

describe('what happens', () => {
  it('a key that is revoked as leaked is told once, with its name and page and without a secret', async () => {
    const { received, url } = await receiver();
    await webhookTo(url);
    const { key, text } = await makeKey(world, subjects, { name: 'Data feed' });
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'leaked' });
    await desk.look();
    await desk.look();
    expect(received).toHaveLength(1);
    const body = JSON.parse(must(received[0], 'it came').body) as Record<string, unknown>;
    expect(body).toMatchObject({
      kind: 'key_leaked',
      subject: { kind: 'key', id: key.keyId, name: 'Data feed' },
      page: `/keys/${key.keyId}`,
    });
    expect(JSON.stringify(received)).not.toContain(text.slice(-16));
  });

  it('a spike of a key is told once, over a restart and while it grows, with its figures; of a key that is contained, not', async () => {
    const { received, url } = await receiver();
    await webhookTo(url);
    const { key } = await makeKey(world, subjects, { name: 'Data feed' });
    const at = timestampMs.parse(world.nowMs());
    const spike = {
      ...({ keyId: key.keyId, keyName: 'Data feed', environment: 'live', at, lastAt: at } as const),
      ...{ requests: 4_210, usual: 120, most: 310 },
    };
    const looking = (differs: Partial<typeof spike>) => {
      desk.close();
      desk = deskOf(() => world, { foreign: { spikes: [{ ...spike, ...differs }] } });
      return desk.look();
    };
    await looking({});
    await looking({ requests: 9_000 });
    expect(received).toHaveLength(1);
    const { body } = must(received[0], 'it came');
    expect(JSON.parse(body)).toMatchObject({
      kind: 'key_spike',
      subject: { id: key.keyId },
      data: { requests: 4_210, usual: 120, most: 310, until: at },
    });
    expect(body).toContain('4,210 requests in the 10 minutes before');
    const other = await makeKey(world, subjects, { name: 'Contained' });
    await world.call('keys.suspend', { keyId: other.key.keyId, reason: 'Odd' });
    await looking({ keyId: other.key.keyId });
    expect(received).toHaveLength(1);
  });

  it('a request for a key goes to a tracker once, over a failure and a restart, with what a ticket of it needs', async () => {
    const { received, url } = await receiver((index) => ({ status: index === 0 ? 503 : 200 }));
    const { secret } = await webhookTo(url);
    world.advance(1);
    const { id, reference } = ask(world, { application: 'Shop sync', team: 'Bolt Shops' });
    await desk.look();
    expect((await world.call('notices.deliveries', {})).items).toMatchObject([{ state: 'waiting' }]);
    desk.close();
    desk = newDesk();
    world.advance(RETRY_WAITS_MS[0]);
    await desk.look();
    await desk.look();
    expect(received).toHaveLength(2);
    const again = must(received[1], 'it was sent again');
    expect(again.body).toBe(received[0]?.body);
    expect(JSON.parse(again.body)).toMatchObject({
      kind: 'access_request',
      subject: { kind: 'access_request', id, name: 'Shop sync' },
      text: `“Shop sync” asks for a key, reference ${reference}.`,
      data: { reference, team: 'Bolt Shops' },
      page: '/access-requests',
    });
    expectSigned(again, secret);
    const { items } = await world.call('notices.deliveries', {});
    expect(items).toMatchObject([{ kind: 'access_request', state: 'sent', attempts: 2, problem: null }]);
  });

  it('guessing is told once for as long as it goes on, load when it begins and when it is over; each leads to the on-call page', async () => {
    const { received, url } = await receiver();
    await webhookTo(url);
    const startedAt = timestampMs.parse(world.nowMs() + 1);
    const guessing = { kind: 'guessing', startedAt, lastAt: startedAt, endedAt: null, count: 3 } as const;
    const load = { ...guessing, kind: 'load', by: [{ name: 'server-ceiling', count: 3 }] } as const;
    const looking = (...turnedAway: TurnedAway[]) => {
      desk.close();
      desk = deskOf(() => world, { foreign: { turnedAway } });
      return desk.look();
    };
    const source = (name: string) => ({ name, count: 1 });
    await looking({ ...guessing, by: [source('203.0.113.9')] }, load);
    await looking({ ...guessing, count: 900, by: [source('203.0.113.9'), source('2001:db8::/64')] }, load);
    expect(received).toHaveLength(2);
    await looking({ ...guessing, by: [], endedAt: startedAt }, { ...load, endedAt: startedAt });
    // Several of one look go out in any order.
    const bodies = received.map(({ body }) => body).sort((one, other) => rank(one) - rank(other));
    expect(bodies.map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { kind: 'guessing', data: { from: '203.0.113.9', others: 0, refused: 3 } },
      { kind: 'load_shed', data: { state: 'started', reasons: 'server-ceiling' } },
      { kind: 'load_shed', data: { state: 'ended', refused: 3 } },
    ]);
    for (const body of bodies) expect(body).toContain('/overview/on-call');
  });

  it('before anybody asked for notices is not told', async () => {
    const { key } = await makeKey(world, subjects, { name: 'Old' });
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'leaked' });
    world.advance(1);
    const { received, url } = await receiver();
    await webhookTo(url);
    await desk.look();
    expect(received).toEqual([]);
  });
});

describe('a webhook', () => {
  it('is signed over its moment and body, names its event, and keeps both over replays', async () => {
    const { received, url } = await receiver();
    const { secret } = await webhookTo(url);
    await expiringKey(90);
    world.advance(61 * DAY_MS);
    await desk.look();
    const [first] = (await world.call('notices.deliveries', {})).items;
    world.advance(5_000);
    const replay = await world.call('notices.replay', { deliveryId: must(first, 'it was made').id });
    expect(replay).toMatchObject({ state: 'sent', isReplay: true, attempts: 1 });
    expect(received).toHaveLength(2);
    for (const { headers, body } of received) {
      expectSigned({ headers, body }, secret);
      expect(headers['latchkey-event']).toBe((JSON.parse(body) as { id: string }).id);
    }
    expect(received[0]?.body).toBe(received[1]?.body);
    expect(received[0]?.headers['latchkey-event']).toBe(received[1]?.headers['latchkey-event']);
    expect(received[0]?.headers['latchkey-delivery']).not.toBe(received[1]?.headers['latchkey-delivery']);
  });

  it('that fails is sent again after growing waits, over restarts, and given up after the last', async () => {
    const { received, url } = await receiver(() => ({ status: 503 }));
    await webhookTo(url);
    await expiringKey(90);
    world.advance(61 * DAY_MS);
    await desk.look();
    for (const [index, waitMs] of RETRY_WAITS_MS.entries()) {
      expect(received).toHaveLength(index + 1);
      world.advance(waitMs - 1);
      await desk.look();
      expect(received).toHaveLength(index + 1);
      desk.close();
      desk = newDesk();
      world.advance(1);
      await desk.look();
    }
    const { items, failed } = await world.call('notices.deliveries', { filter: { state: 'failed' } });
    expect(items).toMatchObject([
      { state: 'failed', attempts: RETRY_WAITS_MS.length + 1, problem: 'Answered 503.', nextAttemptAt: null },
    ]);
    expect(failed).toBe(1);
  });

  it('is not led anywhere else by a redirect', async () => {
    const elsewhere = await receiver();
    const { received, url } = await receiver(() => ({ status: 307, headers: { Location: elsewhere.url } }));
    const { webhook } = await webhookTo(url);
    const test = await world.call('notices.test', { channel: 'webhook', webhookId: webhook.id });
    expect(test).toMatchObject({ state: 'failed', problem: 'Answered 307: redirects are not followed.' });
    expect(received).toHaveLength(1);
    expect(elsewhere.received).toEqual([]);
  });

  it('a test is sent at once, answers how it went and is not tried again', async () => {
    const { webhook } = await webhookTo('http://127.0.0.1:9/');
    const test = await world.call('notices.test', { channel: 'webhook', webhookId: webhook.id });
    expect(test).toMatchObject({ state: 'failed', attempts: 1, kind: null });
    expect(test.problem).toMatch(/^No connection \(ECONNREFUSED\)/);
  });

  it('that is switched off gets nothing more', async () => {
    const { received, url } = await receiver();
    const { webhook } = await webhookTo(url);
    await world.call('notices.updateWebhook', { webhookId: webhook.id, isOn: false });
    await expiringKey(90);
    world.advance(61 * DAY_MS);
    await desk.look();
    expect(received).toEqual([]);
  });
});

describe('the desktop', () => {
  it('shows several of one kind as one notice, whose click leads into the app', async () => {
    await world.call('notices.updateDesktop', { isOn: true, kinds: ['key_expiring'] });
    for (const name of ['A', 'B', 'C', 'D', 'E']) await expiringKey(90, name);
    world.advance(61 * DAY_MS);
    await desk.look();
    await desk.look();
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ title: '5 keys expire soon', page: '/overview' });
    expect(shown[0]?.body).toMatch(/and 2 more$/);
  });

  it('is silent until somebody asks for it', async () => {
    const { url } = await receiver();
    await webhookTo(url);
    await expiringKey(90);
    world.advance(61 * DAY_MS);
    await desk.look();
    expect(shown).toEqual([]);
  });
});
