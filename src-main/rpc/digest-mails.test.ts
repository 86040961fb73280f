import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMailServer, type ReceivedMail } from '#main/letters/mail-server.test-support.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import { sendDigests } from '#main/passport/send-digests.ts';
import { AppError } from '#main/platform/app-error.ts';
import { deskOf } from './notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Monday; the world begins on Sunday at 12:00 UTC. */
const MONDAY_NINE = { weekday: 1, hour: 9, timeZone: 'Europe/Berlin' };
const TO_MONDAY_NINE_MS = 20 * HOUR_MS;
const SUMMARY = {
  totals: {
    total: 1_213,
    byCode: { VALID: 1_200, INSUFFICIENT_SCOPE: 13 },
    byStatusClass: {},
    reported: 0,
    errorRate: 0,
  },
  ...{ topKeys: [], topEndpoints: [], callers: [] },
};

let world: TestWorld;
let subjects: TestSubjects;
let desk: NoticeDesk;
let mails: ReceivedMail[];
let isLogDown: boolean;
let endServer: () => Promise<void>;
let mailPort: number;
let secretText: string;
beforeEach(async () => {
  mails = [];
  isLogDown = false;
  const summaryOf = () =>
    isLogDown ? Promise.reject(new AppError('UNAVAILABLE', 'Down.')) : Promise.resolve(SUMMARY as never);
  world = createTestWorld(() => ({
    requests: { query: summaryOf, stopSearch: () => undefined, record: () => undefined, report: summaryOf },
  }));
  desk = deskOf(() => world);
  subjects = await makeSubjects(world);
  secretText = (await makeKey(world, subjects)).text;
  const { port, close } = await startMailServer(mails, { refuses: () => false });
  endServer = close;
  mailPort = port;
});
afterEach(async () => {
  desk.close();
  await endServer();
  world.close();
});

const partner = () => ({ partnerId: subjects.partner.id });
const mail = (isOn: boolean) =>
  world.call('notices.updateMail', {
    ...{ isOn, host: 'localhost', port: mailPort, security: 'none', user: '', from: 'keys@us.example' },
    ...{ to: [], kinds: [], contactKinds: [] },
  });
const schedule = () => world.call('partners.digestSchedule', partner());
const setDigest = (time: typeof MONDAY_NINE | null) =>
  world.call('partners.setDigest', { ...partner(), time });
const look = async () => {
  await sendDigests(world.systemContext, () =>
    isLogDown ? Promise.reject(new AppError('UNAVAILABLE', 'Down.')) : Promise.resolve(SUMMARY as never),
  );
  await desk.look();
};
const bodyOf = ({ text }: ReceivedMail): string => {
  const body = text.slice(text.search(/\r?\n\r?\n/)).replaceAll('\r\n', '\n');
  const bytes = body
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').trim();
};

describe('the weekly digest', () => {
  it('S19.3 is mailed to the contact at its hour in the zone of the partner, word for word as the preview, once a week', async () => {
    await mail(true);
    const { nextAt } = await setDigest(MONDAY_NINE);
    expect(nextAt).toBe(world.nowMs() + TO_MONDAY_NINE_MS);
    world.advance(TO_MONDAY_NINE_MS - 1);
    await look();
    expect(mails).toEqual([]);
    world.advance(1);
    const preview = await world.call('partners.digest', partner());
    await look();
    await look();
    expect(mails).toMatchObject([{ to: ['api@acme.example'] }]);
    const [sent] = mails;
    if (sent === undefined) throw new Error('It was sent.');
    expect(bodyOf(sent)).toBe(preview.text.trim());
    // Its hint is there, its secret is not.
    expect(sent.text).not.toContain(secretText.slice(-12));
    expect(await schedule()).toMatchObject({ lastSentAt: world.nowMs(), nextAt: world.nowMs() + WEEK_MS });
    world.advance(WEEK_MS);
    await look();
    expect(mails).toHaveLength(2);
    const { items } = await world.call('audit.list', { filter: { action: 'partners.sendDigest' } });
    expect(items).toHaveLength(2);
    expect(await world.call('audit.verify', {})).toMatchObject({ ok: true });
  });

  it('goes to nobody who was not opted in, and to nobody any more who is opted out', async () => {
    await mail(true);
    expect(await schedule()).toMatchObject({ time: null, nextAt: null });
    world.advance(TO_MONDAY_NINE_MS);
    await look();
    await setDigest(MONDAY_NINE);
    await setDigest(null);
    world.advance(WEEK_MS);
    await look();
    expect(mails).toEqual([]);
  });

  it('waits for mail and for the log, up to a day; then that week is left out and the next one comes', async () => {
    await setDigest(MONDAY_NINE);
    expect(await schedule()).toMatchObject({ isMailOn: false });
    world.advance(TO_MONDAY_NINE_MS);
    await look();
    await mail(true);
    isLogDown = true;
    await expect(look()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    isLogDown = false;
    world.advance(HOUR_MS);
    await look();
    expect(mails).toHaveLength(1);
    await mail(false);
    world.advance(WEEK_MS);
    await look();
    world.advance(25 * HOUR_MS);
    await look();
    await mail(true);
    await look();
    expect(mails).toHaveLength(1);
    expect((await schedule()).nextAt).toBeGreaterThan(world.nowMs());
    const { items } = await world.call('audit.list', { filter: { action: 'partners.skipDigest' } });
    expect(items).toHaveLength(1);
  });

  it('goes with its partner, and is refused for one that is not there and for a zone that is none', async () => {
    const unused = await world.call('partners.create', {
      name: 'Bolt',
      tier: 'external',
      contactEmail: 'a@bolt.example',
    });
    await world.call('partners.setDigest', { partnerId: unused.id, time: MONDAY_NINE });
    await world.call('partners.delete', { partnerId: unused.id });
    expect(world.db.handle.prepare('SELECT COUNT(*) AS count FROM partner_digests').get()).toEqual({
      count: 0,
    });
    const gone = { partnerId: unused.id, time: MONDAY_NINE };
    expect((await world.refusal('partners.setDigest', gone)).code).toBe('PARTNER_NOT_FOUND');
    const nowhere = { ...partner(), time: { ...MONDAY_NINE, timeZone: 'Mars/Olympus' } };
    expect((await world.refusal('partners.setDigest', nowhere)).code).toBe('INVALID_INPUT');
    expect((await world.refusal('partners.setDigest', { ...partner(), time: null }, 'issuer')).code).toBe(
      'FORBIDDEN',
    );
  });
});
