import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const ACME = { name: 'Acme', tier: 'external', contactEmail: 'api@acme.example' };
const NO_PARTNER = 'par_0000000000000000';
const NO_APPLICATION = 'app_0000000000000000';

let world: TestWorld;
beforeEach(() => {
  world = createTestWorld();
});
afterEach(() => {
  world.close();
});

describe('partners', () => {
  it('are created, listed by name, read and changed', async () => {
    const acme = await world.call('partners.create', { ...ACME, note: 'First one' });
    await world.call('partners.create', { ...ACME, name: 'aardvark' });
    expect(acme).toMatchObject({
      ...ACME,
      contactName: null,
      note: 'First one',
      keyCount: 0,
      createdAt: world.nowMs(),
    });
    const { items } = await world.call('partners.list', {});
    expect(items.map((partner) => partner.name)).toEqual(['aardvark', 'Acme']);
    world.advance(1_000);
    const changed = await world.call('partners.update', { partnerId: acme.id, contactName: 'Jo Doe' });
    expect(changed).toEqual({ ...acme, contactName: 'Jo Doe', updatedAt: world.nowMs() });
    expect(await world.call('partners.get', { partnerId: acme.id })).toEqual(changed);
  });

  it('are found by part of name, contact or tier, whatever the case', async () => {
    await world.call('partners.create', { ...ACME, contactName: 'Jo Größe' });
    await world.call('partners.create', { ...ACME, name: 'Globex', contactEmail: 'x@globex.example' });
    for (const text of ['ACM', 'jo GRÖSSE'.replace('SS', 'ß'), 'api@acme', ' acme ']) {
      const { items } = await world.call('partners.list', { text });
      expect(
        items.map((partner) => partner.name),
        text,
      ).toEqual(['Acme']);
    }
    expect((await world.call('partners.list', { text: 'nobody' })).items).toEqual([]);
  });

  it('have a recipient key that can be set, changed and taken away, and the trail says so', async () => {
    const recipientKey = await identityToRecipient(await generateX25519Identity());
    const acme = await world.call('partners.create', { ...ACME, recipientKey: ` ${recipientKey} ` });
    expect(acme.recipientKey).toBe(recipientKey);
    const renamed = await world.call('partners.update', { partnerId: acme.id, name: 'Acme Ltd' });
    expect(renamed.recipientKey).toBe(recipientKey);
    const without = await world.call('partners.update', { partnerId: acme.id, recipientKey: null });
    expect(without.recipientKey).toBe(null);
    const { items } = await world.call('audit.list', { filter: { subjectId: acme.id } });
    expect(items[0]).toMatchObject({ before: { recipientKey }, after: { recipientKey: null } });
  });

  it('take no private key and no slip for a recipient key, and keep nothing of either', async () => {
    const identity = await generateX25519Identity();
    const slip = `age1${'q'.repeat(58)}`;
    for (const recipientKey of [identity, slip, 'ssh-ed25519 AAAA', 'age1']) {
      const error = await world.refusal('partners.create', { ...ACME, recipientKey });
      expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'recipientKey' }] });
      expect(JSON.stringify(error)).not.toContain(identity.slice(16));
    }
    expect(world.db.handle.serialize().includes(identity.slice(16))).toBe(false);
    expect(world.logLines.join('')).not.toContain(identity.slice(16));
  });

  it('have unique names, whatever the case', async () => {
    const acme = await world.call('partners.create', ACME);
    const globex = await world.call('partners.create', { ...ACME, name: 'Globex' });
    const error = await world.refusal('partners.create', { ...ACME, name: 'ACME' });
    expect(error).toMatchObject({ code: 'NAME_TAKEN', fields: [{ path: 'name' }] });
    expect(await world.refusal('partners.update', { partnerId: globex.id, name: 'acme' })).toMatchObject({
      code: 'NAME_TAKEN',
    });
    // Its own name is free for itself.
    await world.call('partners.update', { partnerId: acme.id, name: 'ACME' });
  });

  it('count their applications and the keys that are not revoked', async () => {
    const subjects = await makeSubjects(world);
    const { key } = await makeKey(world, subjects);
    await makeKey(world, subjects, { name: 'Second' });
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
    expect(await world.call('partners.get', { partnerId: subjects.partner.id })).toMatchObject({
      applicationCount: 1,
      keyCount: 1,
    });
  });

  it('that do not exist are not found', async () => {
    for (const name of ['partners.get', 'partners.update'] as const) {
      expect(await world.refusal(name, { partnerId: NO_PARTNER })).toMatchObject({
        code: 'PARTNER_NOT_FOUND',
      });
    }
  });

  it.each([
    [{ ...ACME, name: '  ' }, 'name'],
    [{ ...ACME, name: 'evil\u202egnp' }, 'name'],
    [{ ...ACME, name: 'two\u2028lines' }, 'name'],
    [{ ...ACME, tier: 'External!' }, 'tier'],
    [{ ...ACME, contactEmail: 'nobody' }, 'contactEmail'],
  ])('with bad input are refused with the field: %j', async (input, path) => {
    const error = await world.refusal('partners.create', input);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path }] });
    expect((await world.call('partners.list', {})).items).toEqual([]);
  });

  it('leave exactly one audit event a command, with the changed fields only, and announce themselves', async () => {
    const acme = await world.call('partners.create', ACME);
    await world.call('partners.update', { partnerId: acme.id, tier: 'federal', name: 'Acme' });
    await world.refusal('partners.create', ACME);
    const { items } = await world.call('audit.list', {});
    expect(items).toMatchObject([
      {
        action: 'partners.update',
        subject: { kind: 'partner', id: acme.id, name: 'Acme' },
        before: { tier: 'external' },
        after: { tier: 'federal' },
      },
      { action: 'partners.create', before: null, after: { ...ACME, contactName: null, note: '' } },
    ]);
    expect(items[0]?.before).toEqual({ tier: 'external' });
    expect(world.announcements.map((announcement) => announcement.subjects)).toEqual([
      ['partners', 'audit'],
      ['partners', 'audit'],
    ]);
  });
});

