import { expect, test } from './fixtures.ts';
import { KeyboardWalk } from './pages/keyboard-walk.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
});

const heading = () => latchkey().screen.getByRole('heading', { level: 1 });
const ask = (key: string) =>
  verify(latchkey().app.serviceUrl, trade.serviceToken, { key, method: 'GET', path: '/inventory/42' });

test('the keyboard alone: a key is created, copied, used, revoked by its typed name, and refused', async () => {
  const { screen, goTo } = latchkey();
  const walk = new KeyboardWalk(screen);
  await goTo('/keys');
  await walk.press('c');
  await expect(heading()).toHaveText('Create key');
  await walk.to('combobox "Application');
  await walk.type('Data');
  await expect(screen.getByRole('option', { name: /^Data feed/ })).toBeVisible();
  await walk.press('ArrowDown');
  await walk.press('Enter');
  await walk.to('textbox "Name');
  await walk.type('Night shift');
  await walk.to('checkbox "inventory:read');
  await walk.press('Space');
  await walk.to('button "Create key"');
  await walk.press('Enter');

  const reveal = screen.getByRole('dialog', { name: 'Key created' });
  await expect(reveal).toBeVisible();
  await walk.to('button "Reveal"');
  await walk.press('Enter');
  const secret = await reveal.getByLabel('The key', { exact: true }).innerText();
  await walk.to('button "Copy key"');
  await walk.press('Enter');
  await expect(reveal).toContainText('Copied.');
  expect(await screen.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await walk.to('checkbox "I have stored');
  await walk.press('Space');
  await walk.to('button "Done"');
  await walk.press('Enter');
  await expect(heading()).toContainText('Night shift');
  expect(await ask(secret)).toMatchObject({ valid: true });

  // The page hears of the use; only a key in use asks for its name.
  await expect(screen.getByText(/^Active, used /)).toBeVisible({ timeout: 30_000 });
  await walk.press('Shift+Delete');
  const revoke = screen.getByRole('dialog', { name: 'Revoke key' });
  await expect(revoke.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await walk.to(/^radio/);
  await walk.press('ArrowDown');
  await walk.to('textbox "Type “Night shift” to confirm"');
  await walk.type('Night shift');
  await walk.press('Enter');
  await expect(revoke).toBeHidden();
  await expect.poll(async () => (await ask(secret)).code).toBe('REVOKED');
});

test('the keyboard alone: a key is found by the palette, its scope is changed and saved, and the next request passes', async () => {
  const { screen, goTo } = latchkey();
  const walk = new KeyboardWalk(screen);
  const offer = () =>
    verify(latchkey().app.serviceUrl, trade.serviceToken, {
      key: trade.secret,
      method: 'POST',
      path: '/offers',
    });
  expect(await offer()).toMatchObject({ code: 'INSUFFICIENT_SCOPE' });
  await goTo('/overview');
  await walk.press('Control+k');
  await expect(screen.getByRole('combobox', { name: /^Search keys/ })).toBeFocused();
  await walk.type('#data feed');
  await expect(screen.getByRole('option', { selected: true })).toContainText('Data feed production');
  await walk.press('Enter');
  await expect(heading()).toContainText('Data feed production');
  await walk.to(/^tab /);
  await walk.press('ArrowRight');
  await walk.press('Enter');
  await walk.to('button "Edit scopes"');
  await walk.press('Enter');
  await walk.to('textbox "New rule"');
  await walk.type('POST /offers');
  await walk.press('Enter');
  await walk.to('button "Save scopes"', 'Shift+Tab');
  await walk.press('Enter');
  await expect(screen.getByRole('button', { name: 'Edit scopes' })).toBeVisible();
  expect(await offer()).toMatchObject({ valid: true });
});

test('the keyboard alone: signing out, and in again with a token, leads back to the page', async () => {
  const { app, screen, goTo } = latchkey();
  const walk = new KeyboardWalk(screen);
  await goTo(`/partners/${trade.partnerId}`);
  await screen.reload();
  await expect(heading()).toHaveText('Acme');
  await walk.to('button "Signed in as');
  await walk.press('Enter');
  await expect(screen.getByRole('menuitem', { name: 'Sign out' })).toBeFocused();
  await walk.press('Enter');
  await expect(heading()).toHaveText('Sign in to Latchkey');
  await walk.to('textbox "Admin token"');
  await walk.type(app.adminToken);
  await walk.press('Enter');
  await expect(heading()).toHaveText('Acme');
});
