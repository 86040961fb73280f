import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { KeyboardWalk } from './pages/keyboard-walk.ts';
import { openSealedPage, takeSealedFile } from './pages/sealed-delivery.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
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

test('the attestation of an application says that it uses its own key, is printed without the rest, and the note for new people is beside it', async () => {
  const { screen, goTo, serviceUrl } = shared();
  const asked = { key: seeded.secret, method: 'GET', path: '/inventory/1', tags: ['version=318'] };
  await verify(serviceUrl, seeded.serviceToken, asked);
  await goTo(`/partners/${seeded.partnerId}`);
  await screen
    .getByRole('button', { name: /^Attestation and note of/ })
    .first()
    .click();
  const paper = screen.getByRole('article', { name: 'Attestation' });
  await expect(paper).toContainText('uses a valid key of its own');
  await expect(paper.getByRole('table', { name: 'Keys of its own' })).toContainText('Data feed production');
  const download = screen.waitForEvent('download');
  await screen.getByRole('button', { name: 'Save Markdown' }).click();
  const markdown = readFileSync(await (await download).path(), 'utf8');
  expect(markdown).toContain('# Attestation: ');
  expect(markdown).not.toContain(seeded.secret.slice(-49));
  const note = screen.getByRole('region', { name: 'Note for new people' });
  await expect(note).toContainText('DATAFEED_API_KEY');
  await screen.emulateMedia({ media: 'print' });
  await expect(note).toBeHidden();
  await expect(paper).toBeVisible();
  await screen.emulateMedia({ media: null });
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

test('the keyboard alone: a partner is onboarded from its name to a sealed handoff, left and taken up again, and done with the first use', async ({
  sharedBrowser,
}) => {
  const { screen, goTo, call, serviceUrl } = shared();
  await call('templates.create', {
    name: 'Shop feed',
    scopeIds: [seeded.readScopeId],
    rateLimit: { limit: 60, windowMs: 60_000 },
    expiresInMs: 90 * 86_400_000,
  });
  const walk = new KeyboardWalk(screen);
  await goTo('/partners');
  await walk.to('link "Onboard a partner"');
  await walk.press('Enter');
  const step = screen.locator('[aria-current=step]');
  // The first field of each step has the focus already.
  await expect(step.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await walk.type('Crate & Co');
  await walk.to('textbox "Contact e-mail"');
  await walk.type('ops@crate.example');
  await walk.to('textbox "Contact name');
  await walk.type('Cleo Crane');
  await walk.press('Enter');
  await expect(step.getByRole('heading', { name: /2\. Application/ })).toBeVisible();
  await expect(step.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await expect(step.getByRole('textbox', { name: 'Contact e-mail' })).toHaveValue('ops@crate.example');
  await walk.type('Shelf sync');
  await walk.press('Enter');
  await expect(step.getByRole('combobox', { name: 'Template' })).toBeFocused();

  // Left for other work, and taken up from the page of the partner.
  await goTo('/partners');
  await screen.getByRole('row', { name: /Crate & Co/ }).click();
  await screen.getByRole('link', { name: 'Go on with the onboarding' }).click();
  await expect(step.getByRole('combobox', { name: 'Template' })).toBeFocused();
  await walk.type('Shop');
  await expect(screen.getByRole('option', { name: /^Shop feed/ })).toBeVisible();
  await walk.press('ArrowDown');
  await walk.press('Enter');
  await expect(step).toContainText('May call GET /inventory/**');
  await expect(step).toContainText('60 per minute');
  await expect(step).toContainText('after 90 days');
  expect((await new AxeBuilder({ page: screen }).analyze()).violations).toEqual([]);
  await walk.to('button "Use this template"');
  await walk.press('Enter');
  await expect(step.getByRole('textbox', { name: 'Name of the key' })).toHaveValue('Shelf sync');
  await expect(step.getByRole('textbox', { name: 'Recipient' })).toHaveValue('Cleo Crane');
  await expect(step.getByRole('radio', { name: /opens itself/ })).toBeChecked();
  await walk.to('button "Prepare handoff"');
  await walk.press('Enter');
  const sealed = await takeSealedFile(screen, test.info().outputPath('recipient'));
  await expect(step).toContainText('Waiting for the first allowed call');
  await screen.reload();
  await expect(step).toContainText('Waiting for the first allowed call');
  expect((await new AxeBuilder({ page: screen }).analyze()).violations).toEqual([]);

  const key = await openSealedPage(await sharedBrowser(), sealed);
  const asked = { key, method: 'GET', path: '/inventory/1' };
  expect(await verify(serviceUrl, seeded.serviceToken, asked)).toMatchObject({ valid: true });
  await expect(screen.getByRole('heading', { name: 'Crate & Co is on board' })).toBeVisible({
    timeout: 30_000,
  });
});
