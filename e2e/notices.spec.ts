import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './fixtures.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const latchkey = shareLatchkey(() => Promise.resolve());

interface Received {
  readonly signature: string;
  readonly timestamp: string;
  readonly body: string;
}

/** A receiver of webhooks on this machine. */
async function startReceiver(): Promise<{ url: string; received: Received[]; close: () => void }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name]);
      received.push({
        signature: header('latchkey-signature'),
        timestamp: header('latchkey-timestamp'),
        body,
      });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/hook/of-a-chat`,
    received,
    close: () => void server.close(),
  };
}

/** A key and its text. */
async function seededKey(call: ReturnType<typeof latchkey>['call']) {
  const partner = await call('partners.create', {
    ...{ name: 'Bolt', tier: 'external', contactEmail: 'ops@bolt.example' },
  });
  const application = await call('applications.create', {
    ...{ partnerId: partner.id, name: 'Feed', slug: 'feed', contactEmail: 'feed@bolt.example' },
  });
  const { key, secret } = await call('keys.create', {
    ...{ applicationId: application.id, name: 'Data feed', environment: 'live', expiresAt: null },
  });
  return { keyId: key.keyId, text: String(secret) };
}

test('a webhook is made, its secret shown once, tested, and a leaked key is told by it once, both in the log', async () => {
  const { screen, goTo } = latchkey();
  const receiver = await startReceiver();
  await goTo('/settings/notices');
  await expect(screen.getByText('No webhooks yet')).toBeVisible();
  await expect(screen.getByText('Nothing was sent yet')).toBeVisible();
  await screen.getByRole('button', { name: 'New webhook' }).click();
  const dialog = screen.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Team chat');
  await dialog.getByLabel('Address').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Create webhook' }).click();
  const secretDialog = screen.getByRole('dialog', { name: /Signing secret/ });
  await secretDialog.getByRole('button', { name: 'Reveal token' }).click();
  const secret = await secretDialog.getByRole('textbox').inputValue();
  expect(secret).toMatch(/^lkw_[0-9A-Za-z]{43}$/);
  await secretDialog.getByRole('checkbox').first().click();
  await secretDialog.getByRole('button', { name: 'Done' }).click();
  await screen.getByRole('button', { name: 'Test Team chat' }).click();
  await expect(screen.getByRole('cell', { name: 'Sent' })).toBeVisible();
  const [event] = receiver.received;
  const signed = createHmac('sha256', secret)
    .update(`${String(event?.timestamp)}.${String(event?.body)}`)
    .digest('hex');
  expect(event?.signature).toBe(`v1=${signed}`);
  expect(await screen.content()).not.toContain('of-a-chat');
  const { keyId, text } = await seededKey(latchkey().call);
  await latchkey().call('keys.revoke', { keyId, reason: 'leaked' });
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(2);
  const told = receiver.received[1]?.body ?? '';
  expect(JSON.parse(told)).toMatchObject({ kind: 'key_leaked', subject: { id: keyId, name: 'Data feed' } });
  expect(told).not.toContain(text.slice(-16));
  await expect(screen.getByRole('cell', { name: 'Key revoked as leaked' })).toBeVisible();
  receiver.close();
});

test('a mail server is saved with its recipients, and its password is never in the page again', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/settings/notices');
  await screen.getByLabel('Mail server').fill('127.0.0.1');
  await screen.getByLabel('Sender').fill('keys@us.example');
  await screen.getByLabel('Admins who are told').fill('ops@us.example, second@us.example');
  await screen.getByRole('textbox', { name: 'Password' }).fill('mail-password-canary');
  await screen.getByRole('button', { name: 'Save mail settings' }).click();
  await expect(screen.getByRole('button', { name: 'Send test mail' })).toBeVisible();
  await screen.reload();
  await expect(screen.getByLabel('Mail server')).toHaveValue('127.0.0.1');
  await expect(screen.getByLabel('Admins who are told')).toHaveValue('ops@us.example, second@us.example');
  await expect(screen.getByRole('textbox', { name: 'Password' })).toHaveValue('');
  expect(await screen.content()).not.toContain('canary');
});

test('S24 Integrations says of what is set up how it stands, and leads to where that is changed', async () => {
  const { screen, call, goTo } = latchkey();
  const { service } = await call('services.create', { name: 'Trade', slug: 'trade' });
  await goTo('/settings/integrations');
  const main = screen.getByRole('main');
  const rowOf = (name: string) => main.getByRole('row').filter({ hasText: name });
  await expect(rowOf('Trade')).toContainText('not yet');
  await expect(rowOf('Trade')).toContainText('nobody');
  await expect(rowOf('Team chat')).toContainText('On');
  await expect(rowOf('Mail')).toContainText('On');
  await main.getByRole('link', { name: 'Set up or test gateways of Trade' }).click();
  await expect(screen).toHaveURL(new RegExp(`services/${service.id}\\?tab=gateways`));
});

test('how long dead keys are kept is set in days, and before it is saved stands how many would go', async () => {
  const { screen, goTo, call } = latchkey();
  await goTo('/settings/retention');
  const field = screen.getByLabel('Revoked and expired keys');
  await expect(field).toHaveValue('');
  await field.fill('30');
  await field.press('Tab');
  await expect(screen.getByText('Removes no key now.')).toBeVisible();
  await screen.getByRole('button', { name: 'Save changes' }).click();
  await expect(screen.getByText('Settings saved')).toBeVisible();
  expect((await call('settings.get', {})).deadKeyRetentionDays).toBe(30);
});

test('the longest lifetime of a tier is set and shown where a key is made', async () => {
  const { screen, goTo, call } = latchkey();
  const partner = await call('partners.create', {
    ...{ name: 'Acme', tier: 'external', contactEmail: 'ops@acme.example' },
  });
  await goTo('/settings/plans');
  await screen.getByLabel('External: usually').fill('30');
  await screen.getByLabel('external: at most').fill('60');
  await screen.getByLabel('External: suspended after').fill('90');
  await screen.getByLabel('External: suspended after').press('Tab');
  await screen.getByRole('button', { name: 'Save changes' }).click();
  // What a test before this one saved may still be told on the page.
  await expect
    .poll(async () => (await call('settings.get', {})).keyLifetimes)
    .toEqual([{ tier: 'external', defaultDays: 30, maxDays: 60, idleDays: 90 }]);
  await goTo(`/keys/new?partner=${partner.id}`);
  await expect(
    screen.getByText('Keys of the tier External live usually 30 days, at most 60 days.'),
  ).toBeVisible();
  await screen.getByRole('button', { name: 'Use 30 days' }).click();
  await expect(screen.getByRole('radio', { name: '30 days' })).toBeChecked();
});
