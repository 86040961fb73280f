import { enrollResponse } from '#contract/enrolment.ts';
import type { KeyId } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import { seedKey } from './seed-key.ts';
import { seedTrade, verify } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let parent: { readonly keyId: KeyId; readonly secret: string };
let serviceToken: string;
const shared = shareLatchkey(async (latchkey) => {
  const trade = await seedTrade(latchkey.call, latchkey.serviceUrl);
  serviceToken = trade.serviceToken;
  parent = await seedKey(latchkey.call, trade, 'Shop builds');
});

test.describe.configure({ mode: 'serial' });

test('a token made on the page of a key brings a key to a build, whose version is seen there with its requests', async () => {
  const { screen, serviceUrl, goTo } = shared();
  await goTo(`/keys/${parent.keyId}?tab=children`);
  await screen.getByRole('button', { name: 'New enrolment token' }).click();
  await screen.getByRole('textbox', { name: 'Name' }).fill('Builds of the shop');
  await screen.getByRole('button', { name: 'Create token' }).click();
  await screen.getByRole('button', { name: 'Reveal token' }).click();
  const token = await screen.getByRole('textbox', { name: 'Token' }).inputValue();
  expect(token).toMatch(/^lke_[0-9A-Za-z]{49}$/);
  await screen.getByRole('checkbox', { name: 'I have stored this token' }).check();
  await screen.getByRole('button', { name: 'Done' }).click();
  const response = await fetch(`${serviceUrl}/v1/enroll`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ version: '318', contactName: 'Dana Young', contactEmail: 'dana@acme.example' }),
  });
  const { secret } = enrollResponse.parse(await response.json());
  const ask = (path: string) => verify(serviceUrl, serviceToken, { key: secret, method: 'GET', path });
  expect((await ask('/inventory/42')).code).toBe('VALID');
  expect((await ask('/elsewhere')).code).toBe('INSUFFICIENT_SCOPE');
  const row = screen.getByRole('table', { name: 'Requests by version' }).getByRole('row', { name: /318/ });
  await expect(row).toContainText('50 %');
  const child = screen.getByRole('table', { name: 'Child keys' }).getByRole('row', { name: /318/ });
  await expect(child).toContainText('Dana Young, dana@acme.example');
  await screen.getByRole('link', { name: 'Shop builds 318' }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'Shop builds 318' })).toBeVisible();
  await expect(screen.getByRole('link', { name: 'Shop builds', exact: true })).toBeVisible();
  await screen.getByRole('tab', { name: 'Requests' }).click();
  await screen.getByRole('button', { name: 'Share…' }).click();
  const text = screen.getByRole('dialog').getByLabel('text of the view', { exact: true });
  await expect(text).toContainText('# Requests with Shop builds 318');
  await expect(text).toContainText('`GET /elsewhere` | INSUFFICIENT_SCOPE');
  await screen.getByRole('dialog').getByRole('button', { name: 'Save file' }).click();
  await expect(screen.getByRole('dialog')).toBeHidden();
});

test('revoking the token with its keys ends them, and says how many', async () => {
  const { screen, goTo, call } = shared();
  await goTo(`/keys/${parent.keyId}?tab=children`);
  await screen.getByRole('button', { name: 'Revoke Builds of the shop' }).click();
  await screen.getByRole('checkbox', { name: /^Also revoke 1 key/ }).check();
  await screen.getByRole('button', { name: 'Revoke token' }).click();
  await expect(screen.getByText('Builds of the shop revoked, with 1 key')).toBeVisible();
  const { items } = await call('enrolment.children', { keyId: parent.keyId });
  expect(items.map(({ status }) => status)).toEqual(['revoked']);
});

test('a holder types the key into a form, sees it without the key in the address, and ends it there', async () => {
  const { screen, serviceUrl } = shared();
  const page = await screen.context().newPage();
  await page.goto(`${serviceUrl}/v1/me`);
  await page.getByLabel('API key').fill(parent.secret);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Shop builds' })).toBeVisible();
  expect(page.url()).toBe(`${serviceUrl}/v1/me`);
  expect(await page.content()).not.toContain(parent.secret.slice(-20));
  await page.getByLabel('The leaked key').fill(parent.secret);
  await page.getByLabel('It may stop working at once').check();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible();
  const asked = { key: parent.secret, method: 'GET', path: '/inventory/42' };
  expect((await verify(serviceUrl, serviceToken, asked)).code).toBe('REVOKED');
  await page.close();
});
