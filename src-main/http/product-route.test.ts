import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Product } from '#contract/products.ts';
import type { TemplateId } from '#contract/ids.ts';
import { FORM, openAccessHouse, PUBLIC_HOST, type AccessHouse } from './access-house.test-support.ts';

const DAY_MS = 86_400_000;
let world: AccessHouse;
let product: Product;
let starter: TemplateId;
let pro: TemplateId;

beforeAll(async () => {
  world = await openAccessHouse();
  const [service] = (await world.call('services.list', {})).items;
  if (service === undefined) throw new Error('There is no service.');
  const template = async (name: string, changes: object) =>
    (
      await world.call('templates.create', {
        name,
        description: 'Ours alone.',
        expiresInMs: 90 * DAY_MS,
        ...changes,
      })
    ).id;
  const rule = (path: string) => ({ effect: 'allow' as const, methods: ['*' as const], path });
  starter = await template('Internal feed', {
    environment: 'test',
    rules: [rule('/inventory/**')],
    rateLimit: { limit: 600, windowMs: 60_000 },
    ipAllow: ['203.0.113.0/24'],
  });
  pro = await template('Internal pro', { rules: [rule('/**')], expiresInMs: null });
  product = await world.call('products.create', {
    serviceId: service.id,
    name: 'Inventory <data>',
    slug: 'inventory',
    description: 'Stock of all shops.',
    tiers: [
      { templateId: starter, name: 'Starter' },
      { templateId: pro, name: 'Pro & more' },
    ],
  });
});
afterAll(() => world.house.close());
beforeEach(() => {
  world.house.tick(7_200_000);
});

const ASK = { ...FORM, other: '', product: 'inventory', tier: 'Starter' };

describe('the page of a product', () => {
  test('is the same for a draft and for none, and is there for everybody once it is published', async () => {
    const draft = await world.visit('/products/inventory');
    const none = await world.visit('/products/nothing');
    expect(draft.status).toBe(404);
    expect(draft.text).toBe(none.text);
    expect((await world.visit('/products')).text).toContain('No API product is offered now.');
    await world.call('products.publish', { productId: product.id });
    const page = await world.visit('/products/inventory', null, { Host: PUBLIC_HOST });
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.text).not.toContain('<script');
    expect((await world.visit('/products')).text).toContain('href="products/inventory"');
  });

  test('tells endpoints, limits and life of each tier, and nothing that is ours alone', async () => {
    const { text } = await world.visit('/products/inventory');
    expect(text).toContain('<h1>Inventory &lt;data&gt;</h1>');
    const [, first = '', second = ''] = text.split('<section');
    expect(first).toContain('600 calls in any minute.');
    expect(first).toContain('<dd>90 days</dd>');
    expect(first).toContain('<dd>Test</dd>');
    expect(first).toContain('<code>GET /inventory/{id}</code>');
    expect(first).not.toContain('/offers');
    expect(first).toContain('from agreed addresses only');
    expect(second).toContain('<code>POST /offers/{id}</code> &lt;b&gt;Make&lt;/b&gt; an offer');
    expect(second).toContain('Until it is withdrawn');
    for (const own of ['Internal', 'Ours alone', '203.0.113', 'tpl_', 'prd_'])
      expect(text).not.toContain(own);
  });

  test('leads to the form with its product and tier, and what comes of it carries both', async () => {
    const { text } = await world.visit('/products/inventory');
    const link = /href="\.\.(\/request-access\?product=inventory&amp;tier=Pro[^"]*)"/.exec(text)?.[1] ?? '';
    const form = await world.visit(link.replaceAll('&amp;', '&'));
    expect(form.text).toContain('<option value="Pro &amp; more" selected>');
    const sent = await world.visit('/request-access', { ...ASK, tier: 'Pro & more' });
    expect(sent.status).toBe(303);
    expect(await world.newest()).toMatchObject({
      endpoints: [],
      product: { productId: product.id, name: 'Inventory <data>', templateId: pro, tier: 'Pro & more' },
    });
    const status = await world.visit(`/${String(sent.headers.location)}`);
    expect(status.text).toContain('Inventory &lt;data&gt;, Pro &amp; more');
    // Two who ask for one product ask for two keys.
    await world.visit('/request-access', { ...ASK, application: 'Other', contact: 'x@y.example' });
    expect((await world.newest())?.similarCount).toBe(0);
  });

  test('a tier for test keys gives no live one, and without a product endpoints must be named', async () => {
    const live = await world.visit('/request-access', { ...ASK, environment: 'live' });
    expect(live.status).toBe(422);
    expect(live.text).toContain('Keys of Starter are for test.');
    const { product: _product, ...none } = ASK;
    expect((await world.visit('/request-access', none)).text).toContain('id="endpoints-problem"');
    const gone = await world.visit('/request-access', { ...ASK, tier: 'Gone' });
    expect(gone.status).toBe(422);
    expect(gone.text).toContain('not offered any more');
  });

  test('an archived template is offered no more; without any the page is gone, and what was asked for stays', async () => {
    await world.visit('/request-access', ASK);
    await world.call('templates.update', { templateId: pro, isArchived: true });
    expect((await world.visit('/products/inventory')).text).not.toContain('Pro');
    await world.call('templates.delete', { templateId: starter });
    expect((await world.visit('/products/inventory')).status).toBe(404);
    expect((await world.newest())?.product).toMatchObject({ templateId: starter });
  });

  test('one address calls it sixty times a minute, then waits', async () => {
    const from = { 'X-Forwarded-For': '192.0.2.9' };
    const statuses = new Set<number>();
    for (let call = 0; call < 60; call += 1) {
      statuses.add((await world.visit('/products/nothing', null, from)).status);
    }
    expect([...statuses]).toEqual([404]);
    const next = await world.visit('/products', null, from);
    expect(next.status).toBe(429);
    expect(Number(next.headers['retry-after'])).toBeGreaterThan(0);
    expect((await world.visit('/products', FORM)).status).toBe(405);
  });
});
