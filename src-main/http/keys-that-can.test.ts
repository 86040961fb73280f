import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallInput, Output } from '#contract/contract.ts';
import type { KeyId, ScopeId, ServiceId } from '#contract/ids.ts';
import { verifyResponse } from '#contract/verify.ts';
import { addDataFeed, callsOf } from './house-calls.test-support.ts';
import { openHouse, post } from './house.test-support.ts';
import type { House } from './house.test-support.ts';

const DAY_MS = 86_400_000;
const REQUESTS = [
  ['GET', '/v1/inventory/42'],
  ['POST', '/v1/offers'],
  ['DELETE', '/v1/offers/7'],
  ['GET', '/v1/offers/7'],
  ['PATCH', '/nowhere'],
  ['GET', '/v1/../v1/offers/7'],
] as const;

let house: House;
const call = callsOf(() => house);
const services: { readonly id: ServiceId; readonly token: string }[] = [];
const scopes: ScopeId[] = [];
const keys: { readonly keyId: KeyId; readonly text: string }[] = [];

beforeAll(async () => {
  house = await openHouse();
  await call('settings.update', { failuresMax: 0 });
  const applicationId = await addDataFeed(call);
  for (const slug of ['trade', 'stock']) {
    const { service, token } = await call('services.create', { name: slug, slug });
    services.push({ id: service.id, token: token ?? '' });
    const rules = [
      [{ effect: 'allow', methods: ['GET'], path: '/v1/inventory/**' }],
      [
        { effect: 'allow', methods: ['*'], path: '/v1/offers/**' },
        { effect: 'allow', methods: ['POST'], path: '/v1/offers' },
        { effect: 'deny', methods: ['DELETE'], path: '/v1/offers/*' },
      ],
    ] as const;
    for (const [index, each] of rules.entries()) {
      const scope = await call('scopes.create', {
        serviceId: service.id,
        name: `scope:${String(index)}`,
        rules: each,
      });
      scopes.push(scope.id);
    }
  }
  const now = house.core.clock.nowMs();
  const kinds: readonly Partial<CallInput<'keys.create'>>[] = [
    {},
    { rules: [{ effect: 'deny', methods: ['POST'], path: '/v1/**' }] },
    { rules: [{ effect: 'allow', methods: ['PATCH'], path: '/**' }] },
    { ipAllow: ['10.0.0.0/8'] },
    { originAllow: ['https://a.example'], bindingMode: 'observe' },
    { serviceAllow: [services[1]?.id as ServiceId] },
    { expiresAt: now + 500 },
    { rateLimit: { limit: 1, windowMs: 60_000 } },
    { environment: 'test' },
  ];
  // Every kind of key with every set of scopes: 9 x 16 keys.
  for (let set = 0; set < 2 ** scopes.length; set += 1) {
    const made = kinds.map(async (kind) => {
      const { key, secret } = await call('keys.create', {
        applicationId,
        name: 'Key',
        environment: 'live',
        scopeIds: scopes.filter((_, index) => (set & (1 << index)) !== 0),
        expiresAt: null,
        noExpiryReason: 'Test',
        ...kind,
      });
      return { keyId: key.keyId, text: secret ?? '' };
    });
    keys.push(...(await Promise.all(made)));
  }
  for (const [index, { keyId }] of keys.entries()) {
    if (index % 11 === 3) await call('keys.suspend', { keyId, reason: 'Odd' });
    else if (index % 13 === 5) await call('keys.revoke', { keyId, reason: 'other' });
    else if (index % 17 === 7) {
      const { secret } = await call('keys.rotate', { keyId, overlapMs: 2 * DAY_MS });
      keys[index] = { keyId, text: secret ?? '' };
    }
  }
  house.tick(500);
  // What the limit of these allows is used up: the filter must know that as the verifier does.
  const [service] = services;
  for (let index = 7; index < keys.length; index += 2 * kinds.length) {
    await verify(keys[index]?.text ?? '', service?.token ?? '', 'GET', '/v1/inventory/42', false);
  }
}, 60_000);
afterAll(() => house.close());