describe('applications', () => {
  it('are created under a partner, listed, read and changed', async () => {
    const { partner, application } = await makeSubjects(world);
    expect(application).toMatchObject({ partnerName: 'Acme', slug: 'datafeed', note: '', externalId: null });
    const other = await world.call('partners.create', { ...ACME, name: 'Globex' });
    const changed = await world.call('applications.update', {
      applicationId: application.id,
      name: 'Feed of data',
      externalId: 'crm-17',
    });
    expect(changed).toMatchObject({ name: 'Feed of data', externalId: 'crm-17', slug: 'datafeed' });
    expect(await world.call('applications.get', { applicationId: application.id })).toEqual(changed);
    expect((await world.call('applications.list', {})).items).toEqual([changed]);
    expect((await world.call('applications.list', { partnerId: partner.id })).items).toEqual([changed]);
    expect((await world.call('applications.list', { partnerId: other.id })).items).toEqual([]);
  });

  it('keep their slug: it is inside every key', async () => {
    const { application } = await makeSubjects(world);
    const error = await world.refusal('applications.update', {
      applicationId: application.id,
      slug: 'other',
    });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'slug' }] });
  });

  it('have a slug of their own everywhere and a name of their own within a partner', async () => {
    const { partner, application } = await makeSubjects(world);
    const other = await world.call('partners.create', { ...ACME, name: 'Globex' });
    const input = { partnerId: partner.id, name: 'Shop', slug: 'shop', contactEmail: 'shop@acme.example' };
    expect(await world.refusal('applications.create', { ...input, slug: 'datafeed' })).toMatchObject({
      code: 'SLUG_TAKEN',
      fields: [{ path: 'slug' }],
    });
    expect(await world.refusal('applications.create', { ...input, name: 'DATA FEED' })).toMatchObject({
      code: 'NAME_TAKEN',
      fields: [{ path: 'name' }],
    });
    const shop = await world.call('applications.create', input);
    await world.call('applications.create', { ...input, partnerId: other.id, slug: 'shop2' });
    expect(
      await world.refusal('applications.update', { applicationId: shop.id, name: application.name }),
    ).toMatchObject({ code: 'NAME_TAKEN' });
  });

  it('need a partner and an id that exist', async () => {
    const input = { partnerId: NO_PARTNER, name: 'Shop', slug: 'shop', contactEmail: 'shop@acme.example' };
    expect(await world.refusal('applications.create', input)).toMatchObject({ code: 'PARTNER_NOT_FOUND' });
    for (const name of ['applications.get', 'applications.update'] as const) {
      const error = await world.refusal(name, { applicationId: NO_APPLICATION });
      expect(error).toMatchObject({ code: 'APPLICATION_NOT_FOUND' });
    }
  });

  it.each(['Data', 'data-feed', 'd', 'a'.repeat(25), 'dätä'])('refuse the slug %s', async (slug) => {
    const { partner } = await makeSubjects(world);
    const input = { partnerId: partner.id, name: 'Shop', slug, contactEmail: 'shop@acme.example' };
    expect(await world.refusal('applications.create', input)).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'slug' }],
    });
  });

  it('leave one audit event a command', async () => {
    const { application } = await makeSubjects(world);
    await world.call('applications.update', { applicationId: application.id, note: 'Runs at night' });
    const { items } = await world.call('audit.list', { filter: { subjectKind: 'application' } });
    expect(items.map((event) => [event.action, event.before])).toEqual([
      ['applications.update', { note: '' }],
      ['applications.create', null],
    ]);
  });
});
