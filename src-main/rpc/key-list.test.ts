import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { KeyId, TemplateId, TimestampMs } from '#contract/ids.ts';
import { KEY_SORTS, KEY_STATUSES, type KeySummary } from '#contract/keys.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const names = async (filter: CallInput<'keys.list'>['filter'], sort: (typeof KEY_SORTS)[number] = 'name') => {
  const page = await world.call('keys.list', { filter, sort });
  expect(page.total).toBe(page.items.length);
  return page.items.map((item) => item.name);
};

const touch = (id: KeyId, atMs: number, version = 1) => {
  world.db.lastUsed.touch(id, version, atMs as TimestampMs);
};

/** One key in each condition, named after it. */
async function makeOneOfEach(): Promise<Record<string, KeyId>> {
  const ids: Record<string, KeyId> = {};
  const make = async (name: string, changes: Partial<CallInput<'keys.create'>> = {}) => {
    ids[name] = (await makeKey(world, subjects, { name, ...changes })).key.keyId;
    return ids[name];
  };
  await make('expired', { expiresAt: world.nowMs() + 1 });
  world.advance(DAY_MS);
  touch(await make('active'), world.nowMs());
  const rotating = await make('rotating');
  await world.call('keys.rotate', { keyId: rotating, overlapMs: DAY_MS });
  touch(rotating, world.nowMs(), 2);
  const suspended = await make('suspended');
  await world.call('keys.rotate', { keyId: suspended, overlapMs: DAY_MS });
  await world.call('keys.suspend', { keyId: suspended, reason: 'x' });
  const revoked = await make('revoked');
  await world.call('keys.suspend', { keyId: revoked, reason: 'x' });
  await world.call('keys.revoke', { keyId: revoked, reason: 'other' });
  touch(await make('expiring', { expiresAt: world.nowMs() + 14 * DAY_MS }), world.nowMs());
  await make('never used');
  touch(await make('long unused'), world.nowMs() - 30 * DAY_MS - 1);
  touch(await make('just used'), world.nowMs() - 30 * DAY_MS);
  return ids;
}

