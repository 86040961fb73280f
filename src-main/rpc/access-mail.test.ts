import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { createAccessDesk } from '#main/access-requests/access-desk.ts';
import { startMailServer, type ReceivedMail } from '#main/letters/mail-server.test-support.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import { must } from '#main/platform/must.ts';
import { ask, type Asked } from './access-world.test-support.ts';
import { deskOf } from './notice-world.test-support.ts';
import { makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let notices: NoticeDesk;
let mails: ReceivedMail[];
let endServer: () => Promise<void>;
let switchMail: (isOn: boolean) => Promise<void>;
beforeEach(async () => {
  mails = [];
  world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(notices) }));
  notices = deskOf(() => world);
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
  const { port, close } = await startMailServer(mails);
  endServer = close;
  switchMail = async (isOn) => {
    await world.call('notices.updateMail', {
      ...{ isOn, host: 'localhost', port, security: 'none', user: '', from: 'keys@us.example' },
      ...{ to: [], kinds: [], contactKinds: [] },
    });
  };
  await switchMail(true);
});
afterEach(async () => {
  notices.close();
  await endServer();
  world.close();
});

/** What the contact reads, as it was before it was wrapped for the way. */
async function newestMail(): Promise<string> {
  await notices.look();
  expect(mails.at(-1)?.to).toEqual(['dev@bolt.example']);
  return must(mails.at(-1), 'a mail').text.replaceAll('=\r\n', '').replaceAll('\r\n', '\n');
}
const digitsIn = (text: string) => must(/\d{3} \d{3} \d{3}/.exec(text), 'a code')[0];
const enter = (asked: Asked, typed: string) =>
  createAccessDesk(world.systemContext).enterCode(asked.token, typed)?.outcome.kind;

async function approve(asked: Asked) {
  const { scope } = await makeSubjects(world);
  const input: CallInput<'accessRequests.approve'> = {
    accessRequestId: asked.id,
    grantee: {
      kind: 'new_partner',
      partnerName: 'Bolt',
      tier: 'external',
      name: 'Shop sync',
      slug: 'shopsync',
    },
    key: { name: 'Shop sync', environment: 'test', scopeIds: [scope.id], expiresAt: null },
    delivery: { kind: 'link' },
    recipientName: 'Dana of Bolt',
    answer: 'Welcome to the feed.',
  };
  return world.call('accessRequests.approve', input);
}

it('where mail is on, the code of a contact goes to its address alone: nobody of ours sees it, and it lets the key work', async () => {
  const asked = ask(world);
  const made = await approve(asked);
  expect(made.notice).toMatchObject({ to: 'dev@bolt.example', text: null });
  const mail = await newestMail();
  expect(mail).toContain(made.link);
  for (const word of must(made.code, 'six words').split(' '))
    expect(mail).not.toMatch(new RegExp(`\\b${word}\\b`));
  expect(enter(asked, digitsIn(mail))).toBe('confirmed');
  expect((await world.call('keys.get', { keyId: made.key.keyId })).status).toBe('active');
});

it('a new code is mailed too, and the one before it is worth nothing', async () => {
  const asked = ask(world);
  const make = () => world.call('accessRequests.makeCode', { accessRequestId: asked.id });
  expect((await make()).notice).toMatchObject({ text: null });
  const first = digitsIn(await newestMail());
  await make();
  const second = digitsIn(await newestMail());
  expect(mails).toHaveLength(2);
  expect(enter(asked, first)).toBe('wrong');
  expect(enter(asked, second)).toBe('confirmed');
});

it('the mail with the code promises nothing that depends on the settings: a test key may work without the code', async () => {
  await world.call('accessRequests.updateSettings', { confirms: 'live_only' });
  const made = await approve(ask(world));
  expect(made.key.status).toBe('active');
  expect(await newestMail()).not.toContain('does not work');
});

it('a contact that is confirmed before the approval is told of it with the link and the answer', async () => {
  const asked = ask(world);
  await world.call('accessRequests.confirmContact', { accessRequestId: asked.id, reason: 'Called them' });
  const made = await approve(asked);
  expect(made.notice).toBeNull();
  const mail = await newestMail();
  expect(mail).toContain('approved');
  expect(mail).toContain(made.link);
  expect(mail).toContain('Welcome to the feed.');
});

it('a rejection is mailed to each contact with its reason and no code or link, and to nobody while mail is off', async () => {
  const asked = ask(world);
  await world.call('accessRequests.reject', {
    accessRequestIds: [asked.id],
    reason: 'The feed ends in May.',
  });
  const mail = await newestMail();
  expect(mail).toContain('is not approved');
  expect(mail).toContain('The feed ends in May.');
  expect(mail).not.toMatch(/https?:|\d{3} \d{3} \d{3}/);
  const { items } = await world.call('audit.list', {});
  expect(items.map(({ action }) => action)).toContain('accessRequests.reject');
  const sent = mails.length;
  await switchMail(false);
  const other = ask(world, { application: 'Other sync' });
  await world.call('accessRequests.reject', { accessRequestIds: [other.id], reason: 'No.' });
  await notices.look();
  expect(mails).toHaveLength(sent);
});
