import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CallInput, Output } from '#contract/contract.ts';
import { HYGIENE_KINDS, type HygieneKind } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import { HYGIENE_FILTERS } from '#main/hygiene/hygiene-filters.ts';
import { addDataFeed, callsOf } from './house-calls.test-support.ts';
import { openHouse, post } from './house.test-support.ts';
import type { House } from './house.test-support.ts';

const DAY_MS = 86_400_000;

let house: House;
const call = callsOf(() => house);
let serviceToken = '';
const texts = new Map<string, string>();
const ids = new Map<string, KeyId>();

/** A busy machine may make the server shed load: that is no decision, and is asked again. */
async function use(name: string, clientIp: string, userAgent: string): Promise<void> {
  const body = { key: texts.get(name), method: 'GET', path: '/inventory/1', clientIp, userAgent };
  const decision = z.object({ valid: z.boolean() });
  while (!decision.safeParse(await post(`${house.service.url}/v1/verify`, serviceToken, body)).success) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeAll(async () => {
  house = await openHouse();
  await call('settings.update', { requestRetentionDays: 60 });
  const applicationId = await addDataFeed(call);
  const { service, token } = await call('services.create', { name: 'Trade', slug: 'trade' });
  serviceToken = token ?? '';
  const scope = await call('scopes.create', {
    serviceId: service.id,
    name: 'all',
    rules: [
      { effect: 'allow', methods: ['GET'], path: '/inventory/**' },
      { effect: 'allow', methods: ['POST'], path: '/offers' },
      { effect: 'deny', methods: ['GET'], path: '/inventory/secret' },
    ],
  });
  const plan = await call('plans.create', { name: 'Small', quota: { limit: 1_000, period: 'day' } });
  const now = house.core.clock.nowMs();
  const kinds: Readonly<Record<string, Partial<CallInput<'keys.create'>>>> = {
    shared: { planId: plan.id },
    fleet: { planId: plan.id },
    idle: { planId: plan.id },
    'never used': { planId: plan.id },
    endless: { planId: plan.id, expiresAt: null, noExpiryReason: 'Device' },
    unlimited: {},
    ending: { planId: plan.id, expiresAt: now + 40 * DAY_MS },
    'fits exactly': {
      planId: plan.id,
      scopeIds: [],
      rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
    },
    gone: {},
  };
  for (const [name, changes] of Object.entries(kinds)) {
    const { key, secret } = await call('keys.create', {
      applicationId,
      name,
      environment: 'live',
      scopeIds: [scope.id],
      expiresAt: now + 300 * DAY_MS,
      ...changes,
    });
    texts.set(name, secret ?? '');
    ids.set(name, key.keyId);
  }
  await use('idle', '203.0.113.1', 'curl/8');
  for (let day = 0; day < 33; day += 1) {
    house.tick(DAY_MS);
    for (const name of ['shared', 'endless', 'unlimited', 'ending', 'fits exactly']) {
      await use(name, `203.0.113.${String(day + 1)}`, `curl/8.${String(day)}`);
    }
    for (let n = 0; n < 6; n += 1) await use('fleet', `10.${String(day)}.${String(n)}.1`, 'device/1');
  }
  house.tick(DAY_MS + 1_000);
  for (const [clientIp, agent] of [
    ['203.0.113.200', 'curl/9'],
    ['198.51.100.7', 'python-requests/2.31'],
    ['192.0.2.9', 'PostmanRuntime/7'],
  ] as const) {
    await use('shared', clientIp, agent);
  }
  for (let n = 0; n < 7; n += 1) await use('fleet', `10.99.${String(n)}.1`, 'device/1');
  await call('keys.revoke', { keyId: ids.get('gone') ?? '', reason: 'other' });
}, 60_000);
afterAll(() => house.close());

const board = async (): Promise<ReadonlyMap<HygieneKind, Output<'hygiene.board'>['items'][number]>> => {
  for (;;) {
    const { items } = await call('hygiene.board', {});
    // A busy machine takes longer to read the log than the board waits for it.
    if (items.every(({ missing }) => missing === null))
      return new Map(items.map((item) => [item.kind, item]));
  }
};

describe('the hygiene board', () => {
  test('every figure is the number of rows behind its link, and the keys are the first of them', async () => {
    const items = await board();
    expect([...items.keys()]).toEqual([...HYGIENE_KINDS]);
    for (const kind of HYGIENE_KINDS) {
      const page = await call('keys.list', { filter: HYGIENE_FILTERS[kind] });
      expect(items.get(kind)?.count, kind).toBe(page.total);
      expect(items.get(kind)?.keys.map(({ keyId }) => keyId)).toEqual(
        page.items.slice(0, 5).map(({ keyId }) => keyId),
      );
    }
  });

  test('names the keys of each kind, and none that are stopped', async () => {
    const items = await board();
    const names = (kind: HygieneKind) => items.get(kind)?.keys.map(({ name }) => name);
    expect(names('neverUsed')).toEqual(['never used']);
    expect(names('idle')).toEqual(['idle']);
    expect(names('noExpiry')).toEqual(['endless']);
    expect(names('noLimit')).toEqual(['unlimited']);
    expect(names('nearExpiry')).toEqual(['ending']);
    expect(names('missingContact')).toEqual([]);
  });

  test('suspects the key that suddenly has many networks, says why in figures, and not the fleet that always had many', async () => {
    const { keys = [], count } = (await board()).get('sharing') ?? {};
    expect(count).toBe(1);
    expect(keys).toMatchObject([
      {
        name: 'shared',
        sharing: {
          callers: 3,
          callersADay: 1,
          networks: 3,
          networksADay: 1,
          newNetworks: ['192.0.2.0/24', '198.51.100.0/24'],
          agents: 3,
          agentsADay: 1,
          newAgents: ['postmanruntime', 'python-requests'],
          baselineDays: 28,
        },
      },
    ]);
  });

  test('tells the distinct callers of each key that is asked about, in a day and in a week, and says nothing of unused ones', async () => {
    const asked = ['shared', 'fleet', 'never used'].map((name) => ids.get(name) ?? '');
    const [shared, fleet, unused] = await call('hygiene.callers', { keyIds: asked });
    // One caller a day for a week before the three of the last 24 hours; the last whole day lies between them.
    expect(shared).toMatchObject({ isSuspected: true, evidence: { callers: 3, callersADay: 1 } });
    expect(shared?.evidence?.callersWeek).toBeGreaterThanOrEqual(3 + 6);
    expect(shared?.evidence?.callersWeek).toBeLessThanOrEqual(3 + 7);
    expect(fleet).toMatchObject({ isSuspected: false, evidence: { callers: 7, callersADay: 6 } });
    expect(unused).toEqual({ keyId: ids.get('never used'), isSuspected: false, evidence: null });
  });

  test('over-scoped keys are those in use with an allow rule that decided nothing; it names the rule', async () => {
    const { keys = [], count } = (await board()).get('overScoped') ?? {};
    expect(count).toBe(5);
    const names = keys.map(({ name }) => name);
    expect(names).toEqual(['ending', 'endless', 'fleet', 'shared', 'unlimited']);
    for (const key of keys) expect(key.unusedRules).toEqual(['allow POST /offers (all)']);
  });

  test('a remedy shows at once: a key that gets an expiry is no longer listed', async () => {
    const keyId = ids.get('endless') ?? ('' as KeyId);
    const expiresAt = house.core.clock.nowMs() + 90 * DAY_MS;
    const done = await call('keys.bulk', {
      keyIds: [keyId],
      action: { kind: 'extend', expiresAt, endless: true },
    });
    expect((await board()).get('noExpiry')?.count).toBe(0);
    if (done.undo === null) throw new Error('It can be undone.');
    await call('keys.bulk', { keyIds: [keyId], action: done.undo });
    expect((await board()).get('noExpiry')?.count).toBe(1);
    expect((await call('keys.get', { keyId })).noExpiryReason).toBe('Device');
  });

  test('a bulk plan limits keys without a limit, and its undo takes the plan away', async () => {
    const keyId = ids.get('unlimited') ?? ('' as KeyId);
    const [plan] = (await call('plans.list', {})).items;
    const done = await call('keys.bulk', {
      keyIds: [keyId],
      action: { kind: 'plan', planId: plan?.id ?? null },
    });
    expect((await board()).get('noLimit')?.count).toBe(0);
    if (done.undo === null) throw new Error('It can be undone.');
    await call('keys.bulk', { keyIds: [keyId], action: done.undo });
    expect((await board()).get('noLimit')?.count).toBe(1);
  });
});
