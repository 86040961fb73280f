import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, test } from './fixtures.ts';
import { shareLatchkey } from './shared-latchkey.ts';

interface Mail {
  readonly to: string;
  readonly text: string;
}

const mails: Mail[] = [];
const server = new SMTPServer({
  logger: false,
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8').replaceAll('=\r\n', '');
      mails.push({ to: session.envelope.rcptTo.map(({ address }) => address).join(), text });
      done();
    });
  },
});

let keyId = '';
let templateId = '';
let partnerId = '';
let applicationId = '';
const latchkey = shareLatchkey(async ({ call }) => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  await call('notices.updateMail', {
    ...{ isOn: true, host: 'localhost', port, security: 'none', user: '', from: 'keys@us.example' },
    ...{ to: [], kinds: [], contactKinds: [] },
  });
  await call('settings.update', { publicUrl: 'https://keys.us.example' });
  const { service } = await call('services.create', { name: 'Trade', slug: 'trade' });
  const scope = await call('scopes.create', {
    ...{ serviceId: service.id, name: 'offers:read' },
    rules: [{ effect: 'allow', methods: ['GET'], path: '/offers/**' }],
  });
  const template = await call('templates.create', {
    ...{ name: 'Feed', scopeIds: [scope.id], expiresInMs: 90 * 86_400_000, rotateEveryMs: 30 * 86_400_000 },
  });
  templateId = template.id;
  const partner = await call('partners.create', {
    ...{ name: 'Acme', tier: 'external', contactEmail: 'api@acme.example' },
  });
  const application = await call('applications.create', {
    ...{ partnerId: partner.id, name: 'Data feed', slug: 'datafeed', contactEmail: 'feed@acme.example' },
  });
  partnerId = partner.id;
  applicationId = application.id;
  const { key } = await call('keys.create', {
    ...{ applicationId: application.id, name: 'Warehouse sync', environment: 'live', scopeIds: [scope.id] },
    ...{ expiresAt: null, rotateEveryMs: 30 * 86_400_000 },
  });
  keyId = key.keyId;
});
test.afterAll(async () => {
  await new Promise<void>((resolve) => {
    server.close(resolve);
  });
});

const mailTo = async (address: string): Promise<string> => {
  await expect.poll(() => mails.some(({ to }) => to === address), { timeout: 15_000 }).toBe(true);
  return mails.findLast(({ to }) => to === address)?.text ?? '';
};

const codeIn = (text: string): string => /\d{3} \d{3} \d{3}/.exec(text)?.[0] ?? 'no code';

test('a list of teams is checked, mended in place and issued; each link comes by mail, its words from the app, and together they reveal the key', async ({
  sharedBrowser,
}) => {
  const { screen, goTo, serviceUrl } = latchkey();
  await goTo('/handoffs');
  await screen.getByRole('link', { name: 'Issue to a list' }).first().click();
  const list = screen.getByLabel('Teams that get a key');
  const good = 'Team,Application,Contact,Template,Environment\nAcme,Orders,orders@acme.example,Feed,test\n';
  await list.fill(`${good}Bolt,Shop,dev@bolt.example,Fed,live\n`);
  await screen.getByRole('button', { name: 'Check the list' }).click();
  await expect(screen.getByText('1 key to issue, 0 there already, 1 line left out')).toBeVisible();
  await expect(screen.getByText('There is none that is called “Fed”')).toBeVisible();
  await list.fill(`${good}Bolt,Shop,dev@bolt.example,Feed,live\n`);
  await screen.getByRole('button', { name: 'Check the list' }).click();
  await expect(screen.getByText('new partner, new application')).toBeVisible();
  await screen.getByRole('button', { name: 'Issue 2 keys' }).click();
  await expect(screen.getByText('2 of 2 keys issued')).toBeVisible();
  await expect(screen.getByText('link mailed to dev@bolt.example')).toBeVisible();
  // Sent again, it makes nothing.
  await screen.getByRole('button', { name: 'Check the list' }).click();
  await expect(screen.getByText('0 keys to issue, 2 there already, 0 lines left out')).toBeVisible();

  const mail = await mailTo('dev@bolt.example');
  const token = /https:\/\/keys\.us\.example\/h\/([0-9A-Za-z]{43})/.exec(mail)?.[1] ?? '';
  await goTo('/handoffs');
  await screen.getByRole('row', { name: /Bolt/ }).click();
  // Where mail is off nobody mailed it: the sentence holds for both.
  await expect(screen.getByRole('note').filter({ hasText: 'six words' })).toContainText(
    'by mail or from whoever issued it',
  );
  await screen.getByRole('button', { name: 'Show code once' }).click();
  const words = await screen.getByLabel('The code', { exact: true }).innerText();
  expect(mail).not.toContain(words);
  const browser = await sharedBrowser();
  const context = await browser.newContext();
  const recipient = await context.newPage();
  await recipient.goto(`${serviceUrl}/h/${token}`);
  await recipient.getByLabel('Code').fill(words);
  await recipient.getByRole('button', { name: 'Reveal once' }).click();
  expect(await recipient.getByRole('textbox').inputValue()).toMatch(/^lk/);
  await context.close();
});

