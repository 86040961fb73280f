import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const deletePartner = () => ({ partnerId: subjects.partner.id });
const deleteApplication = () => ({ applicationId: subjects.application.id });

describe('deleting a partner or an application', () => {
  it('S19.5 with live keys is refused with their list, and nothing goes', async () => {
    const { key } = await makeKey(world, subjects);
    const { key: second } = await makeKey(world, subjects, { name: 'Kiosk' });
    const { key: gone } = await makeKey(world, subjects, { name: 'Gone' });
    await world.call('keys.revoke', { keyId: gone.keyId, reason: 'other' });
    const refusals = [
      await world.refusal('partners.delete', deletePartner()),
      await world.refusal('applications.delete', deleteApplication()),
    ];
    for (const error of refusals) {
      expect(error).toMatchObject({
        code: 'HAS_KEYS',
        fields: [
          { path: 'keys.0', message: `“Kiosk” (${second.keyId})` },
          { path: 'keys.1', message: `“Warehouse sync” (${key.keyId})` },
        ],
      });
      expect(error.message).toContain('it has 3 keys, not all of them revoked');
    }
    expect(await world.call('partners.get', deletePartner())).toMatchObject({ keyCount: 2 });
    expect((await world.call('keys.get', { keyId: key.keyId })).partnerName).toBe('Acme');
    const { items } = await world.call('audit.list', { filter: { action: 'partners.delete' } });
    expect(items).toEqual([]);
  });

  it('with revoked keys is refused too: they stay, with who they belonged to', async () => {
    const { key } = await makeKey(world, subjects);
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
    world.advance(400 * 86_400_000);
    for (const error of [
      await world.refusal('partners.delete', deletePartner()),
      await world.refusal('applications.delete', deleteApplication()),
    ]) {
      expect(error).toMatchObject({ code: 'HAS_KEYS', fields: [] });
      expect(error.message).toContain('it has 1 key, revoked ones only');
    }
    expect((await world.call('keys.get', { keyId: key.keyId })).partnerName).toBe('Acme');
  });

  it('without keys takes the applications along, frees names and slugs, and the trail keeps what was there', async () => {
    await world.call('partners.delete', deletePartner());
    expect(await world.refusal('partners.get', deletePartner())).toMatchObject({ code: 'PARTNER_NOT_FOUND' });
    expect((await world.call('applications.list', {})).items).toEqual([]);
    const { items } = await world.call('audit.list', { filter: { action: 'partners.delete' } });
    expect(items).toMatchObject([
      {
        subject: { kind: 'partner', id: subjects.partner.id, name: 'Acme' },
        before: {
          contactEmail: 'api@acme.example',
          applications: [{ id: subjects.application.id, slug: 'datafeed' }],
        },
      },
    ]);
    const again = await world.call('partners.create', {
      ...{ name: 'Acme', tier: 'external', contactEmail: 'api@acme.example' },
    });
    await world.call('applications.create', {
      ...{ partnerId: again.id, name: 'Data feed', slug: 'datafeed', contactEmail: 'f@acme.example' },
    });
  });

  it('of an application leaves its partner and the others', async () => {
    const other = await world.call('applications.create', {
      ...{ partnerId: subjects.partner.id, name: 'Shop', slug: 'shop', contactEmail: 's@acme.example' },
    });
    await makeKey(world, subjects, { applicationId: other.id });
    await world.call('applications.delete', deleteApplication());
    expect((await world.call('applications.list', {})).items.map(({ name }) => name)).toEqual(['Shop']);
    const { items } = await world.call('audit.list', { filter: { action: 'applications.delete' } });
    expect(items).toMatchObject([{ before: { slug: 'datafeed', partnerId: subjects.partner.id } }]);
    for (const name of ['partners.delete', 'applications.delete'] as const) {
      const input = name === 'partners.delete' ? deletePartner() : deleteApplication();
      const code = name === 'partners.delete' ? 'HAS_KEYS' : 'APPLICATION_NOT_FOUND';
      expect(await world.refusal(name, input)).toMatchObject({ code });
      expect(await world.refusal(name, input, 'issuer')).toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('S19.1 a key always has somebody who can be reached', () => {
  it.each([null, '', ' ', 'nobody'])(
    'no partner and no application can be left with the contact %j',
    async (none) => {
      const bad = { code: 'INVALID_INPUT', fields: [{ path: 'contactEmail' }] };
      const named = { name: 'Bolt', contactEmail: none };
      const calls = [
        ['partners.create', { ...named, tier: 'external' }],
        ['partners.update', { ...deletePartner(), contactEmail: none }],
        ['applications.create', { ...named, partnerId: subjects.partner.id, slug: 'bolt' }],
        ['applications.update', { ...deleteApplication(), contactEmail: none }],
      ] as const;
      for (const [name, input] of calls) expect(await world.refusal(name, input), name).toMatchObject(bad);
      const text = `name,e-mail\nBolt,${none ?? ''}\n`;
      expect((await world.call('partners.import', { text })).rows).toEqual([]);
      const { key } = await makeKey(world, subjects);
      expect(key.contactEmail).toBe('feed@acme.example');
    },
  );
});
