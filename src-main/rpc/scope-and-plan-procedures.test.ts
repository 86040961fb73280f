import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey, makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const NO_SERVICE = 'svc_0000000000000000';

let world: TestWorld;
beforeEach(() => {
  world = createTestWorld();
});
afterEach(() => {
  world.close();
});

describe('scopes', () => {
  const RULES = [{ effect: 'allow', methods: ['*'], path: '/offers/**' }] as const;

  it('are created under a service, listed and changed', async () => {
    const { service, scope } = await makeSubjects(world);
    const offers = await world.call('scopes.create', { serviceId: service.id, name: 'offers', rules: RULES });
    expect(offers).toMatchObject({ rules: RULES, description: '', keyCount: 0 });
    const changed = await world.call('scopes.update', {
      scopeId: offers.id,
      name: 'offers:all',
      description: 'All',
    });
    expect(changed).toMatchObject({ name: 'offers:all', description: 'All', rules: RULES });
    expect((await world.call('scopes.list', { serviceId: service.id })).items).toEqual([scope, changed]);
    expect((await world.call('scopes.list', {})).items).toHaveLength(2);
    expect((await world.call('scopes.list', { serviceId: NO_SERVICE })).items).toEqual([]);
    const { items } = await world.call('audit.list', { filter: { subjectId: offers.id } });
    expect(items.map((event) => [event.action, event.before])).toEqual([
      ['scopes.update', { name: 'offers', description: '' }],
      ['scopes.create', null],
    ]);
  });

  it('have a name of their own within a service', async () => {
    const { service, scope } = await makeSubjects(world);
    const input = { serviceId: service.id, name: scope.name, rules: RULES };
    expect(await world.refusal('scopes.create', input)).toMatchObject({
      code: 'NAME_TAKEN',
      fields: [{ path: 'name' }],
    });
    const offers = await world.call('scopes.create', { ...input, name: 'offers' });
    expect(await world.refusal('scopes.update', { scopeId: offers.id, name: scope.name })).toMatchObject({
      code: 'NAME_TAKEN',
    });
    const other = await world.call('services.create', { name: 'Other', slug: 'other' });
    await world.call('scopes.create', { ...input, serviceId: other.service.id });
  });

  it('name the rule whose path is no pattern', async () => {
    const { service, scope } = await makeSubjects(world);
    const rules = [...RULES, { effect: 'deny', methods: ['GET'], path: '/a/**/b' }];
    for (const [name, input] of [
      ['scopes.create', { serviceId: service.id, name: 'offers', rules }],
      ['scopes.update', { scopeId: scope.id, rules }],
    ] as const) {
      expect(await world.refusal(name, input)).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: 'rules.1.path' }],
      });
    }
  });

  it('need a service, an id that exists and at least one rule', async () => {
    const { service } = await makeSubjects(world);
    const input = { serviceId: NO_SERVICE, name: 'offers', rules: RULES };
    expect(await world.refusal('scopes.create', input)).toMatchObject({ code: 'SERVICE_NOT_FOUND' });
    expect(
      await world.refusal('scopes.create', { ...input, serviceId: service.id, rules: [] }),
    ).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'rules' }],
    });
    for (const name of ['scopes.update', 'scopes.delete'] as const) {
      const error = await world.refusal(name, { scopeId: 'scp_0000000000000000' });
      expect(error).toMatchObject({ code: 'SCOPE_NOT_FOUND' });
    }
  });

  it('cannot be deleted while a key holds them, nor while that key could be restored', async () => {
    const subjects = await makeSubjects(world);
    const { scope } = subjects;
    const { key } = await makeKey(world, subjects);
    expect((await world.call('scopes.list', {})).items[0]?.keyCount).toBe(1);
    const error = await world.refusal('scopes.delete', { scopeId: scope.id });
    expect(error).toMatchObject({ code: 'SCOPE_IN_USE' });
    expect(error.message).toContain('1 key');
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'replaced' });
    expect(await world.refusal('scopes.delete', { scopeId: scope.id })).toMatchObject({
      code: 'SCOPE_IN_USE',
    });
    world.advance(10 * 60_000);
    expect(await world.call('scopes.delete', { scopeId: scope.id })).toEqual({ deleted: true });
    expect((await world.call('scopes.list', {})).items).toEqual([]);
    expect((await world.call('keys.get', { keyId: key.keyId })).scopeIds).toEqual([]);
  });
});

