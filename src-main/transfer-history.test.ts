import { afterEach, beforeEach, expect, it } from 'vitest';
import { openHouse, post, type House } from './http/house.test-support.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(async () => {
  await house.close();
});

async function ok<T>(name: string, input: unknown): Promise<T> {
  const reply = (await house.call(name, input)) as { ok: boolean; data: T; error?: { message: string } };
  if (!reply.ok) throw new Error(`${name}: ${reply.error?.message ?? ''}`);
  return reply.data;
}

interface Named {
  readonly id: string;
}

/** Acme with a key, and Bolt with an application that has none. */
async function seed() {
  const { service, token } = await ok<{ service: Named; token: string }>('services.create', {
    name: 'Trade',
    slug: 'trade',
  });
  const scope = await ok<Named>('scopes.create', {
    serviceId: service.id,
    name: 'inventory:read',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  const owner = async (name: string, slug: string) => {
    const contactEmail = `api@${slug}.example`;
    const partner = await ok<Named>('partners.create', { name, tier: 'external', contactEmail });
    const application = await ok<Named>('applications.create', {
      ...{ partnerId: partner.id, name: `${name} feed`, slug, contactEmail },
    });
    return { partnerId: partner.id, applicationId: application.id };
  };
  const [acme, bolt] = [await owner('Acme', 'acme'), await owner('Bolt', 'bolt')];
  const made = await ok<{ key: { keyId: string }; secret: string }>('keys.create', {
    applicationId: acme.applicationId,
    name: 'Feed',
    environment: 'live',
    scopeIds: [scope.id],
    expiresAt: null,
    noExpiryReason: 'Test',
  });
  return { token, acme, bolt, keyId: made.key.keyId, secret: made.secret };
}

const rows = async (filter: object) =>
  (
    await ok<{ items: { path: string; partner: string; application: string }[] }>('requests.list', {
      filter,
      limit: 10,
    })
  ).items.map(({ path, partner, application }) => `${path} ${partner} ${application}`);

const total = async (owner: object) => {
  const from = house.core.clock.nowMs() - 3_600_000;
  const series = await ok<readonly { total: number }[]>('usage.series', {
    ...owner,
    from,
    to: from + 7_200_000,
    bucketMs: 300_000,
  });
  return series.reduce((sum, bucket) => sum + bucket.total, 0);
};

it('S19.2 what was logged before a transfer names who had the key then, in the log, in both owners’ charts and in the trail', async () => {
  const { token, acme, bolt, keyId, secret } = await seed();
  const verify = (path: string, key: string = secret) =>
    post(`${house.service.url}/v1/verify`, token, { key, method: 'GET', path });
  expect(await verify('/inventory/before')).toMatchObject({ valid: true, partner: { name: 'Acme' } });
  await expect.poll(() => rows({ keyId })).toEqual(['/inventory/before Acme Acme feed']);
  const trail = await ok<{ items: unknown[] }>('audit.list', {});

  house.tick();
  await ok('keys.transfer', { keyIds: [keyId], applicationId: bolt.applicationId });
  // The very next verification knows the new owner, by the whole key as by its parts.
  expect(await verify('/inventory/after')).toMatchObject({
    valid: true,
    partner: { name: 'Bolt' },
    application: { slug: 'bolt' },
  });
  await expect
    .poll(() => rows({ keyId }))
    .toEqual(['/inventory/after Bolt Bolt feed', '/inventory/before Acme Acme feed']);
  expect(await rows({ partnerId: acme.partnerId })).toEqual(['/inventory/before Acme Acme feed']);
  expect(await rows({ partnerId: bolt.partnerId })).toEqual(['/inventory/after Bolt Bolt feed']);
  await expect.poll(() => total({ keyId })).toBe(2);
  expect(await total({ partnerId: acme.partnerId })).toBe(1);
  expect(await total({ applicationId: acme.applicationId })).toBe(1);
  expect(await total({ applicationId: bolt.applicationId })).toBe(1);

  await ok('applications.transfer', { applicationId: bolt.applicationId, partnerId: acme.partnerId });
  expect(await verify('/inventory/again')).toMatchObject({ partner: { name: 'Acme' } });
  await expect.poll(() => total({ partnerId: acme.partnerId })).toBe(2);
  expect(await total({ partnerId: bolt.partnerId })).toBe(1);
  expect(await rows({ partnerId: bolt.partnerId })).toEqual(['/inventory/after Bolt Bolt feed']);
  const later = await ok<{ items: unknown[] }>('audit.list', { limit: 50 });
  expect(later.items.slice(-trail.items.length)).toEqual(trail.items);
  expect(await ok('audit.verify', {})).toMatchObject({ ok: true });
});
