import { generateKeyPairSync } from 'node:crypto';
import { signatureHeaders } from '../resources/clients/typescript/sign.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 120_000 });

let seeded: SeededTrade;
const sharedLatchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

test('limits and bindings set on the key’s page are what the next verification knows, and come back in the form', async () => {
  const latchkey = sharedLatchkey();
  const { screen } = latchkey;
  const { keyId, secret, serviceToken, serviceId } = seeded;
  await latchkey.goTo(`/keys/${keyId}`);
  const dialog = screen.getByRole('dialog', { name: /^Edit/ });
  const limit = dialog.getByRole('group', { name: 'Rate limit 1' });
  await screen.getByRole('button', { name: 'Edit…' }).click();
  await dialog.getByRole('textbox', { name: 'Quota' }).fill('1000');
  await dialog.getByRole('button', { name: 'More limits' }).click();
  await dialog.getByRole('combobox', { name: 'Time zone' }).first().fill('Berlin');
  await screen.getByRole('option', { name: 'Europe/Berlin' }).click();
  await dialog.getByRole('textbox', { name: 'Begins on day' }).fill('15');
  await dialog.getByRole('button', { name: 'Add rate limit' }).click();
  await limit.getByRole('textbox', { name: 'Limit' }).fill('2');
  await limit.getByRole('textbox', { name: 'Limit' }).blur();
  await dialog.getByRole('button', { name: 'Save key' }).click();
  await expect(limit.getByRole('alert')).toContainText('The name of a limit');
  await limit.getByRole('textbox', { name: 'Name' }).fill('burst');
  await limit.getByRole('combobox', { name: /unit/ }).click();
  await screen.getByRole('option', { name: 'hour' }).click();
  await expect(dialog.getByRole('list', { name: 'What these limits do' })).toContainText(
    'burst: at most 2 requests in any hour for this key.',
  );
  const addresses = dialog.getByRole('textbox', { name: 'Allowed addresses' });
  await expect(addresses).toHaveAccessibleDescription(/No MAC address is seen over HTTP/);
  await addresses.fill('10.0.0.0/8');
  await dialog.getByRole('button', { name: 'More conditions' }).click();
  await dialog.getByRole('textbox', { name: 'Allowed user agents' }).fill('acme-sync');
  await dialog.getByRole('checkbox', { name: 'Trade' }).check();
  await dialog.getByRole('radio', { name: 'Only observe' }).check();
  await dialog.getByRole('button', { name: 'Save key' }).click();
  await dialog.waitFor({ state: 'hidden' });

  const saved = await latchkey.call('keys.get', { keyId });
  expect(saved).toMatchObject({
    rateLimit: null,
    rateLimits: [{ name: 'burst', limit: 2, windowMs: 3_600_000, by: 'key', isSoft: false }],
    quota: { limit: 1_000, period: 'month', timeZone: 'Europe/Berlin', resetDay: 15 },
    ipAllow: ['10.0.0.0/8'],
    userAgentAllow: ['acme-sync'],
    serviceAllow: [serviceId],
    bindingMode: 'observe',
  });
  const ask = () =>
    verify(latchkey.serviceUrl, serviceToken, {
      key: secret,
      method: 'GET',
      path: '/inventory/42',
      clientIp: '192.0.2.1',
      userAgent: 'acme-sync/2',
    });
  expect([(await ask()).code, (await ask()).code, (await ask()).code]).toEqual([
    'VALID',
    'VALID',
    'RATE_LIMITED',
  ]);

  await screen.getByRole('link', { name: 'What would have been refused' }).click();
  await expect(screen.getByRole('combobox', { name: 'Filter requests' })).toHaveValue(/observed:yes/);
  await expect(screen.locator('[data-row-count]')).toHaveAttribute('data-row-count', '3');

  await latchkey.goTo(`/keys/${keyId}?tab=secrets`);
  const test = screen.getByRole('region', { name: 'Test this key' });
  await test.getByRole('textbox', { name: 'Client address' }).fill('192.0.2.1');
  await test.getByRole('button', { name: 'Test this key' }).click();
  await expect(test.getByText('Refused: rate limited')).toBeVisible();
  await expect(test.getByRole('list', { name: 'Warnings and what is left' })).toContainText(
    'burst: 0 of 2 left',
  );
  await expect(test.getByRole('list', { name: 'Warnings and what is left' })).toContainText('only observed');

  await screen.getByRole('button', { name: 'Edit…' }).click();
  await expect(limit.getByRole('textbox', { name: 'Name' })).toHaveValue('burst');
  await expect(dialog.getByRole('textbox', { name: 'Begins on day' })).toHaveValue('15');
  await expect(dialog.getByRole('radio', { name: 'Only observe' })).toBeChecked();
  await expect(dialog.getByRole('button', { name: 'Save key' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('a plan is made with a shared limit, and a key with hours; what is wrong leads to its field', async () => {
  const latchkey = sharedLatchkey();
  const { screen } = latchkey;
  await latchkey.goTo('/settings/plans');
  await screen.getByRole('button', { name: 'New plan' }).click();
  const plan = screen.getByRole('dialog', { name: 'New plan' });
  await plan.getByRole('textbox', { name: 'Name', exact: true }).fill('Gold');
  await plan.getByRole('textbox', { name: 'Rate limit' }).fill('600');
  await plan.getByRole('button', { name: 'More limits' }).click();
  await plan.getByRole('button', { name: 'Add rate limit' }).click();
  const shared = plan.getByRole('group', { name: 'Rate limit 1' });
  await shared.getByRole('textbox', { name: 'Name' }).fill('team');
  await shared.getByRole('textbox', { name: 'Limit' }).fill('5000');
  await shared.getByRole('combobox', { name: 'Counted for' }).click();
  await screen.getByRole('option', { name: 'all keys of an application together' }).click();
  await shared.getByRole('checkbox', { name: 'Only warn' }).check();
  await plan.getByRole('button', { name: 'Create plan' }).click();
  await plan.waitFor({ state: 'hidden' });
  await expect(screen.getByText('team: 5,000 per second, application together, warns only')).toBeVisible();

  await latchkey.goTo('/keys/new');
  const main = screen.getByRole('main');
  await main.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option', { name: 'Data feed' }).click();
  await main.getByRole('region', { name: 'Who' }).getByRole('textbox', { name: 'Name' }).fill('Office key');
  await main.getByRole('combobox', { name: 'Plan' }).click();
  await screen.getByRole('option', { name: /^Gold/ }).click();
  await main.getByRole('button', { name: 'More conditions' }).click();
  await main.getByRole('button', { name: 'Add hours' }).click();
  const hours = main.getByRole('group', { name: 'Hours 1' });
  await hours.getByRole('checkbox', { name: 'Fri' }).uncheck();
  await hours.getByRole('textbox', { name: 'To' }).fill('25:00');
  await main.getByRole('button', { name: 'Create key' }).click();
  await expect(hours.getByRole('alert')).toContainText('Use a time such as 17:00');
  await expect(hours.getByRole('textbox', { name: 'To' })).toBeFocused();
  await hours.getByRole('textbox', { name: 'To' }).fill('24:00');
  await main.getByRole('button', { name: 'Create key' }).click();
  await expect(screen.getByRole('dialog', { name: 'Key created' })).toBeVisible();
  const { items } = await latchkey.call('keys.list', { filter: { text: 'Office key' } });
  const keyId = items[0]?.keyId;
  if (keyId === undefined) throw new Error('The key was not made.');
  expect((await latchkey.call('keys.get', { keyId })).timeAllow).toMatchObject([
    { days: [1, 2, 3, 4], from: '08:00', to: '24:00' },
  ]);
});

test('a key is told on its page to want signed requests: observed first, then enforced, and a signature works once', async () => {
  const latchkey = sharedLatchkey();
  const { screen } = latchkey;
  const { serviceToken, readScopeId, applicationId } = seeded;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { key, secret } = await latchkey.call('keys.create', {
    applicationId,
    name: 'Signed',
    environment: 'live',
    scopeIds: [readScopeId],
    expiresAt: null,
    noExpiryReason: 'Test',
  });
  const { keyId } = key;
  const ask = async (headers: Readonly<Record<string, string>> | null) => {
    const signature =
      headers === null ? null : { input: headers['Signature-Input'], value: headers['Signature'] };
    const asked = { key: secret, method: 'GET', path: '/inventory/42', signature };
    return verify(latchkey.serviceUrl, serviceToken, asked);
  };
  const sign = () => signatureHeaders({ method: 'GET', url: '/inventory/42' }, { privateKey, keyId });
  const edit = async (change: () => Promise<void>) => {
    await screen.getByRole('button', { name: 'Edit…' }).click();
    await change();
    await dialog.getByRole('button', { name: 'Save key' }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const dialog = screen.getByRole('dialog', { name: /^Edit/ });
  const keysField = dialog.getByRole('textbox', { name: 'Public keys of signers' });
  await latchkey.goTo(`/keys/${keyId}`);
  await edit(async () => {
    await dialog.getByRole('button', { name: 'Signed requests' }).click();
    await keysField.fill('not a key');
    await dialog.getByRole('button', { name: 'Save key' }).click();
    await expect(dialog.getByText('Use an Ed25519 public key')).toBeVisible();
    await keysField.fill(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    await dialog.getByRole('button', { name: 'More conditions' }).click();
    await dialog.getByRole('radio', { name: 'Only observe' }).check();
  });
  expect(await ask(null)).toMatchObject({
    code: 'VALID',
    warnings: [{ code: 'OBSERVED_SIGNATURE_NOT_ALLOWED' }],
  });
  await expect(screen.getByText('Signed by')).toBeVisible();
  await edit(() => dialog.getByRole('radio', { name: 'Enforce' }).check());
  expect(await ask(null)).toMatchObject({ code: 'SIGNATURE_NOT_ALLOWED' });
  // Signatures of the first seconds of a server are refused: a run before it may have taken them.
  let good = sign();
  await expect.poll(async () => (await ask((good = sign()))).code, { timeout: 15_000 }).toBe('VALID');
  expect(await ask(good)).toMatchObject({ code: 'SIGNATURE_NOT_ALLOWED' });
  await latchkey.goTo(`/requests?key=${keyId}`);
  await expect(screen.getByText('Signature refused').first()).toBeVisible();
});
