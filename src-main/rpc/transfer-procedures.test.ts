import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Application, Partner } from '#contract/partners.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
let bolt: Partner;
let kiosk: Application;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  bolt = await world.call('partners.create', {
    name: 'Bolt',
    tier: 'external',
    contactEmail: 'api@bolt.example',
  });
  kiosk = await world.call('applications.create', {
    partnerId: bolt.id,
    name: 'Kiosk',
    slug: 'kiosk',
    contactEmail: 'kiosk@bolt.example',
  });
});
afterEach(() => {
  world.close();
});

const events = async (action: string) => (await world.call('audit.list', { filter: { action } })).items;

describe('applications.transfer', () => {
  it('gives the application with its keys to another partner; the keys stay as they are', async () => {
    const { key } = await makeKey(world, subjects);
    const given = await world.call('applications.transfer', {
      applicationId: subjects.application.id,
      partnerId: bolt.id,
      contactEmail: 'feed@bolt.example',
    });
    expect(given).toMatchObject({ partnerName: 'Bolt', slug: 'datafeed', contactEmail: 'feed@bolt.example' });
    const after = await world.call('keys.get', { keyId: key.keyId });
    expect(after).toMatchObject({ partnerName: 'Bolt', hint: key.hint, contactEmail: 'feed@bolt.example' });
    expect(await world.call('partners.get', { partnerId: subjects.partner.id })).toMatchObject({
      applicationCount: 0,
      keyCount: 0,
    });
  });

  it('the audit trail names both owners, and what it said before names the former one', async () => {
    await world.call('applications.transfer', {
      applicationId: subjects.application.id,
      partnerId: bolt.id,
    });
    expect(await events('applications.transfer')).toMatchObject([
      { before: { partnerName: 'Acme' }, after: { partnerName: 'Bolt' } },
    ]);
    expect(await events('applications.create')).toMatchObject([
      { subject: { name: 'Kiosk' } },
      { after: { partnerId: subjects.partner.id } },
    ]);
  });

  it('is refused where it is already, where the name is taken, and for what is not there', async () => {
    const { id: applicationId } = subjects.application;
    expect(
      await world.refusal('applications.transfer', { applicationId, partnerId: subjects.partner.id }),
    ).toMatchObject({ code: 'WRONG_STATUS' });
    await world.call('applications.update', { applicationId: kiosk.id, name: 'data FEED' });
    expect(await world.refusal('applications.transfer', { applicationId, partnerId: bolt.id })).toMatchObject(
      { code: 'NAME_TAKEN' },
    );
    expect(
      await world.refusal('applications.transfer', { applicationId, partnerId: 'par_0000000000000000' }),
    ).toMatchObject({ code: 'PARTNER_NOT_FOUND' });
  });
});

describe('keys.transfer', () => {
  it('a key keeps id, secret and text, also for new secrets and where it is sought by them', async () => {
    const { key, text } = await makeKey(world, subjects);
    const { transferred } = await world.call('keys.transfer', {
      keyIds: [key.keyId],
      applicationId: kiosk.id,
    });
    expect(transferred).toBe(1);
    const after = await world.call('keys.get', { keyId: key.keyId });
    expect(after).toMatchObject({
      applicationName: 'Kiosk',
      applicationSlug: 'kiosk',
      partnerName: 'Bolt',
      hint: key.hint,
    });
    expect((await world.call('keys.identify', { text })).matches).toMatchObject([{ secretState: 'current' }]);
    expect(world.db.verify.findKeyName(key.keyId)).toEqual({ environment: 'live', slug: 'datafeed' });
    const rotated = await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 60_000 });
    expect(rotated.secret).toContain(`lk_live_datafeed_${key.keyId}_`);
    const found = await world.call('keys.list', { filter: { text: rotated.key.hint } });
    expect(found.items.map(({ keyId }) => keyId)).toEqual([key.keyId]);
  });

  it('given on and back again it still has the text that it was made with', async () => {
    const { key } = await makeKey(world, subjects);
    for (const applicationId of [kiosk.id, subjects.application.id, kiosk.id])
      await world.call('keys.transfer', { keyIds: [key.keyId], applicationId });
    expect(await world.call('keys.get', { keyId: key.keyId })).toMatchObject({ hint: key.hint });
    expect(await events('keys.transfer')).toMatchObject([
      { before: { partnerName: 'Acme' }, after: { partnerName: 'Bolt' } },
      { before: { partnerName: 'Bolt' }, after: { partnerName: 'Acme' } },
      { before: { partnerName: 'Acme' }, after: { partnerName: 'Bolt' } },
    ]);
  });

  it('children go with their parent, and not without it', async () => {
    const { key } = await makeKey(world, subjects);
    const { key: child } = await makeKey(world, subjects, { name: 'Child' });
    world.db.handle.prepare('UPDATE keys SET parent_id = ? WHERE id = ?').run(key.keyId, child.keyId);
    const to = { applicationId: kiosk.id };
    expect(await world.refusal('keys.transfer', { ...to, keyIds: [child.keyId] })).toMatchObject({
      code: 'WRONG_STATUS',
    });
    await world.call('keys.transfer', { ...to, keyIds: [key.keyId] });
    expect(await world.call('keys.get', { keyId: child.keyId })).toMatchObject({
      applicationName: 'Kiosk',
      hint: child.hint,
    });
  });

  it('all are given or none: one that is revoked or there already refuses the others', async () => {
    const { key } = await makeKey(world, subjects);
    const { key: revoked } = await makeKey(world, subjects, { name: 'Gone' });
    await world.call('keys.revoke', { keyId: revoked.keyId, reason: 'other' });
    const keyIds = [key.keyId, revoked.keyId];
    expect(await world.refusal('keys.transfer', { keyIds, applicationId: kiosk.id })).toMatchObject({
      code: 'WRONG_STATUS',
      message: expect.stringContaining('“Gone” is revoked') as string,
    });
    expect(await world.call('keys.get', { keyId: key.keyId })).toMatchObject({ partnerName: 'Acme' });
    expect(
      await world.refusal('keys.transfer', {
        keyIds: [key.keyId],
        applicationId: subjects.application.id,
      }),
    ).toMatchObject({ code: 'WRONG_STATUS' });
    expect(await events('keys.transfer')).toEqual([]);
  });
});

