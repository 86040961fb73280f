import { keyId } from '#contract/ids.ts';
import type { Browser, Page } from 'playwright/test';
import { axeViolations } from './axe-violations.ts';
import { expect, test } from './fixtures.ts';
import { openSealedPage, takeSealedFile } from './pages/sealed-delivery.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
  await call('settings.update', { publicUrl: 'https://keys.acme.example' });
  await call('scopes.create', {
    serviceId: seeded.serviceId,
    name: 'offers:write',
    rules: [{ effect: 'allow', methods: ['POST'], path: '/offers' }],
  });
});

test.describe.configure({ mode: 'serial' });

/** A page of the service listener as a stranger has it: a browser without scripts, as narrow as a phone. */
async function openAsStranger(sharedBrowser: () => Promise<Browser>, path: string, width = 320) {
  const context = await (
    await sharedBrowser()
  ).newContext({ javaScriptEnabled: false, viewport: { width, height: 700 } });
  const page = await context.newPage();
  await page.goto(`${latchkey().serviceUrl}${path}`);
  return page;
}

const fill = async (page: Page, fields: Readonly<Record<string, string>>) => {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).fill(text);
};
const ASK = {
  'Name of your application': 'Offer desk',
  'Your team or organisation': 'Bolt Shops',
  'E-mail address of who answers for it': 'dev@bolt.example',
  'Requests a day, about': '400',
};

test('a refused call leads by its link to a request, the request to an approval, the approval to a sealed handoff, and its first use closes it', async ({
  sharedBrowser,
}) => {
  const { screen, goTo, serviceUrl } = latchkey();
  // Refused: the answer says where to ask.
  const refused = await verify(serviceUrl, seeded.serviceToken, {
    key: seeded.secret,
    method: 'POST',
    path: '/offers',
  });
  const help = new URL(refused.help ?? '');
  const stranger = await openAsStranger(sharedBrowser, help.pathname + help.search);
  await expect(stranger.getByRole('checkbox', { name: /POST \/offers of Trade/ })).toBeChecked();
  await goTo('/access-requests');
  await expect(screen.getByText('Nobody has asked for a key yet')).toBeVisible();

  // Asked, without typing what was refused.
  await fill(stranger, ASK);
  await stranger.getByRole('button', { name: 'Ask for a key' }).click();
  await expect(stranger.getByRole('heading', { level: 1 })).toContainText('waits for an answer');
  const statusUrl = stranger.url();
  const link = screen.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /Key requests/ });
  await expect(link).toContainText('1 open', { timeout: 2_000 });

  // Approved.
  await screen.getByRole('row', { name: /Offer desk/ }).click();
  await expect(screen.getByText('was refused here')).toBeVisible();
  await screen.getByRole('button', { name: 'Approve…' }).click();
  const form = screen.getByRole('dialog', { name: 'Approve Offer desk' });
  await expect(form.getByRole('checkbox', { name: 'offers:write' })).toBeChecked();
  await expect(form.getByText('These scopes allow all that is wanted.')).toBeVisible();
  await form.getByRole('radio', { name: /opens itself/ }).click();
  await form.getByRole('button', { name: 'Approve request' }).click();
  const folder = test.info().outputPath('recipient');
  const sealed = await takeSealedFile(screen, folder);
  const notice = screen.getByRole('dialog', { name: 'Message to the contact' });
  const message = await notice.getByLabel('The message', { exact: true }).innerText();
  expect(message).not.toContain(sealed.passphrase);
  await notice.getByRole('checkbox', { name: 'I have the message' }).check();
  await notice.getByRole('button', { name: 'Done' }).click();

  // Handed over and confirmed.
  const secret = await openSealedPage(await sharedBrowser(), sealed);
  const call = { key: secret, method: 'POST', path: '/offers' };
  expect(await verify(serviceUrl, seeded.serviceToken, call)).toMatchObject({ code: 'SUSPENDED' });
  await stranger.goto(statusUrl);
  await stranger.getByLabel('Code').fill(/\d{3} \d{3} \d{3}/.exec(message)?.[0] ?? '');
  await stranger.getByRole('button', { name: 'Confirm' }).click();
  await expect(stranger.getByText('dev@bolt.example is confirmed.')).toBeVisible();
  await stranger.context().close();

  // Used: the handoff is done.
  expect(await verify(serviceUrl, seeded.serviceToken, call)).toMatchObject({ valid: true });
  await goTo('/handoffs');
  await expect(screen.getByRole('row', { name: /Offer desk.*In use/ })).toBeVisible({ timeout: 20_000 });
});

