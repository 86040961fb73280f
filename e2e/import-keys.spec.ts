import { createHash } from 'node:crypto';
import { expect, test } from './fixtures.ts';
import { goTo } from './go-to.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 120_000 });

let trade: SeededTrade;
const shared = shareLatchkey(async ({ call, serviceUrl }) => {
  trade = await seedTrade(call, serviceUrl);
});

const FEED = '4f3c2b1a-9d8e-4a7b-8c6d-1e2f3a4b5c6d';
const KIOSK = 'sk_9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f40';
const OF_KONG = 'k3J9sQ0aZx8LmN2vB7cT5yRwE1uI4oP6';
const HASHED = 'sk_0f1e2d3c4b5a69788796a5b4c3d2e1f0';

test('keys of another system are tried, imported and verified as they are, and leave nothing on the page', async () => {
  const latchkey = shared();
  const { screen } = latchkey;
  await latchkey.goTo('/keys');
  await screen.getByRole('link', { name: 'Import keys' }).click();
  const main = screen.getByRole('main');

  await main.getByRole('button', { name: 'Try without importing' }).click();
  await expect(main.getByRole('alert').first()).toContainText('Choose the application');
  await main.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option', { name: 'Data feed' }).click();
  await main.getByRole('checkbox', { name: 'inventory:read' }).check();
  await main
    .getByRole('textbox', { name: 'Keys to import' })
    .fill(`Old feed,${FEED}\nshort\nKiosk,${KIOSK}\n`);
  await expect(main.getByRole('button', { name: 'Import keys' })).toHaveAttribute('aria-disabled', 'true');
  await main.getByRole('button', { name: 'Try without importing' }).click();
  await expect(main.getByRole('heading', { name: '2 keys would be made' })).toBeVisible();
  await expect(main.getByRole('list', { name: 'Problems' })).toContainText('Line 2: ');
  expect((await latchkey.call('keys.list', { filter: { text: 'Kiosk' } })).total).toBe(0);

  await main.getByRole('button', { name: 'Import 2 keys' }).click();
  const result = main.getByRole('status', { name: 'Result' });
  await expect(result.getByRole('heading', { name: '2 keys imported' })).toBeVisible();
  await expect(result.getByRole('link', { name: 'Old feed' })).toBeVisible();
  for (const key of [FEED, KIOSK]) {
    const request = { key, method: 'GET', path: '/inventory/42' };
    expect(await verify(latchkey.serviceUrl, trade.serviceToken, request)).toMatchObject({ code: 'VALID' });
    expect(await screen.content()).not.toContain(key);
  }
  const stored = await screen.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), location.href]),
  );
  expect(stored).not.toContain(FEED.slice(0, 12));

  await result.getByRole('link', { name: 'Old feed' }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'Old feed' })).toBeVisible();
});

test('hashes are imported with what their keys look like; what is known already is told by its line', async () => {
  const latchkey = shared();
  const { screen } = latchkey;
  const hash = createHash('sha256').update(HASHED).digest('hex');
  const main = screen.getByRole('main');
  for (const expected of ['1 key would be made', '0 keys would be made']) {
    await latchkey.goTo('/services');
    await latchkey.goTo('/keys/import');
    await expect(main.getByRole('textbox', { name: 'Keys to import' })).toHaveValue('');
    await main.getByRole('combobox', { name: 'Application' }).click();
    await screen.getByRole('option', { name: 'Data feed' }).click();
    await main.getByRole('checkbox', { name: 'inventory:read' }).check();
    await main.getByRole('radio', { name: 'SHA-256 hashes' }).check();
    await main.getByRole('button', { name: 'What the keys behind the hashes look like' }).click();
    await main.getByRole('textbox', { name: 'They begin with' }).fill('sk_');
    await main.getByRole('textbox', { name: 'Keys to import' }).fill(`Hashed kiosk,${hash}`);
    await main.getByRole('button', { name: 'Try without importing' }).click();
    await expect(main.getByRole('heading', { name: expected })).toBeVisible();
    if (expected.startsWith('0')) {
      await expect(main.getByRole('list', { name: 'Problems' })).toContainText('Line 1: ');
      await expect(main.getByRole('button', { name: 'Import keys' })).toHaveAttribute(
        'aria-disabled',
        'true',
      );
    } else {
      await main.getByRole('button', { name: 'Import 1 key' }).click();
      await expect(main.getByRole('heading', { name: '1 key imported' })).toBeVisible();
    }
  }
  const request = { key: HASHED, method: 'GET', path: '/inventory/42' };
  expect(await verify(latchkey.serviceUrl, trade.serviceToken, request)).toMatchObject({ code: 'VALID' });
});

