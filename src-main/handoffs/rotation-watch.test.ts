import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Handoff } from '#contract/handoffs.ts';
import type { Key } from '#contract/keys.ts';
import { startMailServer, type ReceivedMail } from '#main/letters/mail-server.test-support.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import { createLogger } from '#main/platform/logger.ts';
import { must } from '#main/platform/must.ts';
import { deskOf } from '#main/rpc/notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { createHandoffDesk } from './handoff-desk.ts';
import { type FirstUse, HandoffWatch } from './handoff-watch.ts';
import { lookAtRotations } from './rotation-watch.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CONSENT = { isOn: true, overlapMs: 3 * DAY_MS, linkMs: 2 * DAY_MS, triesMax: 2 };
const MAIL = {
  ...({ isOn: true, host: 'localhost', security: 'none', user: '', from: 'keys@us.example' } as const),
  ...{ to: [], kinds: [], contactKinds: [] },
};

let world: TestWorld;
let subjects: TestSubjects;
let notices: NoticeDesk;
let watch: HandoffWatch;
let firstUse: FirstUse | null;
let mails: ReceivedMail[];
let port: number;
let endServer: () => Promise<void>;
let key: Key;
let oldText: string;

beforeEach(async () => {
  mails = [];
  firstUse = null;
  world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(notices) }));
  subjects = await makeSubjects(world);
  notices = deskOf(() => world);
  const server = await startMailServer(mails);
  port = server.port;
  endServer = server.close;
  await world.call('settings.update', { publicUrl: 'https://keys.acme.example' });
  await world.call('notices.updateMail', { ...MAIL, port });
  watch = new HandoffWatch({
    context: world.systemContext,
    firstUse: () => Promise.resolve(firstUse),
    logger: createLogger({ write: () => undefined }),
  });
  const made = await makeKey(world, subjects, { rotateEveryMs: 30 * DAY_MS, expiresAt: null });
  key = made.key;
  oldText = made.text;
});
afterEach(async () => {
  notices.close();
  await endServer();
  world.close();
});

const consent = (changes: Partial<typeof CONSENT> = {}) =>
  world.call('rotations.setHandoff', {
    owner: { kind: 'key', keyId: key.keyId },
    consent: { ...CONSENT, ...changes },
  });
const state = () => world.call('rotations.handoff', { owner: { kind: 'key', keyId: key.keyId } }, 'viewer');
const handoffs = async () => (await world.call('handoffs.list', { filter: { keyId: key.keyId } })).items;
const secrets = () =>
  world.db.secrets.list(key.keyId).map(({ version, endsAtMs }) => ({ version, endsAtMs }));
const isOldGood = () =>
  secrets().some(({ version, endsAtMs }) => version === 1 && (endsAtMs === null || endsAtMs > world.nowMs()));

/** All that the program does by itself at one moment. */
async function look(): Promise<void> {
  watch.noticeHandoffs();
  watch.look();
  await watch.confirmUsed();
  lookAtRotations(world.systemContext);
  await notices.look();
}

/** Lets time pass in small steps; what callers have must be good at each. */
async function pass(durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 6 * HOUR_MS) {
    world.advance(6 * HOUR_MS);
    await look();
    expect(isOldGood()).toBe(true);
  }
}

/** To the moment when the rhythm says so. */
async function untilDue(): Promise<void> {
  world.advance(30 * DAY_MS - 6 * HOUR_MS);
  await pass(6 * HOUR_MS);
}

const linkIn = (mail: ReceivedMail | undefined) =>
  must(/\/h\/([0-9A-Za-z]{43})/.exec(must(mail, 'a mail').text.replaceAll('=\r\n', '')), 'a link')[1] ?? '';
const takeCode = async (handoff: Handoff | undefined) =>
  (await world.call('handoffs.takeCode', { handoffId: must(handoff, 'a handoff').id }, 'issuer')).code ?? '';

function reveal(token: string, code: string) {
  const desk = createHandoffDesk(world.systemContext, (work) => {
    work();
  });
  return desk.reveal({ token, code, visitor: { address: '203.0.113.9', agent: 'Browser' } });
}