test('S09.3 the form is read by machines that read aloud, 320 px wide, in both colour schemes, with its problems too', async ({
  sharedBrowser,
}) => {
  await latchkey().call('accessRequests.updateSettings', {
    terms: 'Share no key.\nAsk for one of your own.',
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await (
      await sharedBrowser()
    ).newContext({ viewport: { width: 320, height: 700 }, colorScheme });
    const page = await context.newPage();
    await page.goto(`${latchkey().serviceUrl}/request-access`);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Ask for a key' }).click();
    await expect(page.getByRole('alert')).toContainText('What you wrote is still here');
    await expect(page.getByLabel('Name of your application')).toBeFocused();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    await context.close();
  }
  await latchkey().call('accessRequests.updateSettings', { terms: '' });
});

test('S20 one who asks twice is seen, is rejected with a reason that the page of the request shows, by the keyboard alone', async ({
  sharedBrowser,
}) => {
  const { screen, goTo } = latchkey();
  const page = await openAsStranger(sharedBrowser, '/request-access', 1280);
  await fill(page, { ...ASK, 'Others, one a line': 'GET /inventory/{id}' });
  await page.getByRole('button', { name: 'Ask for a key' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('waits for an answer');
  await goTo('/access-requests?state=open');
  await screen.getByRole('row', { name: /Offer desk.*1 similar request/ }).click();
  const beside = screen.getByRole('complementary', { name: 'Request of Offer desk' });
  await expect(beside.getByRole('region', { name: 'Keys that are there' })).toContainText('Offer desk');
  await expect(beside.getByRole('region', { name: 'Similar requests' })).toContainText('Same application');
  await beside.getByRole('button', { name: 'Reject…' }).focus();
  await screen.keyboard.press('Enter');
  const dialog = screen.getByRole('dialog', { name: 'Reject Offer desk' });
  await expect(dialog.getByRole('button', { name: 'Reject', exact: true })).toBeDisabled();
  await dialog.getByLabel('Reason').focus();
  await screen.keyboard.type('Use <b>the key</b> that you have.');
  await screen.keyboard.press('Tab');
  await screen.keyboard.press('Tab');
  await screen.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await page.reload();
  await expect(page.getByText('Use <b>the key</b> that you have.')).toBeVisible();
  await page.context().close();
  expect(await axeViolations(screen)).toEqual([]);
});

test('a key that wants more is shown with its use, and an extra key is offered before a larger limit', async ({
  sharedBrowser,
}) => {
  const { screen, goTo, call } = latchkey();
  const page = await openAsStranger(sharedBrowser, '/request-access');
  await fill(page, {
    ...ASK,
    'Name of your application': 'More feed',
    'Others, one a line': 'GET /inventory/{id}',
  });
  await page.getByText('Do you have a key already').click();
  await page.getByLabel('Id of the key that you have').fill(seeded.keyId);
  await page.getByRole('button', { name: 'Ask for a key' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('waits for an answer');
  await page.context().close();
  await goTo('/access-requests');
  await screen.getByRole('row', { name: /More feed/ }).click();
  const beside = screen.getByRole('complementary', { name: 'Request of More feed' });
  const use = beside.getByRole('region', { name: 'Use of the key' });
  await expect(use).toContainText('in 30 days');
  await expect(use).toContainText('is not that of the key’s application');
  await expect(beside.getByRole('button', { name: 'Approve an extra key…' })).toBeVisible();
  await beside.getByRole('button', { name: 'Raise limits…' }).click();
  const dialog = screen.getByRole('dialog', { name: /Raise limits of/ });
  await dialog.getByLabel('Rate limit').fill('900');
  await dialog.getByRole('button', { name: 'Raise limits' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await call('keys.get', { keyId: seeded.keyId })).rateLimit).toEqual({
    limit: 900,
    windowMs: 60_000,
  });
});

test('S20 an applicant is asked back and answers without a script; a second request is merged, and its page tells what became of the first', async ({
  sharedBrowser,
}) => {
  const { screen, goTo } = latchkey();
  const askFor = async (contact: string) => {
    const page = await openAsStranger(sharedBrowser, '/request-access');
    const own = {
      'Name of your application': 'Twice asked',
      'E-mail address of who answers for it': contact,
    };
    await fill(page, { ...ASK, ...own, 'Others, one a line': 'GET /inventory/{id}' });
    await page.getByRole('button', { name: 'Ask for a key' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('waits for an answer');
    return page;
  };
  const first = await askFor('one@bolt.example');
  await goTo('/access-requests');
  await screen.getByRole('row', { name: /Twice asked/ }).click();
  const beside = screen.getByRole('complementary', { name: 'Request of Twice asked' });
  await beside.getByRole('button', { name: 'Ask back…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Ask back about Twice asked' });
  await expect(dialog.getByRole('button', { name: 'Ask', exact: true })).toBeDisabled();
  await dialog.getByLabel('Question').fill('Which shops?');
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
  const message = screen.getByRole('dialog', { name: 'Message to the contact' });
  await expect(message.getByLabel('The message', { exact: true })).toContainText('Which shops?');
  await message.getByRole('checkbox', { name: 'I have the message' }).check();
  await message.getByRole('button', { name: 'Done' }).click();
  await expect(screen.getByRole('row', { name: /Twice asked.*Asked back/ })).toBeVisible();

  await first.reload();
  await expect(first.getByRole('heading', { level: 1 })).toContainText('waits for your answer');
  await first.getByLabel('Your answer').fill('All of <b>them</b>.');
  await first.getByRole('button', { name: 'Send answer' }).click();
  await expect(first.getByText('All of <b>them</b>.')).toBeVisible();
  await expect(screen.getByRole('row', { name: /Twice asked.*Applicant answered/ })).toBeVisible();
  await expect(beside.getByRole('region', { name: 'Questions and answers' })).toContainText(
    'All of <b>them</b>.',
  );
  expect(await axeViolations(screen)).toEqual([]);

  const second = await askFor('two@bolt.example');
  // The newest stands first.
  const rows = screen.getByRole('row', { name: /Twice asked/ });
  await expect(rows).toHaveCount(2);
  await rows.first().click();
  await beside.getByRole('button', { name: 'Merge…' }).click();
  const merge = screen.getByRole('dialog', { name: /Merge .* into another request/ });
  await merge.getByRole('radio', { name: /Twice asked/ }).check();
  await merge.getByRole('button', { name: 'Merge', exact: true }).click();
  await merge.waitFor({ state: 'hidden' });
  await rows.last().click();
  await expect(beside.getByRole('region', { name: 'Merged requests' })).toContainText('two@bolt.example');
  await beside.getByRole('button', { name: 'Reject…' }).click();
  const reject = screen.getByRole('dialog', { name: 'Reject Twice asked' });
  await reject.getByLabel('Reason').fill('Use the feed.');
  await reject.getByRole('button', { name: 'Reject', exact: true }).click();
  await reject.waitFor({ state: 'hidden' });
  await second.reload();
  await expect(second.getByText('Use the feed.')).toBeVisible();
  await expect(second.getByText('one@bolt.example')).toHaveCount(0);
  await first.context().close();
  await second.context().close();
});

test('how people ask is set in one dialog, and holds at once', async ({ sharedBrowser }) => {
  const { screen, goTo } = latchkey();
  await goTo('/access-requests');
  await screen.getByRole('button', { name: 'How people ask…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'How people ask for a key' });
  expect(await axeViolations(screen)).toEqual([]);
  await dialog.getByLabel('Terms').fill('One key for each application.');
  await expect(dialog.getByLabel('Policy')).toHaveValue(/# A fork/);
  await dialog.getByLabel('Policy').fill('# A change of team\n- Tell us before the old contact leaves.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const page = await openAsStranger(sharedBrowser, '/request-access');
  await expect(page.getByText('One key for each application.')).toBeVisible();
  await page.getByRole('link', { name: 'What we want of everybody who has a key' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'A change of team' })).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveText('Tell us before the old contact leaves.');
  const isWide = () => document.documentElement.scrollWidth > 320;
  expect(await page.evaluate(isWide)).toBe(false);
  await page.context().close();
});

test('G10 a product made on its screen leads from its page to a request, and the approval is filled in with its template', async ({
  sharedBrowser,
}) => {
  const { call, screen, goTo, serviceUrl } = latchkey();
  await call('accessRequests.updateSettings', { terms: '' });
  await call('settings.update', { trustedProxies: ['127.0.0.1'] });
  const { items } = await call('scopes.list', { serviceId: seeded.serviceId });
  const template = await call('templates.create', {
    name: 'Offers, small',
    environment: 'test',
    scopeIds: items.filter(({ name }) => name === 'offers:write').map(({ id }) => id),
    rateLimit: { limit: 60, windowMs: 60_000 },
    expiresInMs: 90 * 86_400_000,
  });

  // Made and published, by the keyboard where that is quicker.
  await goTo(`/services/${seeded.serviceId}?tab=products`);
  await screen.getByRole('button', { name: 'New product' }).click();
  const form = screen.getByRole('dialog', { name: 'New product of Trade' });
  await form.getByLabel('Name', { exact: true }).fill('Offer data');
  await expect(form.getByLabel('Slug')).toHaveValue('offer-data');
  await form.getByLabel('Description').fill('Make offers for your own shop.');
  await form.getByRole('combobox', { name: 'Template of tier 1' }).fill('Offers, sm');
  await screen.getByRole('option', { name: 'Offers, small' }).click();
  await form.getByLabel('Name of tier 1').fill('Starter');
  await form.getByLabel('Name of tier 1').press('Enter');
  const products = screen.getByRole('list', { name: 'Products', exact: true });
  await expect(products.getByText('Draft')).toBeVisible();
  expect(await axeViolations(screen)).toEqual([]);
  await products.getByRole('button', { name: 'Publish Offer data' }).click();
  await screen.getByRole('alertdialog').getByRole('button', { name: 'Publish product' }).click();
  await expect(products.getByText('Published')).toBeVisible();

  // Read and asked for.
  const context = await (
    await sharedBrowser()
  ).newContext({
    viewport: { width: 320, height: 700 },
    // The tests before have sent as much as one address may in an hour.
    extraHTTPHeaders: { 'X-Forwarded-For': '198.51.100.7' },
  });
  const stranger = await context.newPage();
  await stranger.goto(`${serviceUrl}/products`);
  await stranger.getByRole('link', { name: 'Offer data' }).click();
  await expect(stranger.getByText('POST /offers')).toBeVisible();
  await expect(stranger.getByText('60 calls in any minute.')).toBeVisible();
  expect(await axeViolations(stranger)).toEqual([]);
  expect(await stranger.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await stranger.getByRole('link', { name: 'Ask for a key' }).click();
  await fill(stranger, { ...ASK, 'Name of your application': 'Small shop' });
  await stranger.getByRole('button', { name: 'Ask for a key' }).click();
  await expect(stranger.getByText('Offer data, Starter')).toBeVisible();
  await context.close();

  // Approved as the template says.
  await goTo('/access-requests');
  await screen.getByRole('row', { name: /Small shop/ }).click();
  await screen.getByRole('button', { name: 'Approve…' }).click();
  const approval = screen.getByRole('dialog', { name: 'Approve Small shop' });
  await expect(approval.getByRole('radio', { name: /Starter of Offer data/ })).toBeChecked();
  await expect(approval.getByRole('radio', { name: 'Test' })).toBeChecked();
  await approval.getByRole('button', { name: 'Approve request' }).click();
  await expect(approval).toBeHidden();
  const { items: keys } = await call('keys.list', { filter: { text: 'Small shop' } });
  expect(await call('keys.get', { keyId: keys[0]?.keyId ?? keyId.parse('') })).toMatchObject({
    environment: 'test',
    template: { id: template.id, drift: [] },
    rateLimit: { limit: 60, windowMs: 60_000 },
  });
});