describe('plans', () => {
  const RATE = { limit: 600, windowMs: 60_000 };
  const QUOTA = { limit: 250_000, period: 'month' } as const;
  const NAMED = { name: 'burst', limit: 1, windowMs: 1_000 };
  const MONTHLY = { limit: 1, period: 'month' };

  it('are created, listed with their keys and changed', async () => {
    const subjects = await makeSubjects(world);
    const plan = await world.call('plans.create', { name: 'Partner', rateLimit: RATE, quota: QUOTA });
    expect(plan).toMatchObject({ rateLimit: RATE, quota: QUOTA, keyCount: 0 });
    await world.call('plans.create', { name: 'Internal' });
    await makeKey(world, subjects, { planId: plan.id });
    const { items } = await world.call('plans.list', {});
    const shipped = ['external', 'federal', 'first_party'];
    const own = items.filter((item) => !shipped.includes(item.name));
    expect(own.map((item) => [item.name, item.keyCount])).toEqual([
      ['Internal', 0],
      ['Partner', 1],
    ]);
    const changed = await world.call('plans.update', { planId: plan.id, quota: null });
    expect(changed).toMatchObject({ rateLimit: RATE, quota: null, keyCount: 1 });
    const events = await world.call('audit.list', { filter: { action: 'plans.update' } });
    expect(events.items).toMatchObject([{ before: { quota: QUOTA }, after: { quota: null } }]);
  });

  it('external, federal and first_party are there from the beginning, with limits of different size', async () => {
    const { items } = await world.call('plans.list', {});
    expect(items.map(({ name, rateLimit, quota }) => [name, rateLimit?.limit, quota?.limit])).toEqual([
      ['external', 600, 250_000],
      ['federal', 1_200, 1_000_000],
      ['first_party', 6_000, undefined],
    ]);
    expect(items[0]).toMatchObject({
      rateLimit: { windowMs: 60_000 },
      rateLimits: [],
      quota: { period: 'month', timeZone: 'UTC', resetDay: 1, isSoft: false, by: 'key' },
    });
    const [external] = items;
    const changed = await world.call('plans.update', {
      planId: external?.id ?? '',
      name: 'outside',
    });
    expect(changed).toMatchObject({ name: 'outside', rateLimit: RATE });
  });

  it('hold several named limits, and a quota with its own calendar; the event tells what changed', async () => {
    const burst = { name: 'burst', limit: 10, windowMs: 1_000 };
    const quota = { ...QUOTA, timeZone: 'Europe/Berlin', resetDay: 15, isSoft: true, by: 'partner' } as const;
    const plan = await world.call('plans.create', { name: 'Partner', rateLimits: [burst], quota });
    expect(plan.rateLimits).toEqual([{ ...burst, by: 'key', isSoft: false }]);
    expect(plan.quota).toEqual(quota);
    const shared = { name: 'all', limit: 9, windowMs: 60_000, by: 'application' } as const;
    const changed = await world.call('plans.update', { planId: plan.id, rateLimits: [shared] });
    expect(changed.rateLimits).toEqual([{ ...shared, isSoft: false }]);
    const { items } = await world.call('plans.list', {});
    expect(items.find(({ id }) => id === plan.id)).toEqual(changed);
    const [event] = (await world.call('audit.list', { filter: { action: 'plans.update' } })).items;
    expect(event?.before).toEqual({ rateLimits: plan.rateLimits });
    expect(event?.after).toEqual({ rateLimits: changed.rateLimits });
  });

  it.each([
    ['a name twice', { rateLimits: [NAMED, NAMED] }, 'rateLimits.1.name', 'This name is given twice.'],
    ['the name default', { rateLimits: [{ ...NAMED, name: 'default' }] }, 'rateLimits.0.name', 'default'],
    ['a name with a space', { rateLimits: [{ ...NAMED, name: 'a b' }] }, 'rateLimits.0.name', 'letters'],
    ['an unknown owner', { rateLimits: [{ ...NAMED, by: 'country' }] }, 'rateLimits.0.by', 'partner'],
    [
      'too many',
      { rateLimits: Array.from({ length: 11 }, (_, n) => ({ ...NAMED, name: `n${String(n)}` })) },
      'rateLimits',
      '10',
    ],
    [
      'an unknown zone',
      { quota: { ...MONTHLY, timeZone: 'Europe/Atlantis' } },
      'quota.timeZone',
      'Europe/Berlin',
    ],
    ['an offset as a zone', { quota: { ...MONTHLY, timeZone: '+02:00' } }, 'quota.timeZone', 'Europe/Berlin'],
    ['day 32', { quota: { ...MONTHLY, resetDay: 32 } }, 'quota.resetDay', '31'],
    [
      'a reset day of a daily quota',
      { quota: { limit: 1, period: 'day', resetDay: 2 } },
      'quota.resetDay',
      'month',
    ],
    [
      'a limit whose endpoint is no pattern',
      { rateLimits: [{ name: 'a', limit: 1, windowMs: 1_000, only: { methods: ['*'], path: '/a/**/b' } }] },
      'rateLimits.0.only.path',
      '**',
    ],
    ['a quota by address', { quota: { ...MONTHLY, by: 'clientIp' } }, 'quota.by', 'application'],
  ])('refuse %s, naming the field', async (_what, fields, path, words) => {
    const error = await world.refusal('plans.create', { name: 'X', ...fields });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path }] });
    expect(error.fields?.[0]?.message).toContain(words);
  });

  it('have a name of their own, sane limits and an id that exists', async () => {
    const plan = await world.call('plans.create', { name: 'Partner' });
    const other = await world.call('plans.create', { name: 'Other' });
    expect(await world.refusal('plans.create', { name: 'partner' })).toMatchObject({ code: 'NAME_TAKEN' });
    expect(await world.refusal('plans.update', { planId: other.id, name: plan.name })).toMatchObject({
      code: 'NAME_TAKEN',
    });
    expect(await world.refusal('plans.update', { planId: 'pln_0000000000000000' })).toMatchObject({
      code: 'PLAN_NOT_FOUND',
    });
    expect(
      await world.refusal('plans.create', { name: 'X', rateLimit: { limit: 0, windowMs: 60_000 } }),
    ).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'rateLimit.limit' }] });
    expect(
      await world.refusal('plans.create', { name: 'X', quota: { limit: 1, period: 'year' } }),
    ).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'quota.period' }] });
  });
});
