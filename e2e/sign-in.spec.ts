import { type BrowserContext, type Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { findIn } from './find-secret.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
});

/** A browser that has never been here. */
async function stranger(): Promise<{ context: BrowserContext; page: Page }> {
  const browser = latchkey().screen.context().browser();
  if (browser === null) throw new Error('The browser is gone.');
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  return { context, page: await context.newPage() };
}

test('S02.5 a pairing link works once, and says why it does not work again', async () => {
  const { app } = latchkey();
  const link = await app.pairingLink();
  const first = await stranger();
  await first.page.goto(link);
  await expect(first.page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  const second = await stranger();
  await second.page.goto(link);
  await expect(second.page.getByRole('alert')).toContainText('was used already; each works once');
  await expect(second.page.getByText('latchkey pair', { exact: true })).toBeVisible();
  expect(second.page.url()).not.toContain('code=');
  for (const { context } of [first, second]) await context.close();
});

test('S02.2 S02.4 a link into the product opens its target after the sign-in, whose field takes a pasted or kept token', async () => {
  const { app } = latchkey();
  const { context, page } = await stranger();
  await page.goto(`${app.adminUrl}/#/partners/${trade.partnerId}`);
  const token = page.getByLabel('Admin token');
  await expect(token).toHaveAttribute('autocomplete', 'current-password');
  await expect(token).toHaveAttribute('name', 'token');
  await page.evaluate((text) => navigator.clipboard.writeText(text), app.adminToken);
  await token.focus();
  await page.keyboard.press('ControlOrMeta+v');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acme');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(findIn('browser', Buffer.from(`${kept} ${await page.content()}`), [app.adminToken])).toEqual([]);
  await context.close();
});
