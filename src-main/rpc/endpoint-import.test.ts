import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndpointId, ServiceId } from '#contract/ids.ts';
import type { Rule } from '#contract/scopes.ts';
import { decision, noPause, openStore, write } from '#main/requests/log.test-support.ts';
import { observedPaths } from '#main/requests/observed-paths.ts';
import type { RequestsQueries, RequestsQueryName } from '#main/requests/requests-messages.ts';
import type { RequestsStore } from '#main/requests/requests-store.ts';
import { ENDLESS } from '#main/requests/search-budget.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld, WORLD_START_MS } from './test-world.ts';

const NO_SERVICE = 'svc_0000000000000000' as ServiceId;

let log: RequestsStore;
let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  log = openStore();
  world = createTestWorld(() => ({ requests: requestsOver(() => log) }));
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
  log.close();
});

/** The log's answer to what was observed, without its thread. */
function requestsOver(store: () => RequestsStore) {
  return {
    query: async <Name extends RequestsQueryName>(name: Name, input: RequestsQueries[Name]['input']) => {
      expect(name).toBe('endpoints.observed');
      const answer = await observedPaths(store(), input as RequestsQueries['endpoints.observed']['input'], {
        nowMs: WORLD_START_MS,
        pause: noPause,
        budget: ENDLESS,
      });
      return answer as RequestsQueries[Name]['output'];
    },
    stopSearch: () => undefined,
    record: () => undefined,
    report: () => Promise.reject(new Error('not here')),
  };
}

const document = (...lines: readonly string[]) => {
  const paths: Record<string, Record<string, object>> = {};
  for (const line of lines) {
    const [method = '', path = ''] = line.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: {} };
  }
  return { openapi: '3.1.0', paths };
};
const importOf = (openapi: Record<string, unknown>, removeEndpointIds: readonly EndpointId[] = []) =>
  world.call('endpoints.import', {
    serviceId: subjects.service.id,
    openapi,
    removeEndpointIds: [...removeEndpointIds],
  });
const previewOf = (openapi: Record<string, unknown>) =>
  world.call('endpoints.preview', { serviceId: subjects.service.id, openapi }, 'viewer');
const catalogue = async () =>
  (await world.call('endpoints.list', { serviceId: subjects.service.id })).items.map(
    ({ method, path, source }) => `${method} ${path} ${source}`,
  );
const allow = (path: string): Rule => ({ effect: 'allow', methods: ['GET'], path });
const deny = (path: string): Rule => ({ effect: 'deny', methods: ['*'], path });

describe('an import', () => {
  it('again, with the removals again, changes nothing', async () => {
    await importOf(document('GET /a', 'GET /b'));
    const next = document('GET /b', 'POST /c');
    const { removedEndpoints } = await previewOf(next);
    const ids = removedEndpoints.map((one) => one.endpointId);
    expect(await importOf(next, ids)).toMatchObject({ added: 1, updated: 0, unchanged: 1, removed: 1 });
    const list = await world.call('endpoints.list', {});
    world.advance(1_000);
    expect(await importOf(next, ids)).toMatchObject({ added: 0, updated: 0, unchanged: 2, removed: 0 });
    expect(await world.call('endpoints.list', {})).toEqual(list);
    expect(await previewOf(next)).toMatchObject({ added: 0, updated: 0, removed: 0, removedEndpoints: [] });
  });

  it('shows what it would add, change and remove before it does anything', async () => {
    await importOf(document('GET /a', 'GET /b'));
    const next = document('GET /b', 'POST /c');
    Object.assign(next.paths['/b']?.['get'] ?? {}, { tags: ['Bees'], summary: 'List' });
    const before = await catalogue();
    expect(await previewOf(next)).toMatchObject({
      ...{ added: 1, updated: 1, unchanged: 0, removed: 1, areKeysWhole: true },
      addedEndpoints: [{ method: 'POST', path: '/c' }],
      updatedEndpoints: [
        {
          ...{ method: 'GET', path: '/b' },
          ...{ before: { group: 'b', summary: '' }, after: { group: 'Bees', summary: 'List' } },
        },
      ],
      removedEndpoints: [{ method: 'GET', path: '/a', keyCount: 0, keys: [], rules: [] }],
    });
    expect(await catalogue()).toEqual(before);
  });

  it('removes only what was asked for, came from a document and is not in this one', async () => {
    await importOf(document('GET /a', 'GET /b', 'GET /c'));
    await world.call('endpoints.add', { serviceId: subjects.service.id, method: 'GET', path: '/typed' });
    const { items } = await world.call('endpoints.list', {});
    const next = document('GET /c');
    expect((await previewOf(next)).removedEndpoints.map(({ path }) => path)).toEqual(['/a', '/b']);
    expect((await importOf(next)).removed).toBe(0);
    const allButB = items.filter(({ path }) => path !== '/b').map(({ id }) => id);
    expect((await importOf(next, allButB)).removed).toBe(1);
    expect(await catalogue()).toEqual(['GET /b openapi', 'GET /c openapi', 'GET /typed manual']);
    const [event] = (await world.call('audit.list', { filter: { action: 'endpoints.import' } })).items;
    expect(event?.after).toMatchObject({ removed: 1, removedEndpoints: ['GET /a'] });
  });

  it('of lines can remove nothing', async () => {
    const input = {
      serviceId: subjects.service.id,
      lines: 'GET /x',
      removeEndpointIds: ['end_0000000000000000'],
    };
    expect(await world.refusal('endpoints.import', input)).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'removeEndpointIds' }],
    });
  });
});

