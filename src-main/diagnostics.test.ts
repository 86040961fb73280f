import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Output } from '#contract/contract.ts';
import { openHouse, OWNER_TOKEN, type House } from './http/house.test-support.ts';
import { adminTokenOf } from './http/doors.test-support.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(async () => {
  await house.close();
});

async function data<T>(name: string, input: unknown): Promise<T> {
  const reply = (await house.call(name, input)) as { ok: boolean; data: T };
  expect(reply, name).toMatchObject({ ok: true });
  return reply.data;
}

const bundle = (input: object = {}) => data<Output<'system.diagnostics'>>('system.diagnostics', input);

/** Everything that must not leave the house, put wherever a person or a failure could have put it. */
async function plant() {
  const partner = await data<{ id: string }>('partners.create', {
    name: 'Canary Trading',
    tier: 'external',
    contactEmail: 'dana@canary.example',
  });
  const application = await data<{ id: string }>('applications.create', {
    partnerId: partner.id,
    name: 'Canary feed',
    slug: 'canaryfeed',
    contactEmail: 'dana@canary.example',
  });
  const { token } = await data<{ token: string }>('services.create', { name: 'Trade', slug: 'trade' });
  const { secret } = await data<{ secret: string }>('keys.create', {
    applicationId: application.id,
    name: 'Canary key',
    environment: 'live',
    expiresAt: null,
    noExpiryReason: 'Test',
  });
  const foreign = 'cnry_k3J9sQ0aZx8LmN2vB7cT5yRw';
  await data('keys.import', {
    applicationId: application.id,
    environment: 'live',
    scopeIds: [],
    format: 'plain',
    text: foreign,
  });
  const { url } = await data<{ url: string }>('sessions.createPairingLink', { role: 'owner' });
  await data('settings.update', {
    helpContact: 'help@canary.example',
    helpUrl: `https://canary:hunter2@198.51.100.7/help?key=${secret}`,
    trustedProxies: ['203.0.113.9', '2001:db8::/32'],
  });
  const secrets = [secret, token, foreign, OWNER_TOKEN, adminTokenOf('viewer'), url.split('#')[1] ?? ''];
  const { logger } = house.core;
  for (const text of secrets) {
    logger.warn(`Somebody sent ${text} from 198.51.100.7.`, { path: `/a/${text}/b`, reason: text, url });
    logger.error('It failed.', { error: new Error(`connect ECONNREFUSED [2001:db8::5]:443 with ${text}`) });
  }
  return secrets.map((text) => text.replace(/^code=/, ''));
}

const ADDRESSES = ['203.0.113.9', '2001:db8::', '198.51.100.7', '127.0.0.1'];

it('a bundle holds no secret, no token, no mail address and no IP address, wherever they were', async () => {
  const secrets = await plant();
  const { text, redacted } = await bundle();
  for (const secret of [...secrets, 'hunter2', 'canary.example', 'Canary', ...ADDRESSES])
    expect(text).not.toContain(secret);
  // Nor the part of a key that lets in.
  for (const secret of secrets) expect(text).not.toContain(secret.slice(-16));
  expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
  expect(redacted.addresses).toBeGreaterThan(3);
  expect(redacted.secrets).toBeGreaterThan(3);
  expect(redacted.mailAddresses).toBe(1);
});

it('addresses are in it only when that was asked for, and secrets not even then', async () => {
  const secrets = await plant();
  const { text, redacted } = await bundle({ hasAddresses: true });
  for (const address of ADDRESSES) expect(text).toContain(address);
  for (const secret of [...secrets, 'hunter2', 'canary.example']) expect(text).not.toContain(secret);
  expect(redacted.addresses).toBe(0);
});

it('a bundle tells versions, configuration, health, sizes and the last warnings', async () => {
  house.core.logger.info('Nobody needs this.');
  for (let count = 1; count <= 205; count += 1) house.core.logger.warn('Once more.', { count });
  const { text, fileName, createdAt } = await bundle();
  expect(fileName).toMatch(/^latchkey-diagnostics-\d{8}T\d{6}Z\.json$/);
  const content = JSON.parse(text) as {
    recentWarnings: { message: string; count?: number }[];
    sizes: { files: { name: string; bytes: number }[] };
  };
  expect(content).toMatchObject({
    createdAt: new Date(createdAt).toISOString(),
    versions: { node: process.versions.node, platform: process.platform },
    configuration: {
      host: 'headless',
      fixedPorts: { service: null, admin: null },
      settings: { requestRetentionDays: 30 },
    },
    health: { verify: { count: 0 }, log: { lostRows: 0 } },
    sizes: { store: { keyCount: 0 } },
  });
  const sizeOf = (name: string) => content.sizes.files.find((file) => file.name === name)?.bytes;
  expect(sizeOf('keys.db')).toBeGreaterThan(0);
  expect(sizeOf('master.key')).toBeGreaterThan(0);
  expect(content.recentWarnings).toHaveLength(200);
  expect(content.recentWarnings.filter(({ message }) => message === 'Once more.').at(-1)?.count).toBe(205);
  expect(text).not.toContain('Nobody needs this.');
});
