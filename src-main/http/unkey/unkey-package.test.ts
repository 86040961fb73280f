import { Unkey } from '@unkey/api';
import { BadRequestErrorResponse, UnauthorizedErrorResponse } from '@unkey/api/models/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDialectHouse } from '../dialect-world.test-support.ts';
import { STRANGE_SERVICE_TOKEN } from '../doors.test-support.ts';

// Unkey's own package, as its customers use it; only the base address is another one.

let world: Awaited<ReturnType<typeof openDialectHouse>>;
beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(() => world.house.close());

const client = (rootKey = world.trade.token) =>
  new Unkey({ serverURL: world.house.service.url, rootKey, retryConfig: { strategy: 'none' } });

const verified = async (request: Parameters<ReturnType<typeof client>['keys']['verifyKey']>[0]) =>
  (await client().keys.verifyKey(request)).data;

test('the package of Unkey reads a good key with its owner, permissions and credits', async () => {
  const { keyId, secret } = await world.newKey({
    externalId: 'user-7',
    meta: { plan: 'pro' },
    quota: { limit: 100, period: 'month' },
  });
  expect(await verified({ key: secret, permissions: 'inventory:read' })).toMatchObject({
    valid: true,
    code: 'VALID',
    keyId,
    enabled: true,
    credits: 99,
    meta: { plan: 'pro' },
    permissions: ['inventory:read'],
    identity: { externalId: 'user-7' },
  });
});

test('the package of Unkey reads why a key does not pass, in the codes that it knows', async () => {
  const { secret: free } = await world.newKey();
  const { secret: limited } = await world.newKey({ rateLimit: { limit: 1, windowMs: 60_000 } });
  const { keyId, secret: revoked } = await world.newKey();
  await world.house.call('keys.revoke', { keyId, reason: 'policy' });
  const codeOf = async (request: Parameters<typeof verified>[0]) => (await verified(request)).code;
  expect(await codeOf({ key: `${free.slice(0, -1)}_` })).toBe('NOT_FOUND');
  expect(await codeOf({ key: revoked })).toBe('NOT_FOUND');
  expect(await codeOf({ key: free, permissions: 'orders:write' })).toBe('INSUFFICIENT_PERMISSIONS');
  expect([await codeOf({ key: limited }), await codeOf({ key: limited })]).toEqual(['VALID', 'RATE_LIMITED']);
});

test('the package of Unkey throws its own errors for a wrong request and a wrong root key', async () => {
  await expect(verified({ key: '' })).rejects.toBeInstanceOf(BadRequestErrorResponse);
  const wrong = client(STRANGE_SERVICE_TOKEN).keys.verifyKey({ key: 'x' });
  await expect(wrong).rejects.toBeInstanceOf(UnauthorizedErrorResponse);
});
