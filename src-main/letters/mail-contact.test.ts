import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { LETTER_TEXT_DAYS } from '#contract/letter-kinds.ts';
import { RETRY_WAITS_MS } from '#contract/notice-channels.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import { deskOf } from '#main/rpc/notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { mailContact, type Letter } from './mail-contact.ts';
import { startMailServer, type ReceivedMail } from './mail-server.test-support.ts';

const DAY_MS = 86_400_000;
const CODE = '482 913 770';

let world: TestWorld;
let subjects: TestSubjects;
let desk: NoticeDesk;
let mails: ReceivedMail[];
let isRefusing: boolean;
let endServer: () => Promise<void>;
beforeEach(async () => {
  mails = [];
  isRefusing = false;
  world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(desk) }));
  desk = deskOf(() => world);
  subjects = await makeSubjects(world);
  const { port, close } = await startMailServer(mails, { refuses: () => isRefusing });
  endServer = close;
  await world.call('notices.updateMail', { ...MAIL, port });
});
afterEach(async () => {
  desk.close();
  await endServer();
  world.close();
});

const MAIL = {
  ...({
    isOn: true,
    host: 'localhost',
    port: 9,
    security: 'none',
    user: '',
    from: 'keys@us.example',
  } as const),
  ...{ to: [], kinds: [], contactKinds: [] },
};
const LETTER: Letter = {
  kind: 'contact_code',
  to: 'feed@acme.example',
  subject: 'Confirm this address',
  text: `Enter this code:\n\n    ${CODE}\n`,
  about: { kind: 'application', id: 'app_1', name: 'Data feed' },
};

/** As a use case does it: null when nothing is sent. */
function write(changes: Partial<Letter> = {}): string | null {
  const context = world.systemContext();
  let id: string | null = null;
  context.command(() => {
    const mailed = mailContact(context, { ...LETTER, ...changes });
    id = mailed?.value.deliveryId ?? null;
    return mailed ?? { value: null, audit: { action: 'test', subject: LETTER.about }, changed: [] };
  });
  return id;
}

const rows = () => world.db.handle.serialize().toString('latin1');
const listed = async () => (await world.call('notices.deliveries', {})).items;

