import { expect, test } from './fixtures.ts';
import { seedTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

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

const shared = shareLatchkey(() => Promise.resolve());

test('a tidy store says so', async () => {
  const { screen, goTo } = shared();
  await goTo('/hygiene');
  await expect(screen.getByText('Nothing to tidy')).toBeVisible();
});

test('every figure of the board is the number of rows behind its link', async () => {
  const { screen, call, serviceUrl, goTo } = shared();
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

test('a remedy is one click and a confirmation away, and one Undo takes it back', async () => {
  const { screen, call, goTo } = shared();
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
  await dialog.getByRole('button', { name: 'Change 3 keys' }).click();
  await expect(dialog.getByText('Choose a plan.')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Plan' }).click();
  await screen.getByRole('option', { name: 'Small' }).click();
  await dialog.getByRole('button', { name: 'Change 3 keys' }).click();
  await expect(unlimited).toHaveAttribute('data-count', '0');
});
