import type { Locator } from 'playwright/test';
import type { KeyId, TemplateId } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const DAY_MS = 86_400_000;

let trade: SeededTrade;
let feed: TemplateId;
let follower: KeyId;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
  const template = { scopeIds: [trade.readScopeId], rateLimit: { limit: 10, windowMs: 3_600_000 } };
  feed = (await app.call('templates.create', { ...template, name: 'Feed', expiresInMs: 30 * DAY_MS })).id;
  await app.call('templates.create', {
    name: 'For partners',
    scopeIds: [],
    expiresInMs: DAY_MS,
    isForIssuers: true,
  });
  const made = await app.call('keys.createFromTemplate', {
    templateId: feed,
    applicationId: trade.applicationId,
    name: 'Follower',
    environment: 'live',
  });
  follower = made.key.keyId;
  for (const caller of [1, 2, 3]) {
    await verify(app.serviceUrl, trade.serviceToken, {
      key: made.secret,
      method: 'GET',
      path: '/inventory/1',
      clientIp: `192.0.2.${String(caller)}`,
      userAgent: `program-${String(caller)}/1.0`,
    });
  }
});

const table = (): Locator => latchkey().screen.getByRole('grid', { name: 'Keys' });
const cell = (name: string, column: string): Locator =>
  table().getByTestId('row').filter({ hasText: name }).locator(`[data-column="${column}"]`);
const toast = (text: string) => latchkey().screen.getByRole('dialog').filter({ hasText: text });

test('the list shows the template, the use of the tightest limit and the callers of the keys in view, and asks for none of it before', async () => {
  const { screen, goTo } = latchkey();
  const asked: string[] = [];
  screen.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await goTo('/keys');
  await expect(cell('Follower', 'key')).toBeVisible();
  await screen.getByRole('button', { name: 'Columns' }).click();
  const menu = screen.getByRole('dialog', { name: 'Columns' });
  expect(asked.filter((path) => /tightestLimits|hygiene\.callers/.test(path))).toEqual([]);
  // Room for the new ones.
  for (const column of ['Partner / application', 'Last 24 h', 'Error rate', 'Expires']) {
    await menu.getByRole('checkbox', { name: column }).uncheck();
  }
  for (const column of ['Template', 'Limit used', 'Callers 24 h / 7 d']) {
    await menu.getByRole('checkbox', { name: column }).check();
  }
  await screen.keyboard.press('Escape');
  await expect(cell('Follower', 'template')).toHaveText('Feed');
  await expect(cell('Data feed production', 'template')).toHaveText('–');
  await expect(cell('Follower', 'limitUsed')).toHaveText(/30 %\s*3 of 10 per hour/);
  await expect(cell('Data feed production', 'limitUsed')).toHaveText('–');
  await expect(cell('Follower', 'callers')).toHaveText('3 / 3');
  await table().getByRole('columnheader', { name: 'Template' }).getByRole('button').first().click();
  await expect(screen).toHaveURL(/sort=template/);
  await expect(table().getByTestId('row').first()).toContainText('Follower');
  await screen.evaluate(() => localStorage.removeItem('latchkey.keys.columns'));
  await screen.reload();
});

test('the list is narrowed to the keys of a template, which the address keeps', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/keys');
  await screen.getByRole('button', { name: 'Filter', exact: true }).click();
  await screen.getByRole('combobox', { name: 'Template' }).click();
  await screen.getByRole('option', { name: 'Feed', exact: true }).click();
  await expect(screen).toHaveURL(new RegExp(`template=${feed}`));
  await expect(table().getByTestId('row')).toHaveCount(1);
  await screen.reload();
  await expect(table().getByTestId('row')).toHaveCount(1);
  await screen.getByRole('button', { name: 'Remove filter Template Feed' }).click();
  await expect(table().getByTestId('row')).toHaveCount(2);
});

test('tags that many keys got are taken back by one Undo', async () => {
  const { screen, goTo, app } = latchkey();
  const tagged = async () => (await app.call('keys.list', { filter: { tag: 'reviewed' } })).total;
  await goTo('/keys');
  for (const box of await table().getByTestId('row').getByRole('checkbox').all()) await box.click();
  await screen.getByRole('region', { name: 'Marked keys' }).getByRole('button', { name: 'Tag…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Tag 2 keys' });
  await dialog.getByRole('textbox', { name: 'Add tags' }).fill('reviewed');
  await dialog.getByRole('button', { name: 'Tag 2 keys' }).click();
  await expect.poll(tagged).toBe(2);
  await screen.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(tagged).toBe(0);
});

test('the key page tells who made the key, who calls with it, which template it follows and where it differs', async () => {
  const { screen, goTo, app } = latchkey();
  await goTo(`/keys/${follower}`);
  const facts = screen.getByRole('region', { name: 'Facts' });
  await expect(facts).toContainText(
    '3 callers in the last 24 hours, 3 in 7 days; no day before to compare with.',
  );
  // One count, whatever the charts show: here two hours without a request.
  const until = Date.now() - 2 * DAY_MS;
  await goTo(`/keys/${follower}?range=custom&since=${String(until - 7_200_000)}&until=${String(until)}`);
  await expect(screen.getByTestId('status-sentence')).toContainText(' by 3 callers,');
  await expect(facts).toContainText('3 callers in the last 24 hours');
  await expect(facts).toContainText(/Created.* by /);
  await expect(facts).toContainText('as the template says');
  await app.call('keys.update', { keyId: follower, ipAllow: ['192.0.2.0/24'] });
  // The announcement, then the key: a busy machine takes its time.
  await expect(facts).toContainText('differs in allowed addresses', { timeout: 30_000 });
  await expect(facts.getByRole('link', { name: 'Feed' })).toHaveAttribute('href', new RegExp(feed));
});