describe('keys.list', () => {
  it('says of each key what keys.get says', async () => {
    const ids = await makeOneOfEach();
    const { items } = await world.call('keys.list', {});
    expect(items).toHaveLength(Object.keys(ids).length);
    for (const { rotatedAt, templateName, ...item } of items) {
      const key = await world.call('keys.get', { keyId: item.keyId });
      expect(key).toMatchObject(item);
      expect([item.createdBy, templateName]).toEqual(['The owner', null]);
      const newest = key.secrets.find((secret) => secret.state === 'current');
      expect(rotatedAt).toBe(key.secrets.length > 1 ? newest?.createdAt : null);
    }
  });

  it('filters by status exactly as the status is shown, alone and together', async () => {
    await makeOneOfEach();
    const { items } = await world.call('keys.list', {});
    const shown = (wanted: readonly string[]) =>
      items.filter((i) => wanted.includes(i.status)).map((i) => i.name);
    for (let set = 0; set < 2 ** KEY_STATUSES.length; set += 1) {
      const status = KEY_STATUSES.filter((_, index) => (set & (1 << index)) !== 0);
      expect(await names({ status }), status.join()).toEqual(shown(status));
    }
  });

  it('shows what ends within 14 days and what was not used for 30 days among the keys that work', async () => {
    await makeOneOfEach();
    expect(await names({ status: ['expiring'] })).toEqual(['expiring']);
    expect(await names({ status: ['unused'] })).toEqual(['long unused', 'never used']);
    expect(await names({ status: ['expiring', 'revoked'] })).toEqual(['expiring', 'revoked']);
    expect(await names({ status: ['active', 'rotating', 'unused'] })).toEqual(
      await names({ status: ['active', 'rotating'] }),
    );
  });

  it('a lapsed overlap is over without anybody having done anything', async () => {
    await makeOneOfEach();
    world.advance(DAY_MS);
    expect(await names({ status: ['rotating'] })).toEqual([]);
    expect(await names({ status: ['active'] })).toContain('rotating');
  });

  it('filters by environment, partner, application, scope and tag', async () => {
    const other = await world.call('partners.create', {
      name: 'Globex',
      tier: 'external',
      contactEmail: 'a@b.example',
    });
    const shop = await world.call('applications.create', {
      partnerId: other.id,
      name: 'Shop',
      slug: 'shop',
      contactEmail: 'a@b.example',
    });
    await makeKey(world, subjects, { name: 'one', tags: ['team=search', 'x'] });
    await makeKey(world, subjects, {
      name: 'two',
      environment: 'test',
      scopeIds: [],
      tags: ['team=search2'],
    });
    await makeKey(world, subjects, { name: 'three', applicationId: shop.id });
    expect(await names({ environment: 'test' })).toEqual(['two']);
    expect(await names({ partnerId: other.id })).toEqual(['three']);
    expect(await names({ applicationId: subjects.application.id })).toEqual(['one', 'two']);
    expect(await names({ scopeId: subjects.scope.id })).toEqual(['one', 'three']);
    expect(await names({ tag: 'team=search' })).toEqual(['one']);
    expect(await names({ tag: 'x', environment: 'test' })).toEqual([]);
  });

  it('names the template of a key, filters by it and sorts by it, with keys of none last', async () => {
    const make = async (name: string) =>
      world.call('templates.create', { name, scopeIds: [], rules: [], expiresInMs: DAY_MS });
    const [feed, writer] = [await make('data feed'), await make('Writer')];
    await makeKey(world, subjects, { name: 'of none' });
    await makeKey(world, subjects, { name: 'b', templateId: writer.id });
    await makeKey(world, subjects, { name: 'a', templateId: feed.id });
    await makeKey(world, subjects, { name: 'c', templateId: feed.id });
    expect(await names({ templateId: feed.id })).toEqual(['a', 'c']);
    const { items } = await world.call('keys.list', { sort: 'template' });
    expect(items.map(({ templateName }) => templateName)).toEqual(['data feed', 'data feed', 'Writer', null]);
    expect((await names({}, '-template'))[0]).toBe('of none');
  });

  it('finds text in name, key id, hint, application, partner, tag and external id', async () => {
    const { key } = await makeKey(world, subjects, {
      name: 'Price 100% sync',
      externalId: 'CRM_17',
      tags: ['team=search'],
    });
    await makeKey(world, subjects, { name: 'Other' });
    const own = ['price 100%', key.keyId.slice(2, 10), key.hint, 'crm_17', 'TEAM=sea', key.hint.slice(-4)];
    for (const text of own) expect(await names({ text }), text).toContain('Price 100% sync');
    for (const text of ['100%', 'crm_17', 'team='])
      expect(await names({ text }), text).toEqual(['Price 100% sync']);
    for (const text of ['data feed', 'acme', 'lk_live_datafeed', '  ']) {
      expect(await names({ text }), text).toEqual(['Other', 'Price 100% sync']);
    }
    // The characters that mean something to LIKE mean themselves.
    for (const text of ['1__%', 'crm%17', '\\', '"', "'; DROP TABLE keys; --"]) {
      expect(await names({ text }), text).toEqual([]);
    }
  });

  it('sorts in every order, with keys that never expire last and never used first', async () => {
    const a = await makeKey(world, subjects, { name: 'a', expiresAt: world.nowMs() + 2 * DAY_MS });
    world.advance(1);
    const b = await makeKey(world, subjects, { name: 'B', expiresAt: null, noExpiryReason: 'Device' });
    world.advance(1);
    await makeKey(world, subjects, { name: 'c', expiresAt: world.nowMs() + DAY_MS });
    touch(a.key.keyId, world.nowMs());
    touch(b.key.keyId, world.nowMs() - 5);
    const orders = {
      name: ['a', 'B', 'c'],
      created: ['a', 'B', 'c'],
      expires: ['c', 'a', 'B'],
      lastUsed: ['c', 'B', 'a'],
    } as const;
    for (const [sort, order] of Object.entries(orders)) {
      expect(await names({}, sort as keyof typeof orders), sort).toEqual(order);
      expect(await names({}, `-${sort as keyof typeof orders}`), `-${sort}`).toEqual([...order].reverse());
    }
    touch(b.key.keyId, world.nowMs() + 5);
    expect(await names({}, '-lastUsed')).toEqual(['B', 'a', 'c']);
  });

  it('shows every key exactly once over the pages, in every order, equal sort values included', async () => {
    const templates: TemplateId[] = [];
    for (const name of ['Feed', 'feeds'])
      templates.push((await world.call('templates.create', { name, expiresInMs: DAY_MS })).id);
    for (let index = 0; index < 23; index += 1) {
      if (index % 5 === 0) world.advance(1);
      const { key } = await makeKey(world, subjects, {
        ...(index % 3 === 0 ? {} : { templateId: templates[index % 2] }),
        name: `Same ${String(index % 3)} “quoted” ⇒ ${'ü'.repeat(index % 2 === 0 ? 40 : 0)}`,
        ...(index % 4 === 0 ? { expiresAt: null, noExpiryReason: 'Device' } : {}),
      });
      if (index % 2 === 0) touch(key.keyId, world.nowMs() - (index % 3));
    }
    for (const sort of KEY_SORTS) {
      const whole = (await world.call('keys.list', { sort })).items;
      const paged: KeySummary[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: readonly KeySummary[]; nextCursor: string | null; total: number } =
          await world.call('keys.list', { sort, limit: 4, ...(cursor === null ? {} : { cursor }) });
        expect(page.total).toBe(23);
        paged.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(paged, sort).toEqual(whole);
      expect(new Set(paged.map((item) => item.keyId)).size).toBe(23);
    }
  });

  it('refuses a cursor of another filter or sort, and garbage', async () => {
    for (const name of ['a', 'b', 'c']) await makeKey(world, subjects, { name });
    const { nextCursor } = await world.call('keys.list', { limit: 1 });
    const cursor = nextCursor ?? '';
    for (const input of [
      { cursor, sort: '-name' },
      { cursor, filter: { environment: 'live' } },
      { cursor: 'garbage' },
      { cursor: Buffer.from('[1]').toString('base64url') },
    ]) {
      expect(await world.refusal('keys.list', input)).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: 'cursor' }],
      });
    }
    expect((await world.call('keys.list', { limit: 1, cursor })).items).toMatchObject([{ name: 'b' }]);
  });

  it('refuses bad filters and limits with the field', async () => {
    for (const [input, path] of [
      [{ filter: { status: ['sleeping'] } }, 'filter.status.0'],
      [{ filter: { color: 'red' } }, 'filter.color'],
      [{ limit: 0 }, 'limit'],
      [{ sort: 'size' }, 'sort'],
    ] as const) {
      expect(await world.refusal('keys.list', input)).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path }],
      });
    }
  });
});