describe('a letter to a contact', () => {
  it('arrives once at its one recipient, and nothing of its text is left in the store, the log or the trail', async () => {
    write();
    expect(rows()).not.toContain(CODE);
    expect(world.announcements.at(-1)).toMatchObject({ subjects: ['notices', 'audit'] });
    await desk.look();
    await desk.look();
    expect(mails).toMatchObject([{ from: 'keys@us.example', to: ['feed@acme.example'] }]);
    expect(mails[0]?.text).toContain(CODE);
    expect(mails[0]?.text).toContain('Subject: Confirm this address');
    expect(await listed()).toMatchObject([
      { kind: 'contact_code', text: 'Confirm this address', state: 'sent', canReplay: false },
    ]);
    const sealed = world.db.handle.prepare('SELECT sealed FROM letters').get();
    expect(sealed).toEqual({ sealed: null });
    expect(rows()).not.toContain(CODE);
    const trail = JSON.stringify(await world.call('audit.list', {}));
    expect(trail).toContain('notices.mailContact');
    expect(trail).not.toContain(CODE);
  });

  it('is tried again while the server refuses, over a restart, and arrives when it takes mail', async () => {
    isRefusing = true;
    write();
    await desk.look();
    expect(await listed()).toMatchObject([
      {
        state: 'waiting',
        attempts: 1,
        problem: 'The mail server answered 451 (EMESSAGE).',
        canReplay: false,
      },
    ]);
    desk.close();
    desk = deskOf(() => world);
    isRefusing = false;
    await desk.look();
    expect(mails).toEqual([]);
    world.advance(RETRY_WAITS_MS[0]);
    await desk.look();
    expect(mails).toHaveLength(1);
    expect(await listed()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  it('that was given up can be sent once more; when that arrived, its text is left nowhere', async () => {
    isRefusing = true;
    const id = write();
    for (const waitMs of [0, ...RETRY_WAITS_MS]) {
      world.advance(waitMs);
      await desk.look();
    }
    const [failed] = await listed();
    expect(failed).toMatchObject({ id, state: 'failed', canReplay: true });
    isRefusing = false;
    await world.call('notices.replay', { deliveryId: failed?.id ?? '' });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain(CODE);
    // It has arrived: the letter that was given up keeps no copy.
    const kept = world.db.handle
      .prepare('SELECT COUNT(*) AS texts FROM letters WHERE sealed IS NOT NULL')
      .get();
    expect(kept).toEqual({ texts: 0 });
    expect(await listed()).toMatchObject([{ canReplay: false }, { canReplay: false }]);
  });

  it('that was given up keeps its text for a week; then it is erased', async () => {
    isRefusing = true;
    write();
    for (const waitMs of [0, ...RETRY_WAITS_MS]) {
      world.advance(waitMs);
      await desk.look();
    }
    const [failed] = await listed();
    isRefusing = false;
    expect(failed).toMatchObject({ state: 'failed', canReplay: true });
    world.advance((LETTER_TEXT_DAYS + 1) * DAY_MS);
    await desk.look();
    const late = await world.refusal('notices.replay', { deliveryId: failed?.id });
    expect(late).toMatchObject({ code: 'WRONG_STATUS' });
    expect(mails).toEqual([]);
  });

  it('is not made when its command fails, mail is off, there is no address, or it was written before', async () => {
    const context = world.systemContext();
    expect(() =>
      context.command(() => {
        mailContact(context, LETTER);
        throw new Error('Later it failed.');
      }),
    ).toThrow('Later it failed.');
    expect(write({ to: '' })).toBeNull();
    expect(write({ onceKey: 'digest:par_1:2026-47' })).not.toBeNull();
    expect(write({ onceKey: 'digest:par_1:2026-47' })).toBeNull();
    expect(await world.call('notices.mailState', {}, 'viewer')).toEqual({ isOn: true });
    await world.call('notices.updateMail', { ...MAIL, isOn: false });
    expect(await world.call('notices.mailState', {}, 'viewer')).toEqual({ isOn: false });
    expect(write()).toBeNull();
    await desk.look();
    expect(mails).toEqual([]);
  });

  it('that waits when mail is switched off is not sent, and says why', async () => {
    write();
    await world.call('notices.updateMail', { ...MAIL, isOn: false });
    await desk.look();
    expect(await listed()).toMatchObject([{ state: 'failed', problem: 'E-mail is switched off.' }]);
    expect(mails).toEqual([]);
  });

  it('no longer opens when somebody changed its row, and is given up', async () => {
    write();
    world.db.handle.exec(`UPDATE letters SET sealed = zeroblob(80)`);
    await desk.look();
    expect(await listed()).toMatchObject([
      { state: 'failed', problem: 'The text of this mail is not kept any more.' },
    ]);
  });
});

describe('a note that somebody writes', () => {
  const note = (changes: Partial<CallInput<'notices.mailContact'>> = {}) => ({
    applicationId: subjects.application.id,
    kind: 'key_note' as const,
    subject: 'Your key is used from two places',
    text: 'Please tell us who uses it.',
    ...changes,
  });

  it('goes to the contact of the application, by an issuer too, and not while mail is off', async () => {
    expect(await world.call('notices.mailContact', note(), 'issuer')).toMatchObject({
      to: 'feed@acme.example',
    });
    await desk.look();
    expect(mails).toMatchObject([{ to: ['feed@acme.example'] }]);
    expect((await world.refusal('notices.mailContact', note(), 'viewer')).code).toBe('FORBIDDEN');
    world.db.handle.exec(`UPDATE applications SET contact_email = ''`);
    expect(await world.refusal('notices.mailContact', note())).toMatchObject({
      ...{
        code: 'WRONG_STATUS',
        message: 'This application has no contact with an address. Set one on its page.',
      },
    });
    await world.call('notices.updateMail', { ...MAIL, isOn: false });
    expect((await world.refusal('notices.mailContact', note())).code).toBe('WRONG_STATUS');
  });

  it('never takes a key with it, nor a second header', async () => {
    const { text } = await makeKey(world, subjects);
    const refused = await world.refusal('notices.mailContact', note({ text: `It is ${text}.` }));
    expect(refused).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'text' }] });
    write({ text: `It is ${text}.` });
    await desk.look();
    expect(mails).toHaveLength(1);
    // Long lines are broken on their way.
    const arrived = mails[0]?.text.replaceAll('=\r\n', '') ?? '';
    expect(arrived).toContain('It is ');
    expect(arrived).not.toContain(text);
    const two = await world.refusal('notices.mailContact', note({ subject: 'A\r\nBcc: all@evil.example' }));
    expect(two.code).toBe('INVALID_INPUT');
  });
});
