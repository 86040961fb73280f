import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { VerifyResponse } from '#contract/verify.ts';
import { type SpawnedServer, spawnServer } from './spawn-server.test-support.ts';

const CONNECTIONS = 50;
const HOUR_MS = 3_600_000;

let folder: string;
let server: SpawnedServer;
let token: string;
let scopeId: string;
let applicationId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-limits-'));
  server = await spawnServer(folder);
  const contactEmail = 'a@acme.example';
  const partner = await server.call('partners.create', { name: 'Acme', tier: 'external', contactEmail });
  const application = { partnerId: partner.id, name: 'Feed', slug: 'feed', contactEmail };
  applicationId = (await server.call('applications.create', application)).id;
  const made = await server.call('services.create', { name: 'Trade', slug: 'trade' });
  token = made.token ?? '';
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }] as const;
  const serviceId = made.service.id;
  scopeId = (await server.call('scopes.create', { serviceId, name: 'inventory:read', rules })).id;
}, 60_000);
afterAll(() => {
  server.child.kill('SIGKILL');
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
});

async function newKey(policy: Partial<CallInput<'keys.create'>>): Promise<{ keyId: string; secret: string }> {
  const { key, secret } = await server.call('keys.create', {
    applicationId,
    name: 'Key',
    environment: 'live',
    scopeIds: [scopeId],
    expiresAt: null,
    noExpiryReason: 'Test',
    ...policy,
  });
  return { keyId: key.keyId, secret: secret ?? '' };
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** A decision: a busy machine may be told that there is no room for one now, which spends nothing. */
async function verify(key: string, more: object = {}): Promise<VerifyResponse> {
  for (;;) {
    const decision = await ask(key, more);
    if (decision !== null) return decision;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function ask(key: string, more: object): Promise<VerifyResponse | null> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${server.service}/v1/verify`,
      {
        agent,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as VerifyResponse);
          else if (response.statusCode === 503) resolve(null);
          else reject(new Error(`${String(response.statusCode)} ${text}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ key, method: 'GET', path: '/inventory/42', ...more }));
  });
}

