import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { seedTeam } from './seed-team.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const field = (screen: Page) =>
  screen.getByRole('combobox', { name: 'Search keys, partners, requests, commands' });
const option = (screen: Page, name: string | RegExp) => screen.getByRole('option', { name });
const active = (screen: Page) => screen.locator('[role="option"][aria-selected="true"]');
const heading = (screen: Page) => screen.getByRole('heading', { level: 1 });

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
  await seedTeam(call, seeded);
});

async function openPalette(screen: Page): Promise<void> {
  await screen.keyboard.press('Control+k');
  await expect(field(screen)).toBeFocused();
}

test('one field leads to keys, partners, requests, settings and actions, with the keyboard alone', async () => {
  test.setTimeout(120_000);
  const { screen, call, goTo } = latchkey();
  const { items } = await call('requests.list', { limit: 1 });
  const requestId = items[0]?.requestId ?? '';
  await goTo('/keys');
  for (const [typed, first, title] of [
    ['customs', 'Quarterly customs report', 'Quarterly customs report'],
    ['qcr', 'Quarterly customs report', 'Quarterly customs report'],
    ['@north', 'Northwind', 'Northwind'],
    ['#datafeed', 'Data feed production', 'Data feed production'],
    ['/port', 'Settings: server', 'Settings'],
    ['>audit', 'Audit trail', 'Audit trail'],
    [requestId, `Open request ${requestId}`, /^(GET|POST) /],
  ] as const) {
    await openPalette(screen);
    await screen.keyboard.insertText(typed);
    await expect(active(screen), typed).toContainText(first);
    await screen.keyboard.press('Enter');
    await expect(field(screen)).toBeHidden();
    await expect(heading(screen), typed).toContainText(title);
  }
});

test('the field is a combobox: it names the active line, arrows go round, and what was found is announced', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/keys');
  await openPalette(screen);
  const named = () => field(screen).getAttribute('aria-activedescendant');
  await expect(field(screen)).toHaveAttribute('aria-expanded', 'true');
  expect(await named()).toBe(await active(screen).getAttribute('id'));
  const first = await active(screen).textContent();
  await screen.keyboard.press('ArrowUp');
  expect(await active(screen).textContent()).not.toBe(first);
  await screen.keyboard.press('ArrowDown');
  await expect(active(screen)).toHaveText(first ?? '');
  expect(await named()).toBe(await active(screen).getAttribute('id'));
  await screen.keyboard.insertText('>compact');
  await expect(screen.getByRole('dialog').getByRole('status')).toHaveText('1 result in View');
  await field(screen).fill('zzzz');
  await expect(screen.getByRole('dialog').getByRole('status')).toHaveText('Nothing found.');
  await screen.keyboard.press('Escape');
  await expect(field(screen)).toBeHidden();
});

test('actions of the page come first, teach their shortcut, act on what is shown, and the last choice is remembered', async () => {
  const { screen, goTo } = latchkey();
  const { keyId } = seeded;
  await goTo(`/keys/${keyId}`);
  await openPalette(screen);
  await screen.keyboard.insertText('rot');
  await expect(active(screen)).toHaveText(/Rotate key.*Data feed production.*r$/);
  await screen.keyboard.press('Enter');
  const dialog = screen.getByRole('dialog', { name: /Rotate/ });
  await expect(dialog).toBeVisible();
  await screen.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await openPalette(screen);
  await expect(active(screen)).toContainText('Rotate key');
  await screen.keyboard.insertText('>filter');
  await expect(option(screen, /Filter this list/)).toBeVisible();
  await screen.keyboard.press('Escape');
  await goTo('/keys');
  await openPalette(screen);
  await screen.keyboard.insertText('filter');
  await screen.keyboard.press('Enter');
  await expect(screen.getByRole('searchbox', { name: 'Find a key' })).toBeFocused();
  await openPalette(screen);
  await expect(option(screen, /Rotate key/)).toHaveCount(0);
  await screen.keyboard.press('Escape');
  await expect(field(screen)).toBeHidden();
});

test('a pasted key is recognised and kept nowhere: not in the field, the address, the storage or a search', async () => {
  const { screen, goTo } = latchkey();
  const { secret, keyId } = seeded;
  const asked: string[] = [];
  screen.on('request', (request) => {
    if (request.postData()?.includes(secret) === true) asked.push(new URL(request.url()).pathname);
  });
  await goTo('/requests');
  await openPalette(screen);
  await screen.evaluate((text) => navigator.clipboard.writeText(text), secret);
  await screen.keyboard.press('Control+v');
  await expect(active(screen)).toHaveText(/Data feed production.*secret 1, its current secret/);
  await expect(field(screen)).toHaveValue('');
  await screen.keyboard.press('Control+z');
  await expect(field(screen)).toHaveValue('');
  expect(asked).toEqual(['/api/keys.identify']);
  const stored = await screen.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  const kept = `${await screen.content()} ${screen.url()} ${stored}`;
  expect(kept).not.toContain(secret);
  await screen.keyboard.press('Enter');
  await expect(heading(screen)).toContainText('Data feed production');
  expect(screen.url()).toContain(keyId);
  await openPalette(screen);
  await screen.keyboard.insertText(`${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`);
  await expect(screen.getByRole('dialog')).toContainText('not known here');
  await screen.keyboard.press('Escape');
  await expect(field(screen)).toBeHidden();
});

test('a source that fails says so in its group, and the others still answer', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/keys');
  const error = { code: 'INTERNAL', message: 'The disk coughed. Try again.', requestId: 'req_palette000001' };
  await screen.route('**/api/keys.find', (route) =>
    route.fulfill({
      status: 200,
      contentType: 'application/json',
      body: JSON.stringify({ ok: false, error }),
    }),
  );
  await openPalette(screen);
  await screen.keyboard.insertText('ac');
  await expect(screen.getByRole('group', { name: 'Keys' })).toContainText('Keys could not be searched.');
  await expect(option(screen, /^Acme/)).toBeVisible();
  await screen.unroute('**/api/keys.find');
});
