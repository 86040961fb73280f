import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EndpointId, ServiceId } from '#contract/ids.ts';
import type { Rule } from '#contract/scopes.ts';
import { endpointCounts } from '#main/requests/endpoint-counts.ts';
import { decision, noPause, openStore, write } from '#main/requests/log.test-support.ts';
import type { RequestsQueries, RequestsQueryName } from '#main/requests/requests-messages.ts';
import type { RequestsStore } from '#main/requests/requests-store.ts';
import { ENDLESS } from '#main/requests/search-budget.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld, WORLD_START_MS } from './test-world.ts';

const allow = (path: string): Rule => ({ effect: 'allow', methods: ['GET'], path });
const deny = (path: string): Rule => ({ effect: 'deny', methods: ['*'], path });

let log: RequestsStore;
let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  log = openStore();
  world = createTestWorld(() => ({
    requests: {
      query: async <Name extends RequestsQueryName>(name: Name, input: RequestsQueries[Name]['input']) => {
        expect(name).toBe('endpoints.counts');
        const answer = await endpointCounts(log, input as RequestsQueries['endpoints.counts']['input'], {
          nowMs: WORLD_START_MS,
          pause: noPause,
          budget: ENDLESS,
        });
        return answer;
      },
      stopSearch: () => undefined,
      record: () => undefined,
      report: () => Promise.reject(new Error('not here')),
    },
  }));
  subjects = await makeSubjects(world);
  await world.call('endpoints.import', {
    serviceId: subjects.service.id,
    lines: 'GET /inventory\nGET /inventory/{id}\nPOST /offers',
  });
});
afterEach(() => {
  world.close();
  log.close();
});

const makeKey = async (name: string, rules: readonly Rule[]) => {
  const { key } = await world.call('keys.create', {
    applicationId: subjects.application.id,
    name,
    environment: 'live',
    rules: [...rules],
    expiresAt: null,
    noExpiryReason: 'For a test',
  });
  return key.keyId;
};
const usage = () => world.call('endpoints.usage', { serviceId: subjects.service.id }, 'viewer');

it('counts for each endpoint of the list the keys that may call it and its requests', async () => {
  await makeKey('All', [allow('/inventory/**'), allow('/inventory')]);
  await makeKey('One', [allow('/inventory/7')]);
  await makeKey('None', [allow('/inventory/**'), deny('/**')]);
  const revoked = await makeKey('Gone', [allow('/inventory')]);
  await world.call('keys.revoke', { keyId: revoked, reason: 'no_longer_needed' });
  write(
    log,
    ['/inventory/1', '/inventory/2', '/inventory'].map((path) =>
      decision({ serviceId: subjects.service.id, path, atMs: WORLD_START_MS }),
    ),
  );
  const { items: endpoints } = await world.call('endpoints.list', { serviceId: subjects.service.id });
  const { items, areKeysWhole, areRequestsWhole } = await usage();
  expect(items.map(({ endpointId }) => endpointId)).toEqual(endpoints.map(({ id }) => id));
  expect(items.map(({ keyCount, requests, lastAt }) => [keyCount, requests, lastAt])).toEqual([
    [1, 1, WORLD_START_MS],
    [2, 2, WORLD_START_MS],
    [0, 0, null],
  ]);
  expect([areKeysWhole, areRequestsWhole]).toEqual([true, true]);
});

it('names the keys and rules behind a count, the same ones', async () => {
  await makeKey('All', [allow('/inventory/**')]);
  await makeKey('Other', [allow('/offers')]);
  const { items } = await usage();
  for (const { endpointId, keyCount } of items) {
    const users = await world.call('endpoints.users', { endpointId }, 'viewer');
    expect(users.keyCount).toBe(keyCount);
  }
  const { keys, rules } = await world.call('endpoints.users', {
    endpointId: items[1]?.endpointId as EndpointId,
  });
  expect(keys.map(({ name }) => name)).toEqual(['All']);
  expect(rules).toContain('allow GET /inventory/** (own rule)');
});

it('refuses what is not there', async () => {
  const serviceId = 'svc_0000000000000000' as ServiceId;
  expect(await world.refusal('endpoints.usage', { serviceId })).toMatchObject({ code: 'SERVICE_NOT_FOUND' });
  const endpointId = 'end_0000000000000000' as EndpointId;
  expect(await world.refusal('endpoints.users', { endpointId })).toMatchObject({
    code: 'ENDPOINT_NOT_FOUND',
  });
});