it('nothing is given to or from sample data, which are removed with all that hangs on them', async () => {
  const { key } = await makeKey(world, subjects);
  const own = { applicationId: subjects.application.id, partnerId: bolt.id };
  const toKiosk = { keyIds: [key.keyId], applicationId: kiosk.id };
  for (const sample of [bolt, subjects.partner]) {
    world.db.store.put(
      'samples',
      JSON.stringify({ partnerIds: [sample.id], serviceId: subjects.service.id }),
    );
    for (const error of [
      await world.refusal('applications.transfer', own),
      await world.refusal('keys.transfer', toKiosk),
    ])
      expect(error).toMatchObject({
        code: 'WRONG_STATUS',
        message: expect.stringContaining('ample') as string,
      });
  }
  world.db.store.delete('samples');
  expect(await world.call('keys.transfer', toKiosk)).toMatchObject({ transferred: 1 });
});

describe('applications.split', () => {
  it('makes a second application of the same partner with the chosen keys, in one command', async () => {
    const { key } = await makeKey(world, subjects);
    const { key: stays } = await makeKey(world, subjects, { name: 'Stays' });
    const half = await world.call('applications.split', {
      applicationId: subjects.application.id,
      name: 'Data feed mobile',
      slug: 'feedmobile',
      contactEmail: 'mobile@acme.example',
      keyIds: [key.keyId],
    });
    expect(half).toMatchObject({ partnerName: 'Acme', keyCount: 1, slug: 'feedmobile' });
    expect(await world.call('keys.get', { keyId: key.keyId })).toMatchObject({
      applicationName: 'Data feed mobile',
      contactEmail: 'mobile@acme.example',
      hint: key.hint,
    });
    expect(await world.call('keys.get', { keyId: stays.keyId })).toMatchObject({
      applicationName: 'Data feed',
    });
    expect(await events('applications.split')).toMatchObject([
      { after: { fromName: 'Data feed', keyCount: 1 } },
    ]);
    expect(await events('keys.transfer')).toHaveLength(1);
  });

  it('leaves nothing behind when a key is of another application or the slug is taken', async () => {
    const { key } = await makeKey(world, { ...subjects, application: kiosk });
    const input = {
      applicationId: subjects.application.id,
      name: 'Half',
      slug: 'half',
      contactEmail: 'half@acme.example',
      keyIds: [key.keyId],
    };
    expect(await world.refusal('applications.split', input)).toMatchObject({ code: 'WRONG_STATUS' });
    expect(await world.refusal('applications.split', { ...input, slug: 'kiosk' })).toMatchObject({
      code: 'SLUG_TAKEN',
    });
    const { items } = await world.call('applications.list', { partnerId: subjects.partner.id });
    expect(items.map(({ name }) => name)).toEqual(['Data feed']);
  });
});
