import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract, type ProcedureName } from '#contract/contract.ts';
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

/** Inputs as callers outside write them, which the types here do not name. */
const send = (name: ProcedureName, input: object): Promise<unknown> => world.call(name, input);

describe('the own id of a subject', () => {
  it('may be called id in get, update, delete, rotateToken and revoke', async () => {
    const { partner, application, service, scope } = subjects;
    const plan = await world.call('plans.create', { name: 'Small' });
    const endpoint = await world.call('endpoints.add', { serviceId: service.id, method: 'GET', path: '/a' });
    const { adminToken } = await world.call('tokens.create', { name: 'CI', role: 'viewer' });
    expect(await send('partners.get', { id: partner.id })).toEqual(
      await send('partners.get', { partnerId: partner.id }),
    );
    expect(await send('partners.update', { id: partner.id, note: 'N' })).toMatchObject({ note: 'N' });
    expect(await send('applications.get', { id: application.id })).toMatchObject({ id: application.id });
    expect(await send('applications.update', { id: application.id, note: 'N' })).toMatchObject({ note: 'N' });
    expect(await send('services.get', { id: service.id })).toMatchObject({ id: service.id });
    expect(await send('services.update', { id: service.id, name: 'New' })).toMatchObject({ name: 'New' });
    expect(await send('services.rotateToken', { id: service.id })).toMatchObject({
      service: { name: 'New' },
    });
    expect(await send('scopes.update', { id: scope.id, description: 'D' })).toMatchObject({
      description: 'D',
    });
    expect(await send('plans.update', { id: plan.id, name: 'Big' })).toMatchObject({ name: 'Big' });
    expect(await send('endpoints.delete', { id: endpoint.id })).toEqual({ deleted: true });
    expect(await send('scopes.delete', { id: scope.id })).toEqual({ deleted: true });
    expect(await send('tokens.revoke', { id: adminToken.id })).toMatchObject({ id: adminToken.id });
  });

  it('is refused where it means nothing or comes twice, and its problem names the field of the contract', async () => {
    const { partner } = subjects;
    const fields = async (name: ProcedureName, input: object) =>
      (await world.refusal(name, input)).fields ?? [];
    expect(await fields('partners.get', { id: 'nonsense' })).toMatchObject([{ path: 'partnerId' }]);
    expect(await fields('partners.get', { id: partner.id, partnerId: partner.id })).toMatchObject([
      { path: 'id' },
    ]);
    expect(await fields('partners.list', { id: partner.id })).toMatchObject([{ path: 'id' }]);
    const paths = (await fields('applications.create', { id: partner.id })).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['partnerId', 'id']));
  });
});

describe('lists', () => {
  it('of keys take one status or several, and a limit above the maximum as the maximum', async () => {
    const { key } = await makeKey(world, subjects);
    const other = await makeKey(world, subjects, { name: 'Other' });
    await world.call('keys.suspend', { keyId: other.key.keyId, reason: 'Odd' });
    const ids = async (input: object) => {
      const { items } = (await send('keys.list', input)) as { items: readonly { keyId: string }[] };
      return items.map(({ keyId }) => keyId);
    };
    expect(await ids({ filter: { status: 'active' } })).toEqual([key.keyId]);
    expect(await ids({ filter: { status: ['active'] } })).toEqual([key.keyId]);
    expect(await ids({ limit: 1_000_000 })).toHaveLength(2);
    expect(await world.refusal('keys.list', { filter: { status: 'odd' } })).toMatchObject({
      fields: [{ path: 'filter.status' }],
    });
  });

  it('clamp a limit above the maximum and refuse one below 1', async () => {
    for (const name of ['keys.list', 'requests.list', 'audit.list'] as const) {
      const { input } = contract[name];
      expect(input.parse({ limit: 501 }).limit).toBe(500);
      expect(input.parse({ limit: 7 }).limit).toBe(7);
      expect(input.parse({}).limit).toBe(100);
      for (const limit of [0, -1, 1.5]) expect(input.safeParse({ limit }).success).toBe(false);
    }
    expect((await world.call('audit.list', { limit: 9_999 })).items.length).toBeGreaterThan(0);
  });

  it('of requests take a status class as 2xx, 2 or "2" and a method in any case', () => {
    const filter = (input: object) => contract['requests.list'].input.parse({ filter: input }).filter;
    for (const responseStatusClass of ['2xx', 2, '2']) {
      expect(filter({ responseStatusClass })).toEqual({ responseStatusClass: '2xx' });
    }
    expect(filter({ method: 'get' })).toEqual({ method: 'GET' });
    const bad = [
      { responseStatusClass: 6 },
      { responseStatusClass: '20' },
      { responseStatusClass: 2.5 },
      { method: 'GOT' },
    ];
    for (const input of bad) {
      expect(contract['requests.list'].input.safeParse({ filter: input }).success).toBe(false);
    }
  });
});

describe('null', () => {
  it('counts as absent for what has no null of its own when a key or an application is made', async () => {
    const { partner, application } = subjects;
    const empty = {
      rules: null,
      note: null,
      tags: null,
      meta: null,
      scopeIds: null,
      ipAllow: null,
      originAllow: null,
    };
    const wanted = { applicationId: application.id, name: 'K', environment: 'live', expiresAt: null };
    expect(await send('keys.create', { ...wanted, ...empty })).toMatchObject({
      key: { rules: [], note: '', tags: [], meta: {}, scopeIds: [], ipAllow: [], originAllow: [] },
    });
    const made = { partnerId: partner.id, name: 'Second', slug: 'second', contactEmail: 'b@acme.example' };
    expect(await send('applications.create', { ...made, note: null, externalId: null })).toMatchObject({
      note: '',
      externalId: null,
    });
    // expiresAt says something with null, so it cannot be left out; and a change to null is no change that exists.
    const { expiresAt: _, ...unsaid } = wanted;
    expect(await world.refusal('keys.create', unsaid)).toMatchObject({ fields: [{ path: 'expiresAt' }] });
    expect(await world.refusal('keys.create', { ...wanted, tags: ['a b'] })).toMatchObject({
      fields: [{ path: 'tags.0' }],
    });
  });
});

describe('names', () => {
  it.each(['Inventory/Items:Read', 'a', 'orders/v2:*'])('of scopes may be %s', async (name) => {
    const rules = [{ effect: 'allow', methods: ['GET'], path: '/x' }];
    const scope = { serviceId: subjects.service.id, name, rules };
    expect(await send('scopes.create', scope)).toMatchObject({ name });
  });

  it.each(['First-Party', 'tier-1', 'GOLD_2'])('of tiers may be %s', async (tier) => {
    expect(await send('partners.create', { name: 'B', tier, contactEmail: 'b@b.example' })).toMatchObject({
      tier,
    });
  });

  it.each(['', '-a', 'with space', 'a'.repeat(33)])('of tiers may not be "%s"', async (tier) => {
    const error = await world.refusal('partners.create', { name: 'B', tier, contactEmail: 'b@b.example' });
    expect(error.fields).toMatchObject([{ path: 'tier' }]);
  });
});
