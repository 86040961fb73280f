import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VIEWS_MAX } from '#contract/views.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const COLUMNS = [
  { id: 'name', isShown: true, widthPx: 320 },
  { id: 'tags', isShown: false, widthPx: null },
];
const ENDING = { screen: 'keys', name: 'Ending soon', search: 'status=expiring&sort=expires' } as const;
const KEY_TEXT = 'lk_live_datafeed_k7Qd2mX9pR4t_0123456789abcdefghijABCDEFGHIJ0123';

let world: TestWorld;
beforeEach(() => {
  world = createTestWorld();
});
afterEach(() => {
  world.close();
});

describe('saved views', () => {
  it('are kept by screen and listed by name, with their columns in order', async () => {
    const ending = await world.call('views.save', { ...ENDING, columns: COLUMNS });
    expect(ending).toMatchObject({ ...ENDING, columns: COLUMNS, createdAt: world.nowMs() });
    const acme = await world.call('views.save', { ...ENDING, name: 'acme' });
    expect(acme.columns).toBeNull();
    const refused = await world.call('views.save', { ...ENDING, screen: 'requests' });
    expect(await world.call('views.list', { screen: 'keys' })).toEqual({ items: [acme, ending] });
    expect(await world.call('views.list', { screen: 'requests' })).toEqual({ items: [refused] });
  });

  it('saved again keep their id, screen and beginning, and the audit trail says what changed', async () => {
    const before = await world.call('views.save', ENDING);
    world.advance(1_000);
    const after = await world.call('views.save', {
      viewId: before.id,
      screen: 'requests',
      name: 'ENDING SOON',
      search: '',
    });
    expect(after).toEqual({ ...before, name: 'ENDING SOON', search: '', updatedAt: world.nowMs() });
    expect((await world.call('views.list', { screen: 'keys' })).items).toEqual([after]);
    const { items } = await world.call('audit.list', { filter: { subjectId: before.id } });
    expect(items.map(({ action, before: was, after: is }) => [action, was, is])).toEqual([
      ['views.save', { name: 'Ending soon', search: ENDING.search }, { name: 'ENDING SOON', search: '' }],
      ['views.save', null, { ...ENDING, columns: null }],
    ]);
  });

  it('are gone once deleted, for every later command on them', async () => {
    const { id } = await world.call('views.save', ENDING);
    expect(await world.call('views.delete', { viewId: id })).toEqual({ deleted: true });
    expect(await world.call('views.list', { screen: 'keys' })).toEqual({ items: [] });
    expect(await world.refusal('views.delete', { viewId: id })).toMatchObject({ code: 'VIEW_NOT_FOUND' });
    expect(await world.refusal('views.save', { ...ENDING, viewId: id })).toMatchObject({
      code: 'VIEW_NOT_FOUND',
    });
    const [deleted] = (await world.call('audit.list', { filter: { subjectId: id } })).items;
    expect(deleted).toMatchObject({ action: 'views.delete', before: { ...ENDING, columns: null } });
  });

  it('have a name of their own on their screen', async () => {
    const { id } = await world.call('views.save', ENDING);
    const other = await world.call('views.save', { ...ENDING, name: 'Other' });
    const taken = { code: 'NAME_TAKEN', fields: [{ path: 'name' }] };
    expect(await world.refusal('views.save', { ...ENDING, name: 'ending SOON' })).toMatchObject(taken);
    expect(await world.refusal('views.save', { ...ENDING, viewId: other.id })).toMatchObject(taken);
    await world.call('views.save', { ...ENDING, viewId: id });
  });

  it('never hold the text of a key, plain or percent-encoded', async () => {
    const encoded = KEY_TEXT.replaceAll('_', '%5F');
    for (const search of [`text=${KEY_TEXT}`, `text=${encoded}`]) {
      const error = await world.refusal('views.save', { ...ENDING, search });
      expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'search' }] });
      expect(JSON.stringify(error)).not.toContain(KEY_TEXT.slice(-20));
    }
    expect((await world.call('views.list', { screen: 'keys' })).items).toEqual([]);
  });

  it('are at most as many as the screen can show', async () => {
    for (let n = 0; n < VIEWS_MAX; n += 1)
      await world.call('views.save', { ...ENDING, name: `View ${String(n)}` });
    expect(await world.refusal('views.save', ENDING)).toMatchObject({ code: 'INVALID_INPUT' });
    await world.call('views.save', { ...ENDING, screen: 'requests' });
  });

  it('are read by everybody and saved by issuers', async () => {
    await world.call('views.save', ENDING, 'issuer');
    expect((await world.call('views.list', { screen: 'keys' }, 'viewer')).items).toHaveLength(1);
    expect(await world.refusal('views.save', ENDING, 'viewer')).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('refuse columns that no screen could have', async () => {
    for (const columns of [[{ id: '', isShown: true, widthPx: null }], [{ ...COLUMNS[0], widthPx: 5 }]]) {
      expect(await world.refusal('views.save', { ...ENDING, columns })).toMatchObject({
        code: 'INVALID_INPUT',
      });
    }
  });
});
