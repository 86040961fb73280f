import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { startRecordingService } from './gateways/recording-service.ts';
import { freePort, startGateway } from './gateways/start-gateway.ts';
import { GatewayScreens } from './pages/gateway-screens.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 120_000 });

let trade: SeededTrade;
const shared = shareLatchkey(async ({ call, serviceUrl }) => {
  trade = await seedTrade(call, serviceUrl);
});

test('the files on the screen run in a real nginx, and the tester finds every answer right', async ({
  folder,
}) => {
  const latchkey = shared();
  const { serviceId, serviceToken, secret } = trade;
  const screens = new GatewayScreens(latchkey);
  const proxyFolder = join(folder, 'proxy');
  await mkdir(proxyFolder);
  await chmod(folder, 0o755);
  const service = await startRecordingService();
  const port = await freePort();
  await screens.open(serviceId);
  const config = await screens.configureNginx({ upstreamUrl: service.url, port, folder: proxyFolder });
  expect(config.files.length).toBeGreaterThan(1);
  expect(config.files.filter(({ holdsToken }) => holdsToken)).toHaveLength(1);
  const gateway = await startGateway('nginx', config, { folder: proxyFolder, port, serviceToken });
  try {
    const url = `http://127.0.0.1:${port}`;
    const passed = await fetch(`${url}/inventory/42`, { headers: { 'X-API-Key': secret } });
    expect(passed.status).toBe(200);
    await screens.test(url, '/inventory/42');
    await expect(screens.tester.getByText(/^All \d+ answers are right\.$/)).toBeVisible();
    await expect(screens.rowsWith('Wrong')).toHaveCount(0);
    await expect(screens.rowsWith('Right').filter({ hasText: '401 REVOKED' })).toHaveCount(2);
    const { violations } = await new AxeBuilder({ page: latchkey.screen }).setLegacyMode(true).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);

    await latchkey.screen.reload();
    await screens.open(serviceId);
    await expect(latchkey.screen.getByRole('textbox', { name: 'Service behind it' })).toHaveValue(
      service.url,
    );
  } finally {
    await gateway.stop();
    await service.stop();
  }
});

test('the tester says in words that a service stands open, and what cannot be reached', async () => {
  const latchkey = shared();
  const { serviceId } = trade;
  const screens = new GatewayScreens(latchkey);
  await screens.open(serviceId);
  const open = await startRecordingService();
  await screens.test(open.url, '/inventory/42');
  await expect(screens.tester.getByText(/^1 of 1 answer is wrong; the test stopped early\.$/)).toBeVisible();
  await expect(screens.tester.getByText(/the service is open/)).toBeVisible();
  await expect(screens.rowsWith('Wrong')).toHaveCount(1);
  await open.stop();

  await screens.test(open.url, '/inventory/42');
  await expect(screens.tester.getByText(/cannot be reached/).first()).toBeVisible();
  await expect(screens.rowsWith('Wrong').filter({ hasText: 'no answer' })).toHaveCount(1);
});

test('a proxy that is not described well enough says at which field, and gives no files', async () => {
  const latchkey = shared();
  const { serviceId } = trade;
  await new GatewayScreens(latchkey).open(serviceId);
  const { screen } = latchkey;
  await screen.getByRole('textbox', { name: 'Service behind it' }).fill('localhost');
  await expect(screen.getByRole('alert').filter({ hasText: 'scheme, host and port' })).toBeVisible();
  await expect(screen.getByText('Complete the fields above to get the configuration.')).toBeVisible();
  await expect(screen.locator('pre')).toHaveCount(0);
});
