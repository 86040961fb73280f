import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from './fixtures.ts';
import { seedTrade, verify } from './seed-trade.ts';

const DAY_MS = 86_400_000;
const KINDS = [
  'sharing',
  'nearExpiry',
  'overScoped',
  'neverUsed',
  'idle',
  'noExpiry',
  'noLimit',
  'missingContact',
];

test('every figure of the board is the number of rows behind its link', async ({ latchkey }) => {
  const { screen, call, serviceUrl, goTo } = latchkey;
  const { applicationId, readScopeId } = await seedTrade(call, serviceUrl);
  for (const [name, days] of [
    ['Ends soon', 3],
    ['Ends late', 200],
  ] as const) {
    await call('keys.create', {
      applicationId,
      name,
      environment: 'live',
      scopeIds: [readScopeId],
      expiresAt: Date.now() + days * DAY_MS,
    });
  }
  await goTo('/hygiene');
  await expect(screen.getByRole('heading', { level: 1, name: 'Hygiene' })).toBeVisible();
  for (const kind of KINDS) {
    const section = screen.locator(`[data-kind="${kind}"]`);
    const count = Number(await section.getAttribute('data-count'));
    const link = section.getByRole('link', { name: /^Show / });
    if (count === 0) {
      await expect(link).toHaveCount(0);
      continue;
    }
    await link.click();
    await expect(screen.getByRole('grid', { name: 'Keys' })).toHaveAttribute('aria-rowcount', String(count));
    await goTo('/hygiene');
  }
});

test('a remedy is one click and a confirmation away, and one Undo takes it back', async ({ latchkey }) => {
  const { screen, call, serviceUrl, goTo } = latchkey;
  await seedTrade(call, serviceUrl);
  await call('plans.create', { name: 'Small', quota: { limit: 1_000, period: 'day' } });
  await goTo('/hygiene');
  const endless = screen.locator('[data-kind="noExpiry"]');
  await expect(endless).toHaveAttribute('data-count', '1');
  await endless.getByRole('button', { name: 'Give an expiry…' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Give an expiry to 1 key' }).click();
  await expect(screen.getByText('1 key is extended.')).toBeVisible();
  await expect(endless).toHaveAttribute('data-count', '0');
  await screen.getByRole('button', { name: 'Undo' }).click();
  await expect(endless).toHaveAttribute('data-count', '1');
  const unlimited = screen.locator('[data-kind="noLimit"]');
  await unlimited.getByRole('button', { name: 'Put on a plan…' }).click();
  const dialog = screen.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Change 1 key' }).click();
  await expect(dialog.getByText('Choose a plan.')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Plan' }).click();
  await screen.getByRole('option', { name: 'Small' }).click();
  await dialog.getByRole('button', { name: 'Change 1 key' }).click();
  await expect(unlimited).toHaveAttribute('data-count', '0');
});

test('a key that is granted too much loses its unused rules after a replay without them, and one Undo gives them back', async ({
  latchkey,
}) => {
  const { screen, call, serviceUrl, goTo } = latchkey;
  const { applicationId, serviceToken } = await seedTrade(call, serviceUrl);
  const rules = ['/inventory/**', '/offers/**'].map((path) => ({
    effect: 'allow' as const,
    methods: ['GET' as const],
    path,
  }));
  const { key, secret } = await call('keys.create', {
    applicationId,
    name: 'Too much',
    environment: 'live',
    rules,
    expiresAt: Date.now() + 90 * DAY_MS,
  });
  for (let n = 0; n < 25; n += 1)
    await verify(serviceUrl, serviceToken, { key: secret, method: 'GET', path: '/inventory/1' });
  await goTo('/hygiene');
  const section = screen.locator('[data-kind="overScoped"]');
  await expect(async () => {
    await screen.reload();
    await expect(section).toHaveAttribute('data-count', '1', { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
  await section.getByRole('button', { name: 'Remove unused rules of Too much…' }).click();
  const dialog = screen.getByRole('dialog');
  await expect(dialog.getByRole('checkbox', { name: 'GET /offers/**' })).toBeChecked();
  await expect(dialog.getByTestId('replay-summary')).toContainText('25');
  await dialog.getByRole('button', { name: 'Remove 1 grant' }).click();
  await expect(section).toHaveAttribute('data-count', '0');
  expect((await call('keys.get', { keyId: key.keyId })).rules).toEqual(rules.slice(0, 1));
  await screen.getByRole('button', { name: 'Undo' }).click();
  await expect(section).toHaveAttribute('data-count', '1');
  expect((await call('keys.get', { keyId: key.keyId })).rules).toEqual(rules);
});

test('a contact that is missing is set in place', async ({ open, folder }) => {
  const before = await open();
  const { applicationId } = await seedTrade(before.call, before.serviceUrl);
  await before.stop();
  // As an import of long ago left it: nothing of today lets a contact be empty.
  const store = new Database(join(folder, 'data', 'keys.db'));
  store.prepare(`UPDATE applications SET contact_email = '' WHERE id = ?`).run(applicationId);
  store.close();
  const { screen, call, goTo } = await open();
  await goTo('/hygiene');
  const section = screen.locator('[data-kind="missingContact"]');
  await expect(section).toHaveAttribute('data-count', '1');
  await section.getByRole('button', { name: 'Set contacts…' }).click();
  const field = screen.getByRole('dialog').getByRole('textbox', { name: 'Acme / Data feed' });
  await field.fill('nobody');
  await field.press('Enter');
  await expect(screen.getByRole('dialog').getByText('Enter an e-mail address.')).toBeVisible();
  await field.fill('team@acme.example');
  await field.press('Enter');
  await expect(section).toHaveAttribute('data-count', '0');
  expect((await call('applications.get', { applicationId })).contactEmail).toBe('team@acme.example');
});

test('a tidy store says so', async ({ latchkey }) => {
  await latchkey.goTo('/hygiene');
  await expect(latchkey.screen.getByText('Nothing to tidy')).toBeVisible();
});
