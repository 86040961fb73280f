import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { must } from '#main/platform/must.ts';
import { isServiceToken } from '#main/domain/key-format.ts';
import { makeSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const NO_SERVICE = 'svc_0000000000000000';
const HOUR_MS = 3_600_000;

let world: TestWorld;
beforeEach(() => {
  world = createTestWorld();
});
afterEach(() => {
  world.close();
});

const shown = (token: string | null) => must(token, 'a new token is shown');
const findService = (token: string | null) =>
  world.db.verify.findService(world.keyring.hashText(shown(token)), world.nowMs());

describe('services', () => {
  it('are created with a token that is shown once and accepted at once', async () => {
    const { service, token } = await world.call('services.create', {
      name: 'Trade API',
      slug: 'trade-api',
      baseUrl: 'https://trade.example/v1',
    });
    expect(isServiceToken(shown(token))).toBe(true);
    expect(token).toMatch(/^lks_tradeapi_/);
    expect(service).toMatchObject({
      slug: 'trade-api',
      baseUrl: 'https://trade.example/v1',
      tokenHint: `lks_tradeapi_…${shown(token).slice(-4)}`,
      endpointCount: 0,
      scopeCount: 0,
      lastSeenAt: null,
    });
    expect(findService(token)).toMatchObject({ id: service.id, slug: 'trade-api' });
    const everything = JSON.stringify([
      await world.call('services.get', { serviceId: service.id }),
      await world.call('services.list', {}),
      await world.call('audit.list', {}),
      world.logLines,
    ]);
    expect(everything).not.toContain(shown(token).slice(13, 40));
  });

  it('are listed by name, changed, and say when they last asked', async () => {
    const { service } = await makeSubjects(world);
    await world.call('services.create', { name: 'Alpha', slug: 'alpha' });
    world.db.lastUsed.touchService(service.id, world.nowMs());
    const changed = await world.call('services.update', {
      serviceId: service.id,
      baseUrl: 'http://10.0.0.7:8080',
    });
    expect(changed).toMatchObject({
      baseUrl: 'http://10.0.0.7:8080',
      lastSeenAt: world.nowMs(),
      scopeCount: 1,
    });
    const { items } = await world.call('services.list', {});
    expect(items.map((item) => item.name)).toEqual(['Alpha', 'Trade API']);
    expect(items[1]).toEqual(changed);
    expect(await world.call('services.update', { serviceId: service.id, baseUrl: null })).toMatchObject({
      baseUrl: null,
    });
  });

  it('have names and slugs of their own', async () => {
    await makeSubjects(world);
    const other = await world.call('services.create', { name: 'Other', slug: 'other' });
    expect(await world.refusal('services.create', { name: 'TRADE API', slug: 'x1' })).toMatchObject({
      code: 'NAME_TAKEN',
    });
    expect(await world.refusal('services.create', { name: 'New', slug: 'trade' })).toMatchObject({
      code: 'SLUG_TAKEN',
      fields: [{ path: 'slug' }],
    });
    expect(
      await world.refusal('services.update', { serviceId: other.service.id, name: 'trade api' }),
    ).toMatchObject({ code: 'NAME_TAKEN' });
  });

  it('rotate their token: with an overlap both work until its end, without one the former ends at once', async () => {
    const { service, serviceToken } = await makeSubjects(world);
    const second = await world.call('services.rotateToken', { serviceId: service.id, overlapMs: HOUR_MS });
    expect(second.token).not.toBe(serviceToken);
    expect(second.service.tokenHint).toContain(shown(second.token).slice(-4));
    expect(findService(serviceToken)).not.toBeNull();
    expect(findService(second.token)).not.toBeNull();
    world.advance(HOUR_MS - 1);
    expect(findService(serviceToken)).not.toBeNull();
    world.advance(1);
    expect(findService(serviceToken)).toBeNull();
    const third = await world.call('services.rotateToken', { serviceId: service.id });
    expect(findService(second.token)).toBeNull();
    expect(findService(third.token)).not.toBeNull();
  });

  it('rotate at once also ends a token that an earlier overlap kept alive', async () => {
    const { service, serviceToken } = await makeSubjects(world);
    await world.call('services.rotateToken', { serviceId: service.id, overlapMs: 24 * HOUR_MS });
    await world.call('services.rotateToken', { serviceId: service.id, overlapMs: 0 });
    expect(findService(serviceToken)).toBeNull();
  });

  it('that do not exist are not found', async () => {
    for (const name of [
      'services.get',
      'services.update',
      'services.rotateToken',
      'endpoints.list',
    ] as const) {
      expect(await world.refusal(name, { serviceId: NO_SERVICE })).toMatchObject({
        code: 'SERVICE_NOT_FOUND',
      });
    }
    const input = { serviceId: NO_SERVICE, lines: 'GET /x' };
    for (const name of ['endpoints.import', 'endpoints.preview'] as const) {
      expect(await world.refusal(name, input)).toMatchObject({ code: 'SERVICE_NOT_FOUND' });
    }
    expect(
      await world.refusal('endpoints.add', { serviceId: NO_SERVICE, method: 'GET', path: '/x' }),
    ).toMatchObject({ code: 'SERVICE_NOT_FOUND' });
  });

  it.each([
    [{ name: 'X', slug: 'Trade' }, 'slug'],
    [{ name: 'X', slug: '-trade' }, 'slug'],
    [{ name: 'X', slug: 'trade', baseUrl: 'ftp://trade.example' }, 'baseUrl'],
    [{ name: 'X', slug: 'trade', baseUrl: 'javascript:alert(1)' }, 'baseUrl'],
  ])('refuse bad input with the field: %j', async (input, path) => {
    const error = await world.refusal('services.create', input);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path }] });
  });
});

