import { expect, type Latchkey, test } from './fixtures.ts';
import { KeyScreens } from './pages/key-screens.ts';
import { RequestScreen } from './pages/request-screen.ts';
import { ServiceScreens } from './pages/service-screens.ts';
import { seedNeighbour } from './seed-neighbour.ts';
import { BusyClient, callTrade, startTradeService, type TradeService } from './start-trade-service.ts';
import { TRADE_API } from './trade-api.ts';

const KEY = 'Data feed production';

test('a partner’s program keeps working from its first key through rotation, and a refusal says why', async ({
  latchkey,
}) => {
  test.setTimeout(240_000);
  const keys = new KeyScreens(latchkey);
  const { token, secret } = await test.step('import the trade API and create "Data feed" for Acme', () =>
    setUp(latchkey, keys));
  const trade = await startTradeService(latchkey.serviceUrl, token);
  try {
    await test.step('a granted request passes and its status is joined; another is refused with what is missing', () =>
      callAndSee(latchkey, trade, secret));
    const newSecret = await test.step('rotate while the program keeps calling: no call is refused', () =>
      rotateUnderTraffic(latchkey, keys, trade, secret));
    await test.step('end the overlap: the old secret is refused at the very next call', async () => {
      await keys.endOverlap();
      const refused = await callTrade(trade, secret, 'GET', '/inventory/42');
      expect(refused.status).toBe(401);
      expect((await callTrade(trade, newSecret, 'GET', '/inventory/42')).status).toBe(200);
    });
    await test.step('revoke another key: its neighbour goes on', () =>
      revokeNeighbour(latchkey, keys, trade, newSecret));
    await test.step('all of it is in the audit trail', () => seeAudit(latchkey));
  } finally {
    await trade.stop();
  }
});

async function setUp(latchkey: Latchkey, keys: KeyScreens): Promise<{ token: string; secret: string }> {
  const services = new ServiceScreens(latchkey);
  const token = await services.create('Trade');
  await services.importOpenApi(JSON.stringify(TRADE_API, null, 2));
  await expect(latchkey.screen.getByText('/inventory/{id}').first()).toBeVisible();
  await services.createScope('inventory:read', 'GET /inventory/**');
  const secret = await keys.create({
    partner: { name: 'Acme', contactEmail: 'ops@acme.example' },
    application: 'Data feed',
    name: KEY,
    scope: 'inventory:read',
  });
  expect(secret).toMatch(/^lk_live_datafeed_[0-9A-Za-z]{12}_[0-9A-Za-z]{43,49}$/);
  return { token, secret };
}

async function callAndSee(latchkey: Latchkey, trade: TradeService, secret: string): Promise<void> {
  const passed = await callTrade(trade, secret, 'GET', '/inventory/42');
  expect(passed).toEqual({ status: 200, body: { id: '42', stock: 7 } });
  const refused = await callTrade(trade, secret, 'POST', '/offers');
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ code: 'INSUFFICIENT_SCOPE', missing: ['POST /offers'] });

  const log = new RequestScreen(latchkey);
  await log.open();
  await expect(log.rows('GET', '/inventory/42', '200')).toHaveCount(1);
  await expect(log.rows('POST', '/offers')).toHaveCount(1);
  const detail = await log.look(log.rows('POST', '/offers'));
  await expect(detail).toContainText('POST /offers');
}

async function rotateUnderTraffic(
  latchkey: Latchkey,
  keys: KeyScreens,
  trade: TradeService,
  secret: string,
): Promise<string> {
  await keys.open(KEY);
  const client = new BusyClient(trade, secret, '/inventory/42');
  await expect.poll(() => client.statuses.length).toBeGreaterThan(5);
  const newSecret = await keys.rotate();
  const before = client.statuses.length;
  await expect.poll(() => client.statuses.length).toBeGreaterThan(before + 5);
  client.secret = newSecret;
  const switched = client.statuses.length;
  await expect.poll(() => client.statuses.length).toBeGreaterThan(switched + 5);
  const statuses = await client.stop();
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  await expect(latchkey.screen.getByRole('meter', { name: 'Requests on the new secret' })).toBeVisible();
  return newSecret;
}

async function revokeNeighbour(
  latchkey: Latchkey,
  keys: KeyScreens,
  trade: TradeService,
  secret: string,
): Promise<void> {
  const neighbour = await seedNeighbour(latchkey.call);
  expect((await callTrade(trade, neighbour.secret, 'GET', '/inventory/7')).status).toBe(200);
  const client = new BusyClient(trade, secret, '/inventory/42');
  await keys.open(neighbour.name);
  await keys.revoke(neighbour.name);
  expect((await callTrade(trade, neighbour.secret, 'GET', '/inventory/7')).status).toBe(401);
  const statuses = await client.stop();
  expect(statuses.length).toBeGreaterThan(5);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
}

async function seeAudit(latchkey: Latchkey): Promise<void> {
  const { items } = await latchkey.call('audit.list', {});
  const actions = items.map((event) => event.action).toReversed();
  expect(actions).toEqual(
    expect.arrayContaining([
      'services.create',
      'endpoints.import',
      'scopes.create',
      'partners.create',
      'applications.create',
      'keys.create',
      'keys.rotate',
      'keys.endOverlap',
      'keys.revoke',
    ]),
  );
  expect((await latchkey.call('audit.verify', {})).ok).toBe(true);
  await latchkey.goTo('/audit');
  await expect(latchkey.screen.getByRole('row').filter({ hasText: KEY }).first()).toBeVisible();
}
