import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { keyId as keyIdSchema, requestId as requestIdSchema, timestampMs } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import { addDataFeed, callsOf } from './http/house-calls.test-support.ts';
import { type House, openHouse, post } from './http/house.test-support.ts';
import { decision, PRINCIPAL } from './requests/log.test-support.ts';

let house: House;
const call = callsOf(() => house);
let serviceToken: string;
let keyId: string;
let keyText: string;

beforeAll(async () => {
  house = await openHouse();
  const applicationId = await addDataFeed(call);
  const service = await call('services.create', { name: 'Trade', slug: 'trade' });
  serviceToken = service.token ?? '';
  const made = await call('keys.create', {
    applicationId,
    name: 'Sync',
    environment: 'live',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/**' }],
    expiresAt: null,
    noExpiryReason: 'Test',
  });
  keyId = made.key.keyId;
  keyText = made.secret ?? '';
});
afterAll(() => house.close());

async function verify(path: string): Promise<void> {
  await post(`${house.service.url}/v1/verify`, serviceToken, { key: keyText, method: 'GET', path });
}

async function jobOf(id: string): Promise<Job> {
  const { items } = await call('jobs.list', {});
  const job = items.find((one) => one.jobId === id);
  if (job === undefined) throw new Error('The job is not listed.');
  return job;
}

const start = (rules: CallInput<'replay.start'>['draft']['rules']) =>
  call('replay.start', { keyIds: [keyId as never], days: 7, draft: { rules } });

it('a replay over HTTP is a job whose result counts what the log counts', async () => {
  for (let n = 0; n < 60; n += 1) await verify(n % 3 === 0 ? '/offers/1' : '/inventory/1');
  house.tick();
  const { jobId: id } = await start([{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }]);
  await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('done'), 30_000);
  const job = await jobOf(id);
  expect(job).toMatchObject({
    kind: 'replay',
    title: 'Replay of Sync, 7 days',
    done: 60,
    total: 60,
    unit: 'requests',
  });
  expect(job.result).toMatchObject({
    text: '20 of 60 requests would be decided otherwise.',
    page: `/keys/${keyId}?tab=scopes&replay=${id}`,
  });
  const { items } = await call('requests.list', {
    filter: { keyId: keyId, pathContains: '/offers' },
  });
  const result = await call('replay.result', { jobId: id });
  expect(result.counts).toMatchObject({ replayed: 60, newlyRefused: items.length, same: 40 });
  expect(result.changed.map(({ requestId }) => requestId)).toEqual(items.map(({ requestId }) => requestId));
  // A replay is no request: nothing of it is in the log.
  expect((await call('requests.list', {})).items).toHaveLength(60);
});

it('a draft that makes no sense is refused before a job is made', async () => {
  const reply = await house.call('replay.start', {
    keyIds: [keyId],
    days: 7,
    draft: { ipAllow: ['nowhere'] },
  });
  expect(reply).toMatchObject({
    ok: false,
    error: { code: 'INVALID_INPUT', fields: [{ path: 'ipAllow.0' }] },
  });
  const unknown = await house.call('replay.start', { keyIds: ['zzzzzzzzzzzz'], days: 7, draft: {} });
  expect(unknown).toMatchObject({ ok: false, error: { code: 'KEY_NOT_FOUND' } });
});

it('suggestions come over HTTP', async () => {
  expect(await call('replay.suggest', { keyId: keyId, days: 7 })).toMatchObject({
    requestCount: 60,
    unusedRules: [],
    isCapped: false,
  });
});

it('a cancelled replay stops within 200 ms in the middle of its work, leaves no result, and the log answers at once', async () => {
  const ROWS = 60_000;
  const at = timestampMs.parse(house.core.clock.nowMs() - 60_000);
  for (let n = 0; n < ROWS; n += 1) {
    house.core.requests.record(
      decision({
        atMs: at,
        principal: { ...PRINCIPAL, keyId: keyIdSchema.parse(keyId) },
        requestId: requestIdOf(n),
      }),
    );
  }
  // A question is answered from all that was recorded before it.
  expect((await call('requests.list', { limit: 1 })).items).toHaveLength(1);
  const { jobId: id } = await start([]);
  await vi.waitFor(async () => expect((await jobOf(id)).done).toBeGreaterThan(0), {
    timeout: 10_000,
    interval: 5,
  });
  const startedMs = performance.now();
  await house.call('jobs.cancel', { jobId: id });
  await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('cancelled'), { interval: 2 });
  expect(performance.now() - startedMs).toBeLessThan(200);
  expect(await house.call('replay.result', { jobId: id })).toMatchObject({ error: { code: 'WRONG_STATUS' } });
  expect((await call('requests.list', { limit: 1 })).items).toHaveLength(1);
}, 60_000);

it('decisions are stored and read while a replay runs', async () => {
  const { jobId: id } = await start([]);
  await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('running'), { interval: 2 });
  await verify('/meanwhile');
  const { items } = await call('requests.list', { filter: { pathContains: '/meanwhile' } });
  expect(items).toHaveLength(1);
  await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('done'), {
    timeout: 30_000,
    interval: 20,
  });
}, 60_000);

function requestIdOf(n: number) {
  return requestIdSchema.parse(`given-${String(n)}`);
}

it('a replay of a template counts the requests of all its keys, also of more than are replayed at a time', async () => {
  const template = await call('templates.create', {
    name: 'Feed',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/**' }],
    expiresInMs: null,
  });
  const { items } = await call('applications.list', {});
  const texts: string[] = [];
  for (const name of ['One', 'Two', 'Three']) {
    const made = await call('keys.createFromTemplate', {
      templateId: template.id,
      applicationId: items[0]?.id ?? '',
      name,
      environment: 'live',
    });
    texts.push(made.secret ?? '');
  }
  for (const key of texts) {
    for (const path of ['/offers/1', '/offers/2', '/inventory/1']) {
      await post(`${house.service.url}/v1/verify`, serviceToken, { key, method: 'GET', path });
    }
  }
  house.tick();
  const draft = { rules: [{ effect: 'allow' as const, methods: ['GET' as const], path: '/inventory/**' }] };
  const { jobId: id } = await call('replay.start', { templateId: template.id, days: 7, draft });
  await vi.waitFor(async () => expect((await jobOf(id)).state).toBe('done'), 5_000);
  expect(await jobOf(id)).toMatchObject({
    title: 'Replay of 3 keys of Feed, 7 days',
    unit: 'keys',
    done: 3,
    total: 3,
    result: { page: `/templates/${template.id}?replay=${id}` },
  });
  const result = await call('replay.result', { jobId: id });
  expect(result).toMatchObject({ templateId: template.id, keyIds: [] });
  expect(result.counts).toMatchObject({ replayed: 9, newlyRefused: 6, same: 3 });
  expect(new Set(result.groups.map(({ keyName }) => keyName))).toEqual(new Set(['One', 'Two', 'Three']));
  const both = await house.call('replay.start', { keyIds: [keyId], templateId: template.id, days: 7, draft });
  expect(both).toMatchObject({ error: { code: 'INVALID_INPUT' } });
});