/** A busy machine may make the server shed load: that is no decision, and is asked again. */
async function verify(
  text: string,
  token: string,
  method: string,
  path: string,
  isDry = true,
): Promise<boolean> {
  const body = { key: text, method, path, dryRun: isDry };
  for (;;) {
    const read = verifyResponse.safeParse(await post(`${house.service.url}/v1/verify`, token, body));
    if (read.success) return read.data.valid;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function listed(filter: CallInput<'keys.list'>['filter']): Promise<readonly KeyId[]> {
  const found: KeyId[] = [];
  let cursor: string | null = null;
  do {
    const page: Output<'keys.list'> = await call('keys.list', {
      filter,
      limit: 60,
      ...(cursor === null ? {} : { cursor }),
    });
    found.push(...page.items.map(({ keyId }) => keyId));
    cursor = page.nextCursor;
    if (cursor === null) expect(found).toHaveLength(page.total);
  } while (cursor !== null);
  return [...found].sort();
}

describe('keys that can call a request', () => {
  test.each(REQUESTS)(
    'S04.2 %s %s: exactly those whose verification passes, at each service and at any',
    async (method, path) => {
      const byService: KeyId[][] = [];
      for (const { id, token } of services) {
        const answers = keys.map(async ({ keyId, text }) => ({
          keyId,
          isValid: await verify(text, token, method, path),
        }));
        const passed = (await Promise.all(answers))
          .filter(({ isValid }) => isValid)
          .map(({ keyId }) => keyId);
        expect(await listed({ canCall: { method, path, serviceId: id } })).toEqual([...passed].sort());
        byService.push(passed);
      }
      expect(await listed({ canCall: { method, path } })).toEqual([...new Set(byService.flat())].sort());
    },
    60_000,
  );

  test('a change of a key, a scope or a limit shows at once', async () => {
    const canCall = { method: 'GET', path: '/v1/inventory/42' };
    const [first = '' as KeyId] = await listed({ canCall });
    await call('keys.suspend', { keyId: first, reason: 'Odd' });
    expect(await listed({ canCall })).not.toContain(first);
    await call('keys.resume', { keyId: first });
    expect(await listed({ canCall })).toContain(first);
  });

  test('nobody can call a service that does not exist, and other filters take away from the answer', async () => {
    const canCall = { method: 'GET', path: '/v1/inventory/42' };
    expect(await listed({ canCall: { ...canCall, serviceId: 'svc_0000000000000000' } })).toEqual([]);
    const inTest = await listed({ canCall, environment: 'test' });
    const all = await listed({ canCall });
    expect(inTest.length).toBeGreaterThan(0);
    expect(inTest.length).toBeLessThan(all.length);
    expect(all).toEqual(expect.arrayContaining([...inTest]));
  });
});

describe('keys by their error rate', () => {
  test('are exactly those whose figure in the list is at least as high', async () => {
    const [service] = services;
    for (const [index, { text }] of keys.slice(0, 40).entries()) {
      for (let n = 0; n < index % 4; n += 1) {
        await verify(text, service?.token ?? '', n % 2 === 0 ? 'GET' : 'PATCH', '/v1/inventory/42', false);
      }
    }
    const keyIds = keys.map(({ keyId }) => keyId);
    const usage = [
      ...(await call('usage.byKey', { keyIds: keyIds.slice(0, 100) })),
      ...(await call('usage.byKey', { keyIds: keyIds.slice(100) })),
    ];
    for (const errorRateMin of [0.01, 0.34, 0.5, 1]) {
      const wanted = usage.filter(({ total, errorRate }) => total > 0 && errorRate >= errorRateMin);
      expect(wanted.length).toBeGreaterThan(0);
      expect(await listed({ errorRateMin })).toEqual(wanted.map(({ keyId }) => keyId).sort());
    }
  });
});