interface Call {
  readonly isAdmitted: boolean;
  /** The server decided between these, ms of this process. */
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** Asks without a pause over CONNECTIONS connections while `goesOn` says so. */
async function storm(
  keys: readonly string[],
  goesOn: (calls: readonly Call[]) => boolean,
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const one = async (connection: number): Promise<void> => {
    while (goesOn(calls)) {
      const sentMs = performance.now();
      const { valid } = await verify(keys[connection % keys.length] ?? '');
      calls.push({ isAdmitted: valid, sentMs, answeredMs: performance.now() });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => one(connection)));
  return calls;
}

const admittedOf = (calls: readonly Call[]) => calls.filter(({ isAdmitted }) => isAdmitted);

describe('fifty connections at once', () => {
  it('get exactly the limit of a window, not one more and not one less', async () => {
    const { secret } = await newKey({ rateLimit: { limit: 700, windowMs: HOUR_MS } });
    const calls = await storm([secret], (done) => done.length < 2_000);
    expect(admittedOf(calls)).toHaveLength(700);
    // Nobody was refused before the limit was reached.
    const firstRefusal = calls.findIndex(({ isAdmitted }) => !isAdmitted);
    expect(admittedOf(calls.slice(0, firstRefusal)).length).toBeGreaterThanOrEqual(700 - CONNECTIONS);
  }, 60_000);

  it('get exactly the limit of two keys that share it, and of a quota of theirs', async () => {
    const rateLimits = [{ name: 'all', limit: 600, windowMs: HOUR_MS, by: 'application' as const }];
    const one = await newKey({ rateLimits });
    const two = await newKey({ rateLimits });
    expect(admittedOf(await storm([one.secret, two.secret], (done) => done.length < 1_500))).toHaveLength(
      600,
    );
    const quota = { limit: 400, period: 'month', by: 'partner' } as const;
    const three = await newKey({ quota });
    const four = await newKey({ quota });
    expect(admittedOf(await storm([three.secret, four.secret], (done) => done.length < 1_000))).toHaveLength(
      400,
    );
  }, 60_000);

  it('never get more than the limit in any second, and all of it in every second', async () => {
    const limit = 150;
    const windowMs = 1_000;
    const { secret } = await newKey({ rateLimit: { limit, windowMs } });
    const untilMs = performance.now() + 3_000;
    const calls = await storm([secret], () => performance.now() < untilMs);
    const admitted = admittedOf(calls);
    for (const { sentMs: fromMs } of admitted) {
      // Surely decided inside one window, whatever the way there took.
      const inside = admitted.filter((one) => one.sentMs >= fromMs && one.answeredMs < fromMs + windowMs);
      expect(inside.length).toBeLessThanOrEqual(limit);
    }
    expect(admitted.length).toBeGreaterThanOrEqual(limit * 3);
    expect(admitted.length).toBeLessThanOrEqual(limit * 4);
  }, 60_000);
});

describe('a change holds at the next call', () => {
  it('of a plan', async () => {
    const plan = await server.call('plans.create', {
      name: 'Tight',
      rateLimit: { limit: 2, windowMs: HOUR_MS },
    });
    const { secret } = await newKey({ planId: plan.id });
    expect((await verify(secret)).rateLimit).toMatchObject({ limit: 2, remaining: 1 });
    await server.call('plans.update', { planId: plan.id, rateLimit: { limit: 1, windowMs: HOUR_MS } });
    expect(await verify(secret)).toMatchObject({
      code: 'RATE_LIMITED',
      rateLimit: { limit: 1, remaining: 0 },
    });
    await server.call('plans.update', { planId: plan.id, rateLimit: { limit: 3, windowMs: HOUR_MS } });
    expect((await verify(secret)).rateLimit).toMatchObject({ limit: 3, remaining: 1 });
    await server.call('plans.update', {
      planId: plan.id,
      rateLimits: [{ name: 'burst', limit: 1, windowMs: HOUR_MS }],
      quota: { limit: 1, period: 'day' },
    });
    expect((await verify(secret)).rateLimits).toMatchObject([
      { name: 'default', remaining: 0 },
      { name: 'burst', remaining: 0 },
    ]);
    expect(await verify(secret)).toMatchObject({ code: 'RATE_LIMITED' });
  }, 30_000);

  it('of the plan that a key is on', async () => {
    const plans = (await server.call('plans.list', {})).items;
    const idOf = (name: string) => plans.find((plan) => plan.name === name)?.id ?? null;
    const { keyId, secret } = await newKey({ planId: idOf('external') });
    expect(await verify(secret)).toMatchObject({ rateLimit: { limit: 600 }, quota: { limit: 250_000 } });
    await server.call('keys.update', { keyId: keyId, planId: idOf('first_party') });
    expect(await verify(secret)).toMatchObject({
      rateLimit: { limit: 6_000, remaining: 5_998 },
      quota: null,
    });
    await server.call('keys.update', { keyId: keyId, planId: idOf('federal') });
    expect(await verify(secret)).toMatchObject({
      rateLimit: { limit: 1_200, remaining: 1_197 },
      quota: { limit: 1_000_000, remaining: 999_998 },
    });
  }, 30_000);
});

describe('over kills and restarts', () => {
  it('windows of every length and quotas grant no request more, notices are told once', async () => {
    const long = await newKey({ rateLimit: { limit: 23, windowMs: HOUR_MS } });
    const named = await newKey({
      rateLimits: [
        { name: 'each', limit: 11, windowMs: HOUR_MS, by: 'clientIp' },
        { name: 'all', limit: 17, windowMs: 24 * HOUR_MS, by: 'partner' },
      ],
    });
    const used = await newKey({
      quota: { limit: 20, period: 'month', timeZone: 'Asia/Tokyo', resetDay: 31 },
    });
    const shortMs = 59_000;
    const short = await newKey({ rateLimit: { limit: 3, windowMs: shortMs } });
    const startedMs = performance.now();
    const counts = { long: 0, near: 0, far: 0, used: 0, short: 0 };
    const spend = async (name: keyof typeof counts, key: string, more: object = {}) => {
      for (let call = 0; call < 6; call += 1) if ((await verify(key, more)).valid) counts[name] += 1;
    };
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL', null] as const) {
      await spend('long', long.secret);
      await spend('near', named.secret, { clientIp: '203.0.113.1' });
      await spend('far', named.secret, { clientIp: '2001:db8::1' });
      await spend('used', used.secret);
      await spend('short', short.secret);
      if (signal === null) break;
      await server.end(signal);
      agent.destroy();
      server = await spawnServer(folder);
    }
    expect(counts).toEqual({
      long: 23,
      near: expect.any(Number),
      far: expect.any(Number),
      used: 20,
      short: expect.any(Number),
    });
    // Once, unless this machine takes longer than the window for it all.
    const windows = 1 + Math.floor((performance.now() - startedMs) / shortMs);
    expect(counts.short).toBeGreaterThanOrEqual(3);
    expect(counts.short).toBeLessThanOrEqual(3 * windows);
    expect(counts.near + counts.far).toBe(17);
    expect(counts.near).toBeLessThanOrEqual(11);
    const { items, nextCursor } = await server.call('notices.list', { limit: 500 });
    const own = items.filter(({ ownerId }) => ownerId === used.keyId);
    expect(own.map(({ threshold, used: at, limit }) => [threshold, at, limit])).toEqual([
      [100, 20, 20],
      [95, 19, 20],
      [80, 16, 20],
      [50, 10, 20],
    ]);
    expect(own[0]).toMatchObject({ ownerKind: 'key', ownerName: 'Key', keyId: used.keyId, period: 'month' });
    expect(nextCursor).toBeNull();
    const shared = items.find(({ ownerKind }) => ownerKind === 'partner');
    expect(shared).toMatchObject({ ownerName: 'Acme', threshold: 100, used: 400 });
  }, 120_000);
});