describe('an endpoint that a document no longer has', () => {
  const makeKey = async (name: string, rules: readonly Rule[], differs: object = {}) => {
    const { key } = await world.call('keys.create', {
      applicationId: subjects.application.id,
      name,
      environment: 'live',
      rules: [...rules],
      expiresAt: null,
      noExpiryReason: 'Test.',
      ...differs,
    });
    return key;
  };
  const usersOf = async (path: string) => {
    await importOf(document(`GET ${path}`, 'GET /kept'));
    const [found] = (await previewOf(document('GET /kept'))).removedEndpoints;
    return { ...found, keys: found?.keys.map(({ name }) => name) };
  };

  it('is shown with the keys and rules that reach it, through scopes and of their own', async () => {
    await makeKey('By scope', [], { scopeIds: [subjects.scope.id] });
    const own = await makeKey('By rule', [allow('/inventory/{id}')]);
    await makeKey('Elsewhere', [allow('/offers/**')]);
    const revoked = await makeKey('Revoked', [allow('/**')]);
    await world.call('keys.revoke', { keyId: revoked.keyId, reason: 'no_longer_needed' });
    const { keyCount, keys, rules } = await usersOf('/inventory/{item}');
    expect([keyCount, keys?.toSorted()]).toEqual([2, ['By rule', 'By scope']]);
    expect(rules).toEqual([
      'allow GET /inventory/** (inventory:read)',
      'allow GET /inventory/{id} (own rule)',
    ]);
    const preview = await previewOf(document('GET /kept'));
    expect(preview.removedEndpoints[0]?.keys).toContainEqual({
      ...{ keyId: own.keyId, name: 'By rule', environment: 'live' },
      application: subjects.application.name,
    });
  });

  it('is not said to be used by keys that a deny rule keeps from all of it, or that are bound to other services', async () => {
    const other = await world.call('services.create', { name: 'Other', slug: 'other' });
    await makeKey('Denied', [allow('/**'), deny('/inventory/*')]);
    await makeKey('Denied in part', [allow('/**'), deny('/inventory/7')]);
    await makeKey('Bound', [allow('/**')], { serviceAllow: [other.service.id] });
    await makeKey('Bound here', [allow('/**')], { serviceAllow: [subjects.service.id] });
    const { keyCount, keys } = await usersOf('/inventory/{item}');
    expect([keyCount, keys?.toSorted()]).toEqual([2, ['Bound here', 'Denied in part']]);
  });

  it('names ten keys and counts all of them', async () => {
    for (let n = 0; n < 12; n += 1) await makeKey(`Key ${String(n)}`, [allow('/**')]);
    const { keyCount, keys } = await usersOf('/many');
    expect([keyCount, keys?.length]).toEqual([12, 10]);
  });
});

describe('observed paths', () => {
  const observe = (...paths: readonly string[]) =>
    write(
      log,
      paths.map((path) => decision({ serviceId: subjects.service.id, path, atMs: WORLD_START_MS })),
    );
  const observed = () => world.call('endpoints.observed', { serviceId: subjects.service.id }, 'viewer');

  it('become templates, go into the catalogue once, and are suggested no more', async () => {
    observe('/v1/items/482', '/v1/items/483', '/health');
    const { items } = await observed();
    expect(items.map(({ method, path, requests }) => [method, path, requests])).toEqual([
      ['GET', '/v1/items/{id}', 2],
      ['GET', '/health', 1],
    ]);
    const input = {
      serviceId: subjects.service.id,
      endpoints: items.map(({ method, path }) => ({ method, path })),
    };
    expect(await world.call('endpoints.addObserved', input)).toEqual({ added: 2, unchanged: 0 });
    expect(await world.call('endpoints.addObserved', input)).toEqual({ added: 0, unchanged: 2 });
    expect(await catalogue()).toEqual(['GET /health observed', 'GET /v1/items/{id} observed']);
    observe('/v1/items/999');
    expect((await observed()).items).toEqual([]);
    const { items: events } = await world.call('audit.list', { filter: { action: 'endpoints.addObserved' } });
    expect(events.map(({ after }) => after)).toMatchObject([
      { added: 0 },
      { added: 2, addedEndpoints: [{}, {}] },
    ]);
  });

  it('that a later document has become endpoints of the document; those it lacks are not removed', async () => {
    const endpoints = [
      { method: 'GET', path: '/a/{id}' },
      { method: 'GET', path: '/b' },
    ] as const;
    await world.call('endpoints.addObserved', { serviceId: subjects.service.id, endpoints });
    expect(await previewOf(document('GET /a/{id}'))).toMatchObject({ added: 0, updated: 1, removed: 0 });
    await importOf(document('GET /a/{id}'));
    expect(await catalogue()).toEqual(['GET /a/{id} openapi', 'GET /b observed']);
  });

  it('refuse a path that is no pattern, whole, and a service that is not there', async () => {
    const good = { method: 'GET', path: '/good' };
    const input = { serviceId: subjects.service.id, endpoints: [good, { method: 'GET', path: '/a/**/b' }] };
    expect(await world.refusal('endpoints.addObserved', input)).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'endpoints.1.path' }],
    });
    expect(await catalogue()).toEqual([]);
    for (const [name, more] of [
      ['endpoints.observed', {}],
      ['endpoints.addObserved', { endpoints: [good] }],
    ] as const) {
      expect(await world.refusal(name, { serviceId: NO_SERVICE, ...more })).toMatchObject({
        code: 'SERVICE_NOT_FOUND',
      });
    }
  });
});
