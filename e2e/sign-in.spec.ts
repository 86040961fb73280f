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

test('S02.3 when the session ends, neither a secret nor a row of data is left in the page', async () => {
  const { app } = latchkey();
  const { context, page } = await stranger();
  const { items: others } = await app.call('sessions.list', {});
  await page.goto(await app.pairingLink());
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.evaluate((hash) => (location.hash = hash), `#/keys/${trade.keyId}`);
  await page.getByRole('button', { name: 'Rotate…' }).first().click();
  await page.getByRole('dialog').getByRole('radio', { name: '1 hour' }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
  const reveal = page.getByRole('dialog', { name: 'New secret' });
  await reveal.getByRole('button', { name: 'Reveal' }).click();
  const secret = await reveal.getByLabel('The key', { exact: true }).innerText();
  const { items } = await app.call('sessions.list', {});
  for (const { id } of items)
    if (others.every((other) => other.id !== id)) await app.call('sessions.end', { sessionId: id });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to Latchkey');
  const left = await page.content();
  expect(findIn('page', Buffer.from(left), [secret])).toEqual([]);
  for (const name of ['Data feed production', 'Acme', 'feed@acme.example']) expect(left).not.toContain(name);
  await context.close();
});

// The last one: the pause holds for every browser.
test('S02.1 five wrong tokens lead to a pause that is counted down, survives loading the page again, and ends', async () => {
  const { app } = latchkey();
  const { context, page } = await stranger();
  await page.clock.install();
  await page.goto(app.adminUrl);
  const token = page.getByLabel('Admin token');
  const signIn = page.getByRole('button', { name: 'Sign in' });
  const timer = page.getByRole('timer');
  for (let left = 4; left >= 0; left -= 1) {
    await expect(timer).toHaveCount(0);
    await token.fill('lka_wrong');
    await signIn.click();
    await expect(
      page.getByText(left === 0 ? /Signing in pauses for 30 seconds/ : `${String(left)} more`),
    ).toBeVisible();
  }
  await expect(timer).toContainText(/in (29|30) s/);
  await page.reload();
  await expect(timer).toContainText(/in 2\d s/);
  await token.fill(app.adminToken);
  await token.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to Latchkey');
  await page.clock.fastForward(31_000);
  await expect(timer).toHaveCount(0);
  // The server counts for itself: it does not believe this page's clock.
  await token.press('Enter');
  await expect(page.getByText(/Too many wrong tokens. Wait \d+ seconds/)).toBeVisible();
  await expect(timer).toBeVisible();
  await context.close();
});
