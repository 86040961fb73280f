import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import { verifyRequest } from '#contract/verify.ts';
import { readConfig } from './config.ts';
import { type Core, startCore } from './core.ts';
import { createLogger } from './platform/logger.ts';
import { openServiceDoor } from './start-doors.ts';

const DAY_MS = 86_400_000;
let folder: string;
let core: Core;
let nowMs: number;

const realWorker = () => new Worker(new URL('./requests/requests-worker.ts', import.meta.url));

function start(createRequestsWorker = realWorker): Promise<Core> {
  return startCore({
    config: readConfig(['--data', join(folder, 'data'), '--port', '0', '--admin-port', '0'], {}),
    host: 'headless',
    secretStore: null,
    createRequestsWorker,
    logger: createLogger({ write: () => undefined }),
    clock: { nowMs: () => timestampMs.parse(nowMs), monotonicMs: () => performance.now() },
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-wire-'));
  nowMs = Date.UTC(2026, 10, 22, 12);
  core = await start();
});
afterEach(async () => {
  vi.useRealTimers();
  await core.close();
  rmSync(folder, { recursive: true });
});

const OWNER = {
  actor: { kind: 'desktop', id: 'desktop', name: 'Desktop' },
  role: 'owner',
  requestId: 'req_test',
} as const;

async function call<Name extends ProcedureName>(name: Name, input: CallInput<Name>): Promise<Output<Name>> {
  const reply = await core.dispatch(name, input, OWNER);
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
  return reply.data as Output<Name>;
}

/** A key with a quota of two requests a day. */
async function makeKey() {
  const contactEmail = 'a@acme.example';
  const partner = await call('partners.create', { name: 'Acme', tier: 'external', contactEmail });
  const application = await call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail,
  });
  const { service, token } = await call('services.create', { name: 'Trade', slug: 'trade' });
  const scope = await call('scopes.create', {
    serviceId: service.id,
    name: 'inventory:read',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  const { key, secret } = await call('keys.create', {
    applicationId: application.id,
    name: 'Feed',
    environment: 'live',
    scopeIds: [scope.id],
    quota: { limit: 2, period: 'day' },
    expiresAt: null,
    noExpiryReason: 'Test',
  });
  return { keyId: key.keyId, secret: secret ?? '', token: token ?? '' };
}

function verify({ token, secret }: { readonly token: string; readonly secret: string }): string {
  const service = core.findService(token, null);
  if (service === null) throw new Error('The service token should be good.');
  const request = verifyRequest.parse({ key: secret, method: 'GET', path: '/inventory/42' });
  const outcome = core.verifier.verify(service, request);
  return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
}

it('a quota that is used up stays used up over a stop and a start', async () => {
  const key = await makeKey();
  expect([verify(key), verify(key), verify(key)]).toEqual(['VALID', 'VALID', 'QUOTA_EXCEEDED']);
  await core.close();
  core = await start();
  expect(verify(key)).toBe('QUOTA_EXCEEDED');
});

it('a log that opens after the start limit still gives quotas back, and keeps the newer last use', async () => {
  const key = await makeKey();
  expect([verify(key), verify(key)]).toEqual(['VALID', 'VALID']);
  await core.close();
  const usedAtMs = nowMs;
  nowMs += 1_000;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const silent: Worker[] = [];
  const starting = start(() => {
    if (silent.length > 0) return realWorker();
    silent.push(new Worker('setInterval(() => {}, 1_000)', { eval: true }));
    return silent[0] as Worker;
  });
  while (silent.length === 0) await new Promise(setImmediate);
  vi.advanceTimersByTime(5_000);
  core = await starting;
  vi.useRealTimers();
  expect((await call('system.status', {})).log.state).toBe('down');
  expect((await call('keys.get', { keyId: key.keyId })).lastUsedAt).toBeNull();
  expect(verify(key)).toBe('VALID');
  await silent[0]?.terminate();
  await expect.poll(() => core.requests.state, { timeout: 5_000 }).toBe('ok');
  expect(verify(key)).toBe('QUOTA_EXCEEDED');
  expect((await call('keys.get', { keyId: key.keyId })).lastUsedAt).toBe(usedAtMs + 1_000);
  expect((await call('services.list', {})).items[0]?.lastSeenAt).toBe(nowMs);
});

it('a shorter retention reaches the log at once', async () => {
  const key = await makeKey();
  verify(key);
  const count = async () => (await call('requests.list', { filter: { keyId: key.keyId } })).items.length;
  expect(await count()).toBe(1);
  nowMs += 10 * DAY_MS;
  await call('settings.update', { requestRetentionDays: 11 });
  expect(await count()).toBe(1);
  await call('settings.update', { requestRetentionDays: 7 });
  await expect.poll(count, { timeout: 5_000 }).toBe(0);
});

it('readyz is 200 while the store can be asked, and else 503 with the reason', async () => {
  const door = await openServiceDoor(core, 0);
  try {
    expect((await fetch(`${door.url}/readyz`)).status).toBe(200);
    await core.close();
    const answer = await fetch(`${door.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ notReady: ['The key store cannot be read.'] });
  } finally {
    await door.close(0);
  }
});