test('a dump of Kong is tried and imported, with its consumers as applications', async () => {
  const latchkey = shared();
  const { screen } = latchkey;
  const main = screen.getByRole('main');
  await latchkey.goTo('/services');
  await latchkey.goTo('/keys/import');
  await main.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option', { name: 'Data feed' }).click();
  await main.getByRole('checkbox', { name: 'inventory:read' }).check();
  await main.getByRole('radio', { name: 'Kong' }).check();
  await main.getByLabel('File with keys').setInputFiles({
    name: 'kong.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(
      `_format_version: "3.0"\nconsumers:\n- username: kong-kiosk\n  keyauth_credentials:\n  - key: ${OF_KONG}\n  - key: short\n`,
    ),
  });
  await main.getByRole('button', { name: 'Try without importing' }).click();
  await expect(main.getByRole('list', { name: 'Applications' })).toContainText(
    'kong-kiosk: 1 key, a new application',
  );
  await expect(main.getByRole('list', { name: 'Problems' })).toContainText('Line 6: Consumer “kong-kiosk”');
  await main.getByRole('button', { name: 'Import 1 key' }).click();
  await expect(main.getByRole('heading', { name: '1 key imported' })).toBeVisible();
  const request = { key: OF_KONG, method: 'GET', path: '/inventory/42' };
  expect(await verify(latchkey.serviceUrl, trade.serviceToken, request)).toMatchObject({
    code: 'VALID',
    application: { name: 'kong-kiosk' },
  });
});

test('S19.4 and S19.5 partners are imported line by line, and one with a live key is not deleted', async () => {
  const latchkey = shared();
  const { screen, call } = latchkey;
  const { partnerId, keyId } = trade;
  const { name } = await call('partners.get', { partnerId });
  const main = screen.getByRole('main');
  await latchkey.goTo('/partners');
  await main.getByRole('link', { name: 'Import partners' }).click();
  await main.getByLabel('File with partners').setInputFiles({
    name: 'partners.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `\uFEFFName;Contact e-mail;Note\r\n${name};;Renamed soon\r\nBolt;b@bolt.example;\r\nNobody;;=1\r\n`,
    ),
  });
  await main.getByRole('button', { name: 'Try without importing' }).click();
  const lines = main.getByRole('table', { name: 'Lines' });
  await expect(lines.getByRole('row', { name: /^2 Change/ })).toContainText('Renamed soon');
  await expect(lines.getByRole('row', { name: '3 Add Bolt' })).toBeVisible();
  await expect(lines.getByRole('row', { name: /^4 Left out Nobody/ })).toContainText('formula');
  expect((await call('partners.list', { text: 'Bolt' })).items).toEqual([]);
  await main.getByRole('button', { name: 'Import 2 partners' }).click();
  await expect(main.getByRole('heading', { name: '1 partner added, 1 changed' })).toBeVisible();
  await main.getByRole('link', { name: 'Bolt' }).click();

  await main.getByRole('button', { name: 'Delete…' }).click();
  await screen.getByRole('alertdialog').getByRole('button', { name: 'Delete partner' }).click();
  await expect(screen).toHaveURL(/\/partners$/);
  expect((await call('partners.list', { text: 'Bolt' })).items).toEqual([]);

  await latchkey.goTo(`/partners/${partnerId}`);
  await main.getByRole('button', { name: 'Delete…' }).click();
  const held = screen.getByRole('alertdialog', { name: `${name} cannot be deleted` });
  await expect(held.getByRole('list', { name: 'Keys that are not revoked' }).getByRole('link')).toHaveCount(
    (await call('keys.list', { filter: { partnerId } })).total,
  );
  await expect(held.getByRole('button', { name: 'Delete partner' })).toHaveAttribute('aria-disabled', 'true');
  expect((await call('keys.get', { keyId })).partnerName).toBe(name);
});

test('S19.1 no application, and so no key, is made without somebody who can be reached', async () => {
  const latchkey = shared();
  const { call } = latchkey;
  // The refusals below are what is wanted, and no complaint of the page.
  const screen = await latchkey.openOther();
  const contactEmail = 'ops@silent.example';
  const { id: partnerId } = await call('partners.create', { name: 'Silent', tier: 'external', contactEmail });
  await goTo(screen, `/partners/${partnerId}`);
  await screen.getByRole('button', { name: 'New application' }).first().click();
  const dialog = screen.getByRole('dialog', { name: /application/i });
  const contact = dialog.getByRole('textbox', { name: 'Contact e-mail' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Silent feed');
  for (const none of ['', 'nobody']) {
    await contact.fill(none);
    await dialog.getByRole('button', { name: 'Create application' }).click();
    await expect(contact).toHaveAttribute('aria-invalid', 'true');
    expect((await call('applications.list', { partnerId })).items).toEqual([]);
  }
  await contact.fill('feed@silent.example');
  await dialog.getByRole('button', { name: 'Create application' }).click();
  await expect(dialog).toHaveCount(0);
  expect((await call('applications.list', { partnerId })).items).toMatchObject([
    { contactEmail: 'feed@silent.example' },
  ]);
});
