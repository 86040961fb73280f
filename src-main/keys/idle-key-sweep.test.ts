import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import type { NoticeDesk } from '#main/notices/notice-desk.ts';
import type { DesktopNotice } from '#main/notices/send-delivery.ts';
import { deskOf } from '#main/rpc/notice-world.test-support.ts';
import { makeKey, makeSubjects, type TestSubjects } from '#main/rpc/test-subjects.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { createTestWorld, type TestWorld } from '#main/rpc/test-world.ts';
import { IdleKeySweep } from './idle-key-sweep.ts';

const DAY_MS = 86_400_000;

let world: TestWorld;
let subjects: TestSubjects;
let desk: NoticeDesk;
let shown: DesktopNotice[];
let sweep: IdleKeySweep;
beforeEach(async () => {
  shown = [];
  world = createTestWorld(() => ({ noticeDesk: () => Promise.resolve(desk) }));
  desk = deskOf(() => world, { desktop: () => (notice) => void shown.push(notice) });
  subjects = await makeSubjects(world);
  sweep = new IdleKeySweep();
  world.db.lastUsed.daysKnownSinceMs = world.nowMs();
});
afterEach(() => {
  desk.close();
  world.close();
});

const suspendAfter = (idleDays: number | null) =>
  world.call('settings.update', {
    keyLifetimes: [{ tier: subjects.partner.tier, defaultDays: null, maxDays: null, idleDays }],
  });
const newKey = async (name: string): Promise<KeyId> =>
  (await makeKey(world, subjects, { name, expiresAt: world.nowMs() + 400 * DAY_MS })).key.keyId;
const statusOf = async (keyId: KeyId) => (await world.call('keys.get', { keyId })).status;
const use = (keyId: KeyId): void => world.db.lastUsed.touch(keyId, 1, world.nowMs());
const look = (): void =>
  sweep.look(world.systemContext(), {
    lifetimes: readSettings(world.db).keyLifetimes,
    samplePartners: [],
  });
/** Day by day, as a program that runs. */
function days(count: number): void {
  for (let day = 0; day < count; day += 1) {
    world.advance(DAY_MS);
    look();
  }
}

it('a key that nobody used for as long as its tier says is suspended, with an audit event of the program, and resumed as ever', async () => {
  const [unused, used] = [await newKey('Unused'), await newKey('Used')];
  await suspendAfter(30);
  days(20);
  use(used);
  days(9);
  expect(await statusOf(unused)).toBe('active');
  days(1);
  expect([await statusOf(unused), await statusOf(used)]).toEqual(['suspended', 'active']);
  const [event] = (await world.call('audit.list', { filter: { subjectId: unused } })).items;
  expect(event).toMatchObject({ action: 'keys.suspend', actor: { kind: 'system' } });
  expect(event?.reason).toContain('not used for 30 days');
  await world.call('keys.resume', { keyId: unused });
  days(29);
  expect(await statusOf(unused)).toBe('active');
});

it('notices tell of it once, seven days before, and not of a key that was used since', async () => {
  await newKey('Unused');
  const saved = await newKey('Saved');
  await world.call('notices.updateDesktop', { isOn: true, kinds: ['key_idle'] });
  await suspendAfter(30);
  days(22);
  await desk.look();
  expect(shown).toEqual([]);
  days(1);
  use(saved);
  await desk.look();
  await desk.look();
  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatchObject({ body: expect.stringContaining('Unused') as string });
});

it('whoever sets the rule late gives every key seven days', async () => {
  const keyId = await newKey('Unused');
  days(100);
  await suspendAfter(14);
  look();
  days(6);
  expect(await statusOf(keyId)).toBe('active');
  days(1);
  expect(await statusOf(keyId)).toBe('suspended');
});

it('only silence that was heard counts, and none while uses are not known', async () => {
  const keyId = await newKey('Unused');
  await suspendAfter(14);
  world.db.lastUsed.daysKnownSinceMs = Infinity;
  days(60);
  expect(await statusOf(keyId)).toBe('active');
  world.db.lastUsed.daysKnownSinceMs = world.nowMs();
  days(13);
  expect(await statusOf(keyId)).toBe('active');
  days(1);
  expect(await statusOf(keyId)).toBe('suspended');
});

it('a time in which the server was not running suspends no key, however often it stops', async () => {
  const keyId = await newKey('Unused');
  await suspendAfter(14);
  const stop = (count: number): void => {
    const fromMs = world.nowMs();
    world.advance(count * DAY_MS);
    world.db.lastUsed.stops = [...world.db.lastUsed.stops, { fromMs, toMs: world.nowMs() }];
    look();
  };
  for (let week = 0; week < 4; week += 1) {
    days(3);
    stop(4);
  }
  days(1);
  stop(100);
  expect(await statusOf(keyId)).toBe('active');
  days(1);
  expect(await statusOf(keyId)).toBe('suspended');
});

it('a key in rotation overlap, a parent of child keys and keys of tiers without a rule are left alone', async () => {
  const [rotating, parent] = [await newKey('Rotating'), await newKey('Parent')];
  await world.call('enrolment.createToken', {
    ...{ keyId: parent, name: 'Builds', childLifeMsMax: DAY_MS, expiresAt: world.nowMs() + 300 * DAY_MS },
  });
  await suspendAfter(14);
  days(10);
  await world.call('keys.rotate', { keyId: rotating, overlapMs: 30 * DAY_MS });
  days(29);
  expect([await statusOf(rotating), await statusOf(parent)]).toEqual(['rotating', 'active']);
  await suspendAfter(null);
  days(60);
  expect([await statusOf(rotating), await statusOf(parent)]).toEqual(['active', 'active']);
});

it('is off as a store begins', async () => {
  const keyId = await newKey('Unused');
  days(300);
  expect(await statusOf(keyId)).toBe('active');
});