test('what happens when a rotation is due is chosen on the page of the key, and by its template for all that say nothing', async () => {
  const { screen, goTo } = latchkey();
  await goTo(`/keys/${keyId}`);
  const facts = screen.getByRole('region', { name: 'Facts' });
  await expect(facts.getByText('when due: somebody is reminded')).toBeVisible();
  await facts.getByRole('button', { name: 'When it is due…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'When a rotation is due' });
  await dialog.getByRole('radio', { name: /Rotate and send the new secret to the contact/ }).check();
  await expect(dialog.getByText('Nobody here sees the new secret.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save choice' }).click();
  await expect(facts.getByText('when due: new secret goes to the contact by itself')).toBeVisible();
  await goTo(`/templates/${templateId}`);
  await screen.getByRole('button', { name: 'Rotations…' }).click();
  const common = screen.getByRole('dialog', { name: 'When a rotation is due' });
  await expect(common.getByRole('radio', { name: /Each key as it says itself/ })).toBeVisible();
  await common.getByRole('button', { name: 'Cancel' }).click();
});

test('a code for a contact goes by mail: the screen says where to, never the code', async ({
  sharedBrowser,
}) => {
  const { screen, goTo, serviceUrl, call } = latchkey();
  const browser = await sharedBrowser();
  const context = await browser.newContext();
  const stranger = await context.newPage();
  await stranger.goto(`${serviceUrl}/request-access`);
  await stranger.getByLabel('Name of your application').fill('Offer desk');
  await stranger.getByLabel('Your team or organisation').fill('Coil');
  await stranger.getByLabel('E-mail address of who answers for it').fill('dev@coil.example');
  await stranger.getByLabel('Requests a day, about').fill('400');
  await stranger.getByLabel(/one a line/).fill('GET /offers/{id}');
  await stranger.getByRole('button', { name: 'Ask for a key' }).click();
  await expect(stranger.getByRole('heading', { level: 1 })).toContainText('waits for an answer');
  const [asked] = (await call('accessRequests.list', { limit: 1 })).items;
  await call('accessRequests.approve', {
    accessRequestId: String(asked?.id),
    grantee: {
      kind: 'new_partner',
      partnerName: 'Coil',
      tier: 'external',
      name: 'Offer desk',
      slug: 'offerdesk',
    },
    key: { name: 'Offer desk', environment: 'live', expiresAt: null },
    delivery: { kind: 'link' },
    recipientName: 'Coil',
  });
  const first = codeIn(await mailTo('dev@coil.example'));
  await goTo('/access-requests');
  await screen.getByRole('row', { name: /Offer desk/ }).click();
  await screen.getByRole('button', { name: 'New code…' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Make code' }).click();
  const sent = screen.getByRole('dialog', { name: 'Sent to the contact' });
  await expect(sent.getByText('dev@coil.example')).toBeVisible();
  await expect
    .poll(async () => codeIn(await mailTo('dev@coil.example')), { timeout: 15_000 })
    .not.toBe(first);
  const code = codeIn(await mailTo('dev@coil.example'));
  expect(await screen.content()).not.toContain(code);
  await sent.getByRole('button', { name: 'Done' }).click();
  await stranger.reload();
  await stranger.getByLabel('Code').fill(code);
  await stranger.getByRole('button', { name: 'Confirm' }).click();
  await expect(stranger.getByText('dev@coil.example is confirmed.')).toBeVisible();
  await goTo('/settings/notices');
  await expect(screen.getByRole('cell', { name: 'Code for a contact' })).toHaveCount(2);
  await context.close();
});

test('the prepared message to the contact of a rotating key is sent from the page where mail is on, as it was changed there', async () => {
  const { screen, goTo, call } = latchkey();
  await call('keys.rotate', { keyId, overlapMs: 86_400_000 });
  await goTo(`/keys/${keyId}`);
  await screen.getByRole('button', { name: 'Message contact…' }).first().click();
  const dialog = screen.getByRole('dialog', { name: 'Message to the contact' });
  await expect(dialog.getByText('Goes to feed@acme.example by mail.')).toBeVisible();
  await dialog.getByLabel('Subject').fill('Please move Warehouse sync');
  await dialog.getByRole('button', { name: 'Send message' }).click();
  await expect(screen.getByText('On its way to feed@acme.example')).toBeVisible();
  const mail = await mailTo('feed@acme.example');
  expect(mail).toContain('Subject: Please move Warehouse sync');
  expect(mail).toContain('was replaced by a newer one.');
});

test('a partner has several contacts with roles and its networks, which are offered when a key is made', async () => {
  const { screen, goTo } = latchkey();
  await goTo(`/partners/${partnerId}`);
  const people = screen.getByRole('region', { name: 'People and networks' });
  await expect(people.getByRole('cell', { name: 'api@acme.example' })).toBeVisible();
  await people.getByRole('button', { name: 'Change people and networks' }).click();
  const dialog = screen.getByRole('dialog', { name: 'People and networks of Acme' });
  await dialog.getByRole('button', { name: 'Add contact' }).click();
  const second = dialog.getByRole('group', { name: 'Contact 2' });
  await second.getByLabel('Name').fill('Bo');
  await dialog.getByLabel('Networks').fill('10.20.0.0/16');
  await second.getByLabel('E-mail').fill('bo@acme.example');
  await second.getByRole('button', { name: 'Make contact 2 the first' }).click();
  await dialog.getByRole('button', { name: 'Save people and networks' }).click();
  await expect(people.getByRole('cell', { name: 'bo@acme.example' })).toBeVisible();
  await expect(people.getByText('10.20.0.0/16')).toBeVisible();
  await expect(screen.getByText('Bo', { exact: true }).first()).toBeVisible();
  await screen.getByRole('button', { name: 'People and networks of Data feed' }).click();
  const own = screen.getByRole('dialog', { name: 'People and networks of Data feed' });
  await expect(own.getByLabel('Networks')).toHaveAttribute('placeholder', '10.20.0.0/16');
  await own.getByRole('button', { name: 'Cancel' }).click();
  await goTo(`/keys/new?partner=${partnerId}&application=${applicationId}`);
  await screen.getByRole('button', { name: 'Allow the owner’s networks only' }).click();
  await expect(screen.getByLabel('Allowed addresses')).toHaveValue('10.20.0.0/16');
});
