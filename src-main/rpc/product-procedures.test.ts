import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '#contract/usage.ts';
import { makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => world.close());

const newTemplate = (name: string) =>
  world.call('templates.create', { name, scopeIds: [subjects.scope.id], expiresInMs: 30 * DAY_MS });
const newProduct = async (changes: object = {}) => {
  const template = await newTemplate('Feed');
  const input = {
    serviceId: subjects.service.id,
    name: 'Inventory data',
    slug: 'inventory',
    tiers: [{ templateId: template.id, name: 'Starter' }],
    ...changes,
  };
  return { template, product: await world.call('products.create', input) };
};
const refusal = async (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: Error) => error.message,
  );
const events = async () =>
  (await world.call('audit.list', {})).items.filter(({ action }) => action.startsWith('products.'));

describe('a product', () => {
  it('starts as a draft, and tells of each tier how many endpoints of the service its keys may call', async () => {
    await world.call('endpoints.import', {
      serviceId: subjects.service.id,
      lines: 'GET /inventory/{id}\nPOST /offers',
    });
    const { product, template } = await newProduct();
    expect(product).toMatchObject({ state: 'draft', description: '', slug: 'inventory' });
    expect(product.pageUrl).toMatch(/\/products\/inventory$/);
    expect(product.tiers).toEqual([
      { templateId: template.id, name: 'Starter', templateName: 'Feed', isOffered: true, endpointCount: 1 },
    ]);
    const { items } = await world.call('products.list', { serviceId: subjects.service.id });
    expect(items).toEqual([product]);
  });

  it('has a name and an address of its own, tiers of different templates and names, and no key in its texts', async () => {
    const { template } = await newProduct();
    const other = await newTemplate('Other');
    const tier = { templateId: other.id, name: 'Pro' };
    const base = { serviceId: subjects.service.id, name: 'Second', slug: 'second', tiers: [tier] };
    const refusals = [
      { ...base, name: 'INVENTORY DATA' },
      { ...base, slug: 'inventory' },
      { ...base, tiers: [] },
      { ...base, tiers: [tier, { templateId: template.id, name: 'PRO' }] },
      { ...base, tiers: [tier, { ...tier, name: 'Max' }] },
      { ...base, tiers: [{ ...tier, templateId: 'tpl_0000000000000000' as never }] },
      { ...base, description: `Use lk_live_feed_k7Qd2mX9pR4t_${'a'.repeat(49)}` },
    ];
    const texts: string[] = [];
    for (const input of refusals) texts.push(await refusal(world.call('products.create', input)));
    const codes = texts.map((text) => /"code":"(\w+)"/.exec(text)?.[1]);
    expect(codes).toEqual([
      'NAME_TAKEN',
      'SLUG_TAKEN',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'INVALID_INPUT',
      'TEMPLATE_NOT_FOUND',
      'INVALID_INPUT',
    ]);
    expect((await world.call('products.list', {})).items).toHaveLength(1);
  });

  it('is published and taken back once each, and every step is in the trail', async () => {
    const { product } = await newProduct();
    const { id: productId } = product;
    expect((await world.call('products.publish', { productId })).state).toBe('published');
    await expect(world.call('products.publish', { productId })).rejects.toThrow('WRONG_STATUS');
    await world.call('products.update', { productId, name: 'Inventory', description: 'In stock.' });
    expect((await world.call('products.get', { productId })).state).toBe('published');
    expect((await world.call('products.unpublish', { productId })).state).toBe('draft');
    await expect(world.call('products.unpublish', { productId })).rejects.toThrow('WRONG_STATUS');
    await world.call('products.delete', { productId });
    await expect(world.call('products.get', { productId })).rejects.toThrow('PRODUCT_NOT_FOUND');
    expect((await events()).map(({ action, subject }) => [action, subject.kind])).toEqual([
      ['products.delete', 'product'],
      ['products.unpublish', 'product'],
      ['products.update', 'product'],
      ['products.publish', 'product'],
      ['products.create', 'product'],
    ]);
  });

  it('offers nothing once its template is archived or deleted, and cannot be published then', async () => {
    const { product, template } = await newProduct();
    const { id: productId } = product;
    await world.call('products.publish', { productId });
    await world.call('templates.update', { templateId: template.id, isArchived: true });
    expect(await world.call('products.get', { productId })).toMatchObject({
      state: 'empty',
      tiers: [{ isOffered: false }],
    });
    await world.call('templates.delete', { templateId: template.id });
    expect(await world.call('products.get', { productId })).toMatchObject({ state: 'empty', tiers: [] });
    const [deleted] = (await world.call('audit.list', { filter: { action: 'templates.delete' } })).items;
    expect(deleted?.before).toMatchObject({ products: ['Inventory data'] });
    await world.call('products.unpublish', { productId });
    await expect(world.call('products.publish', { productId })).rejects.toThrow('WRONG_STATUS');
  });
});
