import { expect, test } from './fixtures.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let seeded: SeededTrade;
let boltId: string;
const shared = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
  const bolt = await call('partners.create', {
    name: 'Bolt',
    tier: 'external',
    contactEmail: 'ops@bolt.example',
  });
  boltId = bolt.id;
});

test('S19 a partner’s digest tells their week and no secret', async () => {
  const { screen, goTo } = shared();
  await goTo(`/partners/${seeded.partnerId}`);
  await screen.getByRole('button', { name: 'Weekly digest' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Digest for Acme' });
  await expect(dialog.getByText(/^Your API keys this week: \d+ requests/)).toBeVisible();
  await expect(dialog.getByLabel('digest', { exact: true })).toContainText('Data feed production');
  await expect(dialog.getByLabel('digest', { exact: true })).not.toContainText(seeded.secret.slice(-49));
  await screen.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('S19 the digest is switched on for a partner, at an hour of its zone, and says that nothing goes without a mail server', async () => {
  const { screen, call, goTo } = shared();
  const { partnerId } = seeded;
  await goTo(`/partners/${partnerId}`);
  await screen.getByRole('button', { name: 'Weekly digest' }).click();
  const mail = screen.getByRole('region', { name: 'Weekly mail' });
  await mail.getByRole('switch', { name: 'Mail it every week' }).click();
  await expect(mail.getByText('Nothing is sent: no mail server is set up.')).toBeVisible();
  await mail.getByRole('combobox', { name: 'Day' }).click();
  await screen.getByRole('option', { name: 'Thursday' }).click();
  await mail.getByRole('combobox', { name: 'Hour' }).click();
  await screen.getByRole('option', { name: '07:00' }).click();
  await mail.getByRole('combobox', { name: 'Time zone of the partner' }).fill('Europe/Berl');
  await screen.getByRole('option', { name: 'Europe/Berlin' }).click();
  await mail.getByRole('button', { name: 'Save time' }).click();
  await expect(mail.getByRole('button', { name: 'Save time' })).toHaveCount(0);
  const { time, nextAt } = await call('partners.digestSchedule', { partnerId });
  expect(time).toEqual({ weekday: 4, hour: 7, timeZone: 'Europe/Berlin' });
  expect(nextAt).toBeGreaterThan(Date.now());
  await call('notices.updateMail', {
    ...{ isOn: true, host: 'localhost', port: 9, security: 'none', user: '', from: 'keys@us.example' },
    ...{ to: [], kinds: [], contactKinds: [] },
  });
  await expect(mail.getByText('None was sent yet.')).toBeVisible();
  await mail.getByRole('switch', { name: 'Mail it every week' }).click();
  await expect(mail.getByRole('combobox', { name: 'Day' })).toHaveCount(0);
  expect((await call('partners.digestSchedule', { partnerId })).time).toBeNull();
  await screen.keyboard.press('Escape');
});

test('S19.2 an application is given to another partner; its log still names the former one', async () => {
  const { screen, goTo } = shared();
  await goTo(`/partners/${seeded.partnerId}`);
  await screen.getByRole('button', { name: 'Give Data feed to another partner' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Give Data feed to another partner' });
  await dialog.getByRole('combobox', { name: 'New partner' }).fill('Bolt');
  await screen.getByRole('option', { name: /^Bolt/ }).click();
  await expect(dialog.getByLabel('Contact e-mail')).toHaveValue('ops@bolt.example');
  await expect(dialog.getByText('Further contacts and networks do not come along.')).toBeVisible();
  await screen.keyboard.press('Tab');
  await dialog.getByRole('button', { name: 'Give application' }).click();
  await expect(dialog).toBeHidden();
  await expect(screen.getByText('No applications yet')).toBeVisible();
  await goTo(`/keys/${seeded.keyId}`);
  await expect(screen.getByRole('link', { name: 'Bolt', exact: true })).toBeVisible();
  await goTo(`/requests?partner=${seeded.partnerId}`);
  await expect(screen.getByText('/inventory/42').first()).toBeVisible();
});

test('an application is split: the chosen key goes to a second one with its own contact', async () => {
  const { screen, goTo, call } = shared();
  await goTo(`/partners/${boltId}`);
  await screen.getByRole('button', { name: 'Split Data feed' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Split Data feed' });
  await dialog.getByLabel('Name').fill('Mobile feed');
  await expect(dialog.getByLabel('Slug')).toHaveValue('mobilefeed');
  await dialog.getByRole('checkbox', { name: 'Data feed production' }).check();
  await dialog.getByRole('button', { name: 'Split application' }).click();
  await expect(dialog).toBeHidden();
  await expect(screen.getByRole('button', { name: 'Split Mobile feed' })).toBeVisible();
  const key = await call('keys.get', { keyId: seeded.keyId });
  expect(key).toMatchObject({ applicationName: 'Mobile feed', partnerName: 'Bolt' });
  expect(key.hint).toContain('_datafeed_');
});

test('a key is given to another application from its page', async () => {
  const { screen, goTo } = shared();
  await goTo(`/keys/${seeded.keyId}`);
  await screen.getByRole('button', { name: 'More actions' }).click();
  await screen.getByRole('menuitem', { name: 'Give to another application…' }).click();
  const dialog = screen.getByRole('dialog', { name: /^Give Data feed production/ });
  await dialog.getByRole('combobox', { name: 'New application' }).fill('Data');
  await screen.getByRole('option', { name: /^Data feed/ }).click();
  await dialog.getByRole('button', { name: 'Give key' }).click();
  await expect(dialog).toBeHidden();
  await expect(screen.getByText('/ Data feed', { exact: false }).first()).toBeVisible();
});
