import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SMTPServerOptions } from 'smtp-server';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import { MAIL_PASSWORD, startMailServer, type ReceivedMail } from '#main/letters/mail-server.test-support.ts';
import { deskOf } from '#main/rpc/notice-world.test-support.ts';
import { makeKey, makeSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import type { NoticeDesk } from './notice-desk.ts';
import { sendMail, type MailServer } from './send-mail.ts';

const DAY_MS = 86_400_000;
const PASSWORD = MAIL_PASSWORD;

let mails: ReceivedMail[];
const endings: (() => unknown)[] = [];
beforeEach(() => {
  mails = [];
});
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** A mail server on this machine that keeps what it is sent. */
async function startServer(options: SMTPServerOptions = {}): Promise<number> {
  const { port, close } = await startMailServer(mails, options);
  endings.push(close);
  return port;
}

const serverAt = (port: number, more: Partial<MailServer> = {}): MailServer => ({
  ...{ host: 'localhost', port, security: 'none', user: '', from: 'keys@us.example', password: null },
  ...more,
});
const MAIL = { id: 'dlv_1', to: 'feed@acme.example', subject: 'A key expires soon', text: 'Soon.\n' };

describe('one mail', () => {
  it('arrives with sender, one recipient, subject and a stable id', async () => {
    const port = await startServer();
    expect(await sendMail(serverAt(port), MAIL)).toBeNull();
    expect(mails).toMatchObject([{ from: 'keys@us.example', to: ['feed@acme.example'] }]);
    expect(mails[0]?.text).toMatch(/^Message-ID: <dlv_1@latchkey\.notice>\r$/m);
    expect(mails[0]?.text).toMatch(/^Subject: A key expires soon\r$/m);
    expect(mails[0]?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  });

  it('no subject, address or text adds a header or a recipient', async () => {
    const port = await startServer();
    const hostile = 'x\r\nBcc: all@evil.example\r\n\r\nother body';
    expect(
      await sendMail(serverAt(port), {
        ...MAIL,
        subject: hostile,
        text: `${hostile}\r\n.\r\nMAIL FROM:<a@b>`,
      }),
    ).toBeNull();
    await sendMail(serverAt(port), { ...MAIL, to: 'a@acme.example, all@evil.example' });
    await sendMail(serverAt(port), { ...MAIL, to: 'a@acme.example>\r\nRCPT TO:<all@evil.example' });
    for (const mail of mails) {
      const head = mail.text.slice(0, mail.text.indexOf('\r\n\r\n'));
      expect(head).not.toMatch(/^bcc:/im);
      expect(mail.to).toHaveLength(1);
      expect(mail.to[0]).not.toBe('all@evil.example');
    }
    expect(mails.length).toBeGreaterThan(0);
  });

  it('a refused password is told without the password and without what the server said', async () => {
    const port = await startServer({ authOptional: false, allowInsecureAuth: true });
    const problem = await sendMail(serverAt(port, { user: 'keys', password: 'wrong-canary' }), MAIL);
    expect(problem).toBe('The mail server refused name and password (535).');
    expect(await sendMail(serverAt(port, { user: 'keys', password: PASSWORD }), MAIL)).toBeNull();
    expect(mails).toMatchObject([{ user: 'keys' }]);
  });

  it('where STARTTLS is asked for and not offered, neither mail nor password is sent', async () => {
    const port = await startServer({ authOptional: false, allowInsecureAuth: true });
    const server = serverAt(port, { security: 'starttls', user: 'keys', password: PASSWORD });
    expect(await sendMail(server, MAIL)).not.toBeNull();
    expect(mails).toEqual([]);
  });

  it('a certificate that nobody vouches for is refused, by TLS and by STARTTLS', async () => {
    const byTls = await startServer({ secure: true });
    const byStartTls = await startServer({ disabledCommands: [] });
    for (const [port, security] of [
      [byTls, 'tls'],
      [byStartTls, 'starttls'],
    ] as const) {
      const problem = await sendMail(serverAt(port, { security, user: 'keys', password: PASSWORD }), MAIL);
      expect(problem).toMatch(/TLS|No connection/);
    }
    expect(mails).toEqual([]);
  });

  it('a server that nobody runs is named by its error', async () => {
    expect(await sendMail(serverAt(9), MAIL)).toMatch(/^No connection to the mail server \(E[A-Z]+\)\.$/);
  });
});

describe('notices by mail', () => {
  let world: TestWorld;
  let desk: NoticeDesk;
  beforeEach(() => {
    world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(desk) }));
    desk = deskOf(() => world);
    endings.push(
      () => {
        world.close();
      },
      () => {
        desk.close();
      },
    );
  });
  const setUp = async (more: { readonly contactKinds?: readonly 'key_expiring'[] } = {}) => {
    const port = await startServer();
    return world.call('notices.updateMail', {
      ...{ isOn: true, host: 'localhost', port, security: 'none', user: '', from: 'keys@us.example' },
      ...{ to: ['ops@us.example', 'feed@acme.example'], kinds: [...NOTICE_KINDS] },
      ...{ contactKinds: [...(more.contactKinds ?? [])], password: PASSWORD },
    });
  };

  it('admins are told of several keys in one mail; the contact of a key only when that is asked for, and never twice', async () => {
    await setUp({ contactKinds: ['key_expiring'] });
    const subjects = await makeSubjects(world);
    for (const name of ['A', 'B']) {
      await makeKey(world, subjects, { name, expiresAt: world.nowMs() + 90 * DAY_MS });
    }
    world.advance(61 * DAY_MS);
    await desk.look();
    await desk.look();
    const to = mails.flatMap((mail) => mail.to).toSorted();
    expect(to).toEqual(
      [...new Set(['ops@us.example', 'feed@acme.example', subjects.application.contactEmail])].toSorted(),
    );
    const text = mails.find((mail) => mail.to[0] === 'ops@us.example')?.text ?? '';
    expect(text).toContain('Subject: [Latchkey] 2 keys expire soon');
  });

  it('the contact of a key is reminded 30, 14, 7 and 1 days ahead, once each; of one that lives for a week only the last day', async () => {
    await setUp({ contactKinds: ['key_expiring'] });
    const subjects = await makeSubjects(world);
    const applicationId = subjects.application.id;
    await world.call('applications.update', { applicationId, contactEmail: 'dev@acme.example' });
    await makeKey(world, subjects, { name: 'Quarter', expiresAt: world.nowMs() + 90 * DAY_MS });
    await makeKey(world, subjects, { name: 'Week', expiresAt: world.nowMs() + 7 * DAY_MS });
    const at: (readonly [number, string])[] = [];
    for (let day = 0; day <= 90; day += 1) {
      const before = mails.length;
      await desk.look();
      for (const { to, text } of mails.slice(before)) {
        if (to[0] === 'dev@acme.example') at.push([90 - day, /Quarter|Week/.exec(text)?.[0] ?? '']);
      }
      world.advance(DAY_MS);
    }
    expect(at).toEqual([
      [84, 'Week'],
      [30, 'Quarter'],
      [14, 'Quarter'],
      [7, 'Quarter'],
      [1, 'Quarter'],
    ]);
  });

  it('the password is stored sealed, is in no answer, no audit event and no row, and goes with another server', async () => {
    const setup = await setUp();
    expect(setup).toMatchObject({ hasPassword: true });
    expect(JSON.stringify(await world.call('notices.setup', {}))).not.toContain(PASSWORD);
    expect(JSON.stringify(await world.call('audit.list', {}))).not.toContain(PASSWORD);
    expect(world.db.handle.serialize().includes(PASSWORD)).toBe(false);
    const { hasPassword: _shown, ...fields } = setup;
    const elsewhere = await world.call('notices.updateMail', { ...fields, host: '127.0.0.1' });
    expect(elsewhere.hasPassword).toBe(false);
  });

  it('a server elsewhere is not used without TLS', async () => {
    const { hasPassword: _shown, ...fields } = await setUp();
    const refused = await world.refusal('notices.updateMail', { ...fields, host: 'mail.example.com' });
    expect(refused).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'security' }] });
  });

  it('a test mail arrives and says that nothing has happened', async () => {
    await setUp();
    const test = await world.call('notices.test', { channel: 'mail', to: 'me@us.example' });
    expect(test).toMatchObject({ state: 'sent', to: 'me@us.example', kind: null });
    expect(mails[0]?.text).toContain('Nothing has happened.');
  });
});