test('the end of a key is moved beside the fact, and one Undo moves it back', async () => {
  const { screen, goTo, app } = latchkey();
  const endsAt = async () => (await app.call('keys.get', { keyId: follower })).expiresAt ?? 0;
  const before = await endsAt();
  await goTo(`/keys/${follower}`);
  await screen.getByRole('region', { name: 'Facts' }).getByRole('button', { name: 'Extend…' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Extend 1 key' }).click();
  const told = toast('1 key is extended.').getByRole('button', { name: 'Undo', exact: true });
  await told.waitFor();
  expect(await endsAt()).toBeGreaterThan(before + 50 * DAY_MS);
  await told.click();
  await expect.poll(endsAt).toBe(before);
});

test('a key in its grace says until when, is extended by one click, and one Undo puts it back', async () => {
  const { screen, goTo, app } = latchkey();
  const { key } = await app.call('keys.create', {
    ...{ applicationId: trade.applicationId, name: 'Late', environment: 'live' },
    ...{ expiresAt: Date.now() + 1_500, expiryGraceMs: 3 * DAY_MS },
  });
  const endsAt = async () => (await app.call('keys.get', { keyId: key.keyId })).expiresAt ?? 0;
  const before = await endsAt();
  await expect.poll(() => Date.now()).toBeGreaterThan(before);
  await goTo(`/keys/${key.keyId}`);
  const note = screen.getByRole('note', { name: 'Expiry' });
  await expect(note).toContainText(/Expired .*, in grace until /, { timeout: 30_000 });
  await expect(screen.getByTestId('status-sentence')).toContainText('in grace, refused in ');
  await note.getByRole('button', { name: 'Extend to 90 days: Late' }).click();
  await expect(note).toBeHidden();
  expect(await endsAt()).toBeGreaterThan(before + 80 * DAY_MS);
  await toast('1 key is extended.').getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(endsAt).toBe(before);
  await expect(note).toBeVisible();
  await app.call('keys.revoke', { keyId: key.keyId, reason: 'no_longer_needed' });
});

test('the pepper is rotated in the settings, and the retired one is dropped only for who types how many keys stop', async () => {
  const { screen, goTo, app } = latchkey();
  await goTo('/settings/protection');
  const block = screen.getByRole('region', { name: 'Pepper' });
  await block.getByRole('button', { name: 'Rotate pepper…' }).click();
  await screen.getByRole('alertdialog').getByRole('button', { name: 'Rotate pepper' }).click();
  await expect(block).toContainText(/retired, \d+ keys? and \d+ tokens? not used since/);
  await expect(block.getByRole('button', { name: 'Drop pepper 1…' })).toBeDisabled();
  // Tokens are kept anew when they are used: after that, only keys are left under the former pepper.
  const asked = { key: 'lk_nothing', method: 'GET', path: '/inventory/1' };
  await verify(app.serviceUrl, trade.serviceToken, asked);
  const status = () => app.call('peppers.status', {});
  await expect.poll(async () => (await status()).retired.flatMap(({ tokens }) => tokens)).toEqual([]);
  await screen.reload();
  await block.getByRole('button', { name: 'Drop pepper 1…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Drop pepper 1' });
  const keys = await dialog.getByRole('list', { name: 'Keys that stop' }).getByRole('listitem').count();
  const phrase = `stop ${String(keys)} key${keys === 1 ? '' : 's'}`;
  await dialog.getByRole('button', { name: 'Drop pepper 1' }).click();
  await expect(dialog.getByText(`Type ${phrase} to confirm.`)).toBeVisible();
  await dialog.getByRole('textbox').fill(phrase);
  await dialog.getByRole('button', { name: 'Drop pepper 1' }).click();
  await expect(screen.getByText('Pepper 1 is dropped')).toBeVisible();
  expect(await status()).toMatchObject({ current: { version: 2 }, retired: [] });
});

test('a key becomes a template from its page, and its note is written beside its history', async () => {
  const { screen, goTo, app } = latchkey();
  await goTo(`/keys/${follower}?tab=history`);
  const note = screen.getByRole('region', { name: 'Note' });
  await note.getByRole('button', { name: 'Add note' }).click();
  await note.getByRole('textbox', { name: 'Note of the key' }).fill('Agreed with Ann in May.');
  await note.getByRole('button', { name: 'Save note' }).click();
  await expect(note).toContainText('Agreed with Ann in May.');
  await expect
    .poll(async () => (await app.call('keys.get', { keyId: follower })).note)
    .toBe('Agreed with Ann in May.');
  await screen.getByRole('button', { name: 'More actions' }).click();
  await screen.getByRole('menuitem', { name: 'Message contact' }).waitFor();
  await screen.getByRole('menuitem', { name: 'Make template…' }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'New template' })).toBeVisible();
  await expect(screen.getByRole('textbox', { name: 'Name' }).first()).toHaveValue('Follower');
});

test('S22.1 an issuer sees the templates for issuers and no others', async () => {
  const { screen, app } = latchkey();
  const { url } = await app.call('sessions.createPairingLink', { role: 'issuer' });
  const context = await screen.context().browser()?.newContext();
  if (context === undefined) throw new Error('The page is in a browser.');
  const tab = await context.newPage();
  await tab.goto(url ?? '');
  await tab.getByRole('navigation').first().waitFor();
  await tab.evaluate(() => (location.hash = '#/templates'));
  await expect(tab.getByRole('heading', { level: 1, name: 'Templates' })).toBeVisible();
  await expect(tab.getByRole('row', { name: /For partners/ })).toBeVisible();
  await expect(tab.getByText('Feed', { exact: true })).toHaveCount(0);
  await context.close();
});
