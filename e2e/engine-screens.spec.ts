import { expect, test } from './fixtures.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 120_000 });

let seeded: SeededTrade;
const sharedLatchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

test('a program that listens to changes is on the page of its service, with what it has not acknowledged', async () => {
  const latchkey = sharedLatchkey();
  const { screen, serviceUrl } = latchkey;
  const { keyId, serviceId, serviceToken } = seeded;
  await latchkey.goTo(`/services/${serviceId}?tab=connect`);
  const region = screen.getByRole('region', { name: 'Who hears of changes' });
  await expect(region).toContainText('No program of this service listens');
  const headers = { Authorization: `Bearer ${serviceToken}`, 'Content-Type': 'application/json' };
  const ending = new AbortController();
  const stream = await fetch(`${serviceUrl}/v1/events`, { headers, signal: ending.signal });
  const first = (await stream.body?.getReader().read())?.value;
  const text = new TextDecoder().decode(first);
  const eventId = /^id: (\S+)/m.exec(text)?.[1] ?? '';
  const row = region.getByRole('row').nth(1);
  await expect(row).toContainText('never says so');
  const body = JSON.stringify({ stream: stream.headers.get('x-latchkey-stream'), id: eventId });
  expect((await fetch(`${serviceUrl}/v1/events/ack`, { method: 'POST', headers, body })).status).toBe(204);
  await latchkey.call('keys.update', { keyId, note: 'Told to whoever listens.' });
  await expect(row).not.toContainText('never says so');
  await expect(row.getByRole('cell').last()).toHaveText('1');
  ending.abort();
  await expect(region).toContainText('No program of this service listens');
});

test('the on-call page tells the time from arrival to answer beside the time to decide', async () => {
  const latchkey = sharedLatchkey();
  await verify(latchkey.serviceUrl, seeded.serviceToken, {
    key: seeded.secret,
    method: 'GET',
    path: '/inventory/42',
  });
  await latchkey.goTo('/overview/on-call');
  const tile = latchkey.screen.getByRole('main').locator('dl > div', { hasText: '95 % answered within' });
  await expect(tile).toContainText(/\d (µs|ms|s)/, { timeout: 15_000 });
  await expect(tile).toContainText('target 50 ms');
  const { answers } = await latchkey.call('system.status', {});
  expect(answers.count).toBeGreaterThan(3);
});

test('a limit for one endpoint is set on the key’s page and holds for that endpoint alone', async () => {
  const latchkey = sharedLatchkey();
  const { screen, serviceUrl } = latchkey;
  const { applicationId, readScopeId, serviceToken } = seeded;
  const { key, secret } = await latchkey.call('keys.create', {
    applicationId,
    name: 'Once a day',
    environment: 'live',
    scopeIds: [readScopeId],
    expiresAt: Date.now() + 86_400_000,
  });
  await latchkey.goTo(`/keys/${key.keyId}`);
  await screen.getByRole('button', { name: 'Edit…' }).click();
  const dialog = screen.getByRole('dialog', { name: /^Edit/ });
  await dialog.getByRole('button', { name: 'More limits' }).click();
  await dialog.getByRole('button', { name: 'Add rate limit' }).click();
  const limit = dialog.getByRole('group', { name: 'Rate limit 1' });
  const only = limit.getByRole('textbox', { name: 'Only for these endpoints' });
  await limit.getByRole('textbox', { name: 'Name' }).fill('export');
  await limit.getByRole('textbox', { name: 'Limit' }).fill('1');
  await only.fill('inventory');
  await dialog.getByRole('button', { name: 'Save key' }).click();
  await expect(limit.getByRole('alert')).toContainText('A path starts with /');
  await only.fill('get /inventory/export');
  await limit.getByRole('combobox', { name: /unit/ }).click();
  await screen.getByRole('option', { name: 'hour' }).click();
  await expect(dialog.getByRole('list', { name: 'What these limits do' })).toContainText(
    'export: at most 1 request to GET /inventory/export in any hour',
  );
  await dialog.getByRole('button', { name: 'Save key' }).click();
  await expect(dialog).toBeHidden();
  const code = async (path: string) =>
    (await verify(serviceUrl, serviceToken, { key: secret, method: 'GET', path })).code;
  expect(await code('/inventory/export')).toBe('VALID');
  expect(await code('/inventory/export')).toBe('RATE_LIMITED');
  expect(await code('/inventory/42')).toBe('VALID');
});

test('a new key is shown as id and secret, too, and both forms of the pair are accepted', async () => {
  const latchkey = sharedLatchkey();
  const { screen, serviceUrl } = latchkey;
  const { serviceToken } = seeded;
  await latchkey.goTo(`/keys/${seeded.keyId}`);
  await screen.getByRole('button', { name: 'Rotate…' }).first().click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
  const dialog = screen.getByRole('dialog', { name: 'New secret' });
  await dialog.getByRole('button', { name: 'As id and secret' }).click({ noWaitAfter: true });
  await dialog.getByRole('button', { name: 'Copy id:secret' }).click({ noWaitAfter: true });
  const pair = await screen.evaluate(() => navigator.clipboard.readText());
  expect(pair).toMatch(new RegExp(`^${seeded.keyId}:[0-9A-Za-z]{49}$`));
  const ask = (headers: Record<string, string>) =>
    fetch(`${serviceUrl}/forward-auth/generic`, {
      headers: {
        'X-Latchkey-Service': serviceToken,
        'X-Forwarded-Method': 'GET',
        'X-Forwarded-Uri': '/inventory/42',
        ...headers,
      },
    }).then(({ status }) => status);
  expect(await ask({ Authorization: `Basic ${Buffer.from(pair).toString('base64')}` })).toBe(200);
  const [id = '', secret = ''] = pair.split(':');
  expect(await ask({ 'X-API-Key': id, 'X-API-Secret': secret })).toBe(200);
  expect(await ask({ 'X-API-Key': id, 'X-API-Secret': secret.toLowerCase() })).toBe(401);
  await dialog.getByRole('combobox', { name: 'Language' }).click();
  await screen.getByRole('option', { name: 'Basic (id:secret)' }).click();
  await expect(dialog).toContainText(`-u "${seeded.keyId}:$DATAFEED_API_KEY"`);
  await dialog.getByRole('checkbox', { name: /I have stored this key/ }).check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await latchkey.goTo(`/keys/${seeded.keyId}/passport`);
  await expect(screen.getByRole('main')).toContainText(`X-API-Key: ${seeded.keyId}`);
});