describe('a rotation that was agreed to', () => {
  it('goes by mail to the contact, its words to whoever passes them on, and ends the old secret after the first use of the new one', async () => {
    await consent();
    world.advance(29 * DAY_MS);
    await look();
    expect(mails).toEqual([]);
    await pass(DAY_MS);
    expect(mails).toMatchObject([{ to: ['feed@acme.example'] }]);
    const [handoff] = await handoffs();
    expect(handoff).toMatchObject({
      isBlind: true,
      isCodeHeld: true,
      createdBy: 'Latchkey',
      state: 'prepared',
    });
    expect(await world.call('handoffs.list', { filter: { needsAttention: true } })).toMatchObject({
      attention: 1,
      total: 1,
    });
    const code = await takeCode(handoff);
    expect((await world.call('handoffs.list', {})).attention).toBe(0);
    expect(mails[0]?.text).not.toContain(code);
    expect((await world.refusal('handoffs.takeCode', { handoffId: handoff?.id })).code).toBe('WRONG_STATUS');
    const revealed = reveal(linkIn(mails[0]), code);
    const secret = revealed.kind === 'revealed' ? revealed.secret : '';
    expect(secret).not.toBe('');
    expect(secret).not.toBe(oldText);
    await pass(5 * DAY_MS);
    expect((await handoffs())[0]?.state).toBe('revealed');
    // Used for the first time.
    world.db.lastUsed.touch(key.keyId, 2, world.nowMs());
    firstUse = { atMs: world.nowMs(), address: null, agent: null };
    await look();
    expect(secrets()).toContainEqual({ version: 1, endsAtMs: world.nowMs() + CONSENT.overlapMs });
    expect((await state()).run).toBeNull();
    world.advance(CONSENT.overlapMs);
    expect(isOldGood()).toBe(false);
    const kept = world.db.handle.serialize().toString('latin1');
    const trail = JSON.stringify(await world.call('audit.list', {}));
    for (const hidden of [secret, code, linkIn(mails[0])]) {
      expect(kept).not.toContain(hidden);
      expect(trail).not.toContain(hidden);
    }
  });

  it('of a contact that does not come is reminded of once a link and taken back, each time anew, until somebody is asked', async () => {
    await consent();
    await untilDue();
    await pass(4 * DAY_MS + 12 * HOUR_MS);
    expect(mails).toHaveLength(4);
    expect(mails.filter(({ text }) => /\/h\//.test(text))).toHaveLength(2);
    expect((await state()).run).toMatchObject({
      state: 'given_up',
      tries: 2,
      problem: 'Nobody came for the new secret, after 2 links.',
    });
    expect((await handoffs()).map(({ attention }) => attention)).toEqual(['unopened', 'unopened']);
    expect(secrets().filter(({ endsAtMs }) => endsAtMs === null)).toEqual([{ version: 1, endsAtMs: null }]);
    await pass(4 * DAY_MS);
    expect(mails).toHaveLength(4);
    // Agreed to once more: it begins anew.
    await consent();
    await look();
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
  });

  it('that nobody ever used is taken back before the old secret would end', async () => {
    await consent();
    await untilDue();
    const [handoff] = await handoffs();
    expect(reveal(linkIn(mails[0]), await takeCode(handoff)).kind).toBe('revealed');
    world.advance(28 * DAY_MS);
    await pass(3 * DAY_MS);
    expect((await state()).run?.state).toBe('given_up');
    expect(secrets()).toContainEqual({ version: 1, endsAtMs: null });
  });

  it('is not taken back where verification saw the new secret used, though the log has no request that confirms it', async () => {
    await consent();
    await untilDue();
    const [handoff] = await handoffs();
    expect(reveal(linkIn(mails[0]), await takeCode(handoff)).kind).toBe('revealed');
    world.advance(DAY_MS);
    world.db.lastUsed.touch(key.keyId, 2, world.nowMs());
    await look();
    expect((await state()).run?.state).toBe('waiting');
    world.advance(28 * DAY_MS + HOUR_MS);
    await look();
    expect(secrets()).toContainEqual({ version: 2, endsAtMs: null });
    expect((await state()).run).toBeNull();
  });

  it('ends with five wrong codes or a withdrawal: the old secret goes on and no further link is sent', async () => {
    await consent();
    await untilDue();
    for (let tries = 0; tries < 5; tries += 1) reveal(linkIn(mails[0]), 'wrong words');
    await pass(DAY_MS);
    expect((await state()).run).toMatchObject({
      state: 'given_up',
      problem: 'Five wrong codes were entered.',
    });
    await consent();
    await look();
    const [second] = await handoffs();
    await world.call('handoffs.withdraw', { handoffId: must(second, 'another').id, reason: null });
    await pass(DAY_MS);
    expect((await state()).run).toMatchObject({ state: 'given_up', problem: 'The handoff was withdrawn.' });
    expect(mails.filter(({ text }) => /\/h\//.test(text))).toHaveLength(2);
    expect(secrets()).toContainEqual({ version: 1, endsAtMs: null });
  });

  it('goes on with the handoff that somebody sent in its place', async () => {
    await consent();
    await untilDue();
    const [first] = await handoffs();
    await world.call('handoffs.resend', { handoffId: must(first, 'the first').id });
    await pass(12 * HOUR_MS);
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
    expect((await handoffs()).find(({ secretVersion }) => secretVersion === 3)?.state).toBe('prepared');
  });
});

it('who wants notices is told once that words wait to be passed on, and not that the rotation is due', async () => {
  const kinds = ['handoff_code', 'rotation_due'] as const;
  await world.call('notices.updateMail', { ...MAIL, port, to: ['ops@us.example'], kinds });
  await consent();
  await untilDue();
  await pass(DAY_MS);
  const told = mails.filter(({ to }) => to[0] === 'ops@us.example');
  expect(told).toHaveLength(1);
  expect(told[0]?.text.replaceAll('=\r\n', '')).toContain(
    'Its six words wait for one of you who passes them on.',
  );
});

describe('a rotation is not begun', () => {
  it('while mail is off or nobody outside reaches the links: that is told once, and tried again within the hour', async () => {
    await consent();
    await world.call('notices.updateMail', { ...MAIL, port, isOn: false });
    await untilDue();
    await pass(DAY_MS);
    expect(await state()).toMatchObject({
      obstacle: 'Mail is off: nobody would get the link. Settings, Notices sets it up.',
      run: { state: 'again', tries: 0, handoffId: null },
    });
    const trail = (await world.call('audit.list', {})).items.filter(
      ({ action }) => action === 'rotations.wait',
    );
    expect(trail).toHaveLength(1);
    expect(secrets()).toHaveLength(1);
    await world.call('notices.updateMail', { ...MAIL, port });
    await pass(6 * HOUR_MS);
    expect(mails).toHaveLength(1);
  });

  it('for an application whose contact has no address: that is told, and the keys of others are rotated all the same', async () => {
    await consent();
    world.advance(HOUR_MS);
    const other = await world.call('applications.create', {
      ...{ partnerId: subjects.partner.id, name: 'Other', slug: 'other', contactEmail: 'other@acme.example' },
    });
    const later = await makeKey(world, subjects, {
      ...{ applicationId: other.id, rotateEveryMs: 30 * DAY_MS, expiresAt: null },
    });
    await world.call('rotations.setHandoff', {
      ...{ owner: { kind: 'key', keyId: later.key.keyId }, consent: CONSENT },
    });
    world.db.handle
      .prepare(`UPDATE applications SET contact_email = '' WHERE id = ?`)
      .run(subjects.application.id);
    world.advance(31 * DAY_MS);
    await look();
    expect(mails).toMatchObject([{ to: ['other@acme.example'] }]);
    expect((await state()).run).toMatchObject({
      state: 'again',
      problem: 'Its application has no contact with an address: nobody would get the link.',
    });
    expect(await handoffs()).toEqual([]);
    expect(secrets()).toEqual([{ version: 1, endsAtMs: null }]);
  });

  it('for as long as another one fails: a run that cannot be carried on holds up no other key', async () => {
    await consent();
    world.db.handle.pragma('foreign_keys = OFF');
    const broken = await makeKey(world, subjects, { expiresAt: null });
    world.db.handle
      .prepare(
        `INSERT INTO rotation_runs (key_id, state, base_version, tries, handoff_id, next_at_ms, is_reminded, problem)
         VALUES (?, 'waiting', 1, 1, NULL, NULL, 0, NULL)`,
      )
      .run(broken.key.keyId);
    world.advance(30 * DAY_MS);
    await expect(look()).rejects.toThrow('a link is out');
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
  });

  it('for a key that ends before its contact could come: no link is mailed that dies within the minute', async () => {
    await consent();
    await world.call('keys.update', { keyId: key.keyId, expiresAt: world.nowMs() + 32 * DAY_MS });
    world.advance(30 * DAY_MS + HOUR_MS);
    await look();
    await look();
    expect(mails).toEqual([]);
    expect(secrets()).toEqual([{ version: 1, endsAtMs: null }]);
    await world.call('keys.update', { keyId: key.keyId, expiresAt: world.nowMs() + 60 * DAY_MS });
    await look();
    await look();
    expect((await state()).run).toMatchObject({ state: 'waiting', tries: 1 });
  });

  it('without consent, for a suspended key, or where the key says no and its template yes', async () => {
    const template = await world.call('templates.create', { name: 'Feed', expiresInMs: null });
    await world.call('rotations.setHandoff', {
      owner: { kind: 'template', templateId: template.id },
      consent: CONSENT,
    });
    await untilDue();
    await pass(DAY_MS);
    expect(mails).toEqual([]);
    await world.call('keys.update', { keyId: key.keyId, templateId: template.id });
    await consent({ isOn: false });
    await look();
    expect(mails).toEqual([]);
    await world.call('rotations.setHandoff', { owner: { kind: 'key', keyId: key.keyId }, consent: null });
    await world.call('keys.suspend', { keyId: key.keyId, reason: 'Odd' });
    await look();
    expect(mails).toEqual([]);
    await world.call('keys.resume', { keyId: key.keyId });
    await look();
    expect(await state()).toMatchObject({ own: null, inherited: CONSENT, run: { state: 'waiting' } });
    expect(mails).toHaveLength(1);
  });

  it('by an issuer or viewer, nor for a child key', async () => {
    const input = { owner: { kind: 'key', keyId: key.keyId }, consent: CONSENT };
    expect((await world.refusal('rotations.setHandoff', input, 'issuer')).code).toBe('FORBIDDEN');
    const long = { ...input, consent: { ...CONSENT, linkMs: HOUR_MS } };
    expect((await world.refusal('rotations.setHandoff', long)).code).toBe('INVALID_INPUT');
  });
});