describe('endpoints', () => {
  it('are added by hand, listed by path and deleted', async () => {
    const { service } = await makeSubjects(world);
    const base = { serviceId: service.id };
    const one = await world.call('endpoints.add', { ...base, method: 'GET', path: '/v1/items/{id}' });
    expect(one).toMatchObject({ group: 'v1', summary: '', source: 'manual' });
    const two = await world.call('endpoints.add', {
      ...base,
      method: 'DELETE',
      path: '/items/{id}',
      group: 'Items',
      summary: 'Remove an item',
    });
    expect((await world.call('endpoints.list', base)).items).toEqual([two, one]);
    expect((await world.call('endpoints.list', {})).items).toHaveLength(2);
    expect((await world.call('services.get', base)).endpointCount).toBe(2);
    expect(await world.call('endpoints.delete', { endpointId: one.id })).toEqual({ deleted: true });
    expect((await world.call('endpoints.list', base)).items).toEqual([two]);
    const { items } = await world.call('audit.list', { filter: { subjectKind: 'endpoint' } });
    expect(items.map((event) => [event.action, event.subject.name])).toEqual([
      ['endpoints.delete', 'GET /v1/items/{id}'],
      ['endpoints.add', 'DELETE /items/{id}'],
      ['endpoints.add', 'GET /v1/items/{id}'],
    ]);
  });

  it('are in a catalogue once, and have a path that is a pattern', async () => {
    const { service } = await makeSubjects(world);
    const input = { serviceId: service.id, method: 'GET', path: '/items/{id}' } as const;
    await world.call('endpoints.add', input);
    expect(await world.refusal('endpoints.add', input)).toMatchObject({ code: 'NAME_TAKEN' });
    await world.call('endpoints.add', { ...input, method: 'PUT' });
    for (const path of ['/items/x{id}', '/items/../x', '/a/**/b', 'items']) {
      const error = await world.refusal('endpoints.add', { ...input, path });
      expect(error, path).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'path' }] });
    }
  });

  it('that do not exist cannot be deleted', async () => {
    expect(await world.refusal('endpoints.delete', { endpointId: 'end_0000000000000000' })).toMatchObject({
      code: 'ENDPOINT_NOT_FOUND',
    });
  });

  it('are imported once: the same document again changes nothing, a changed one updates', async () => {
    const { service } = await makeSubjects(world);
    const document = {
      openapi: '3.1.0',
      paths: { '/items': { get: { tags: ['Items'], summary: 'List' }, post: { tags: ['Items'] } } },
    };
    const input = { serviceId: service.id, openapi: document };
    const nothing = { updated: 0, unchanged: 0, removed: 0, problems: [] };
    expect(await world.call('endpoints.preview', input)).toEqual({
      added: 2,
      ...nothing,
      addedEndpoints: [
        { method: 'GET', path: '/items' },
        { method: 'POST', path: '/items' },
      ],
      updatedEndpoints: [],
      removedEndpoints: [],
      areKeysWhole: true,
    });
    expect((await world.call('endpoints.list', {})).items).toEqual([]);
    expect(await world.call('endpoints.import', input)).toEqual({ added: 2, ...nothing });
    const first = await world.call('endpoints.list', {});
    world.advance(1_000);
    expect(await world.call('endpoints.import', input)).toMatchObject({ added: 0, updated: 0, unchanged: 2 });
    expect(await world.call('endpoints.list', {})).toEqual(first);
    document.paths['/items'].get.summary = 'List items';
    expect(await world.call('endpoints.import', input)).toMatchObject({ added: 0, updated: 1, unchanged: 1 });
    const { items } = await world.call('endpoints.list', {});
    expect(items.map((item) => [item.method, item.summary, item.id])).toEqual([
      ['GET', 'List items', first.items[0]?.id],
      ['POST', '', first.items[1]?.id],
    ]);
  });

  it('that a later document no longer has stay in the catalogue', async () => {
    const { service } = await makeSubjects(world);
    await world.call('endpoints.import', { serviceId: service.id, lines: 'GET /old\nGET /new' });
    await world.call('endpoints.import', { serviceId: service.id, lines: 'GET /new' });
    expect((await world.call('endpoints.list', {})).items).toHaveLength(2);
  });

  it('keep what a document says of them when the same line is pasted', async () => {
    const { service } = await makeSubjects(world);
    const openapi = { openapi: '3.0.3', paths: { '/items': { get: { tags: ['Stock'], summary: 'List' } } } };
    await world.call('endpoints.import', { serviceId: service.id, openapi });
    const result = await world.call('endpoints.import', { serviceId: service.id, lines: 'GET /items' });
    expect(result).toMatchObject({ added: 0, updated: 0, unchanged: 1 });
    expect((await world.call('endpoints.list', {})).items).toMatchObject([
      { group: 'Stock', summary: 'List', source: 'openapi' },
    ]);
  });

  it('are imported in part: what cannot be read is reported, one audit event names the counts', async () => {
    const { service } = await makeSubjects(world);
    const lines = '# shop\nGET /items\n\nFETCH /items\nGET,POST /offers';
    const result = await world.call('endpoints.import', { serviceId: service.id, lines });
    expect(result).toMatchObject({ added: 3, problems: [{ line: 4 }] });
    const { items } = await world.call('audit.list', { filter: { action: 'endpoints.import' } });
    expect(items).toMatchObject([
      {
        subject: { kind: 'service', id: service.id },
        after: { added: 3, problems: 1, addedEndpoints: ['GET /items', 'GET /offers', 'POST /offers'] },
      },
    ]);
  });

  it('need exactly one source, and one that can be read', async () => {
    const { service } = await makeSubjects(world);
    const base = { serviceId: service.id };
    for (const input of [base, { ...base, lines: 'GET /x', openapi: {} }]) {
      expect(await world.refusal('endpoints.import', input)).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: 'openapi' }],
      });
    }
    for (const openapi of ['openapi: 3.1.0\npaths: [', 'just text', {}, { openapi: '4.0.0' }]) {
      for (const name of ['endpoints.import', 'endpoints.preview'] as const) {
        const error = await world.refusal(name, { ...base, openapi });
        expect(error).toMatchObject({ code: 'IMPORT_UNREADABLE', fields: [{ path: 'openapi' }] });
      }
    }
    expect(
      await world.refusal('endpoints.import', { ...base, openapi: 'openapi: 3.1.0\npaths:\n  /a: [\n' }),
    ).toMatchObject({
      message: expect.stringMatching(/^Line \d+: /),
    });
  });
});
