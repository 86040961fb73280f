import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { RevealDialog } from './pages/reveal-dialog.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';
import { answersTo } from './watched-page.ts';

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
  await call('settings.update', { publicUrl: 'https://keys.acme.example' });
});

/** Link and code as the dialog tells them; closes it. */
async function takeDelivery(screen: Page) {
  const dialog = screen.getByRole('dialog').filter({ hasText: 'Neither is shown again' });
  const link = await dialog.getByLabel('The link', { exact: true }).innerText();
  const code = await dialog.getByLabel('The code', { exact: true }).innerText();
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeDisabled();
  await expect(dialog.getByLabel('The message with the link')).not.toContainText(code);
  await dialog.getByRole('checkbox', { name: 'I have both link and code' }).check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return { path: new URL(link).pathname, code };
}

/** Opens a link as its recipient, in a browser without scripts unless told. */
async function openLink(
  sharedBrowser: () => Promise<import('playwright/test').Browser>,
  path: string,
  hasScript = false,
) {
  const context = await (await sharedBrowser()).newContext({ javaScriptEnabled: hasScript });
  const page = await context.newPage();
  await page.goto(`${latchkey().serviceUrl}${path}`);
  return page;
}

test('S08 and S09.1 a new key goes from the dialog that shows it to its recipient, without a script, and its first use closes the handoff', async ({
  sharedBrowser,
}) => {
  const { screen, goTo, call, serviceUrl } = latchkey();
  await goTo('/keys/new');
  await screen.getByRole('combobox', { name: 'Template' }).click();
  await screen.getByRole('option', { name: /^Read-only data feed/ }).click();
  await screen.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option').first().click();
  await screen.getByRole('textbox', { name: 'Name' }).fill('Handed feed');
  await screen.getByRole('button', { name: 'Create key' }).last().click();
  const reveal = new RevealDialog(screen).dialog;
  await reveal.getByRole('button', { name: 'Hand off…' }).click();
  const form = screen.getByRole('dialog', { name: 'Hand off key' });
  await expect(form.getByLabel('How to reach them')).toHaveValue('feed@acme.example');
  await form.getByLabel('Recipient').fill('Dana Doe');
  await form.getByRole('button', { name: 'Make link and code' }).click();
  const { path, code } = await takeDelivery(screen);
  await expect(reveal.getByRole('checkbox')).toBeChecked();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await expect(screen.getByRole('heading', { level: 1 })).toContainText('Handed feed');

  const page = await openLink(sharedBrowser, path);
  await expect(page.getByText('Dana Doe')).toBeVisible();
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Reveal once' }).click();
  await expect(page.getByRole('heading', { name: 'Your key' })).toBeVisible();
  const secret = await page.getByRole('textbox').inputValue();
  await page.context().close();
  const { valid } = await verify(serviceUrl, seeded.serviceToken, {
    key: secret,
    method: 'GET',
    path: '/inventory/1',
  });
  expect(valid).toBe(true);
  await goTo('/handoffs');
  await expect(screen.getByRole('row', { name: /Handed feed.*In use/ })).toBeVisible({ timeout: 20_000 });
  await screen.getByRole('row', { name: /Handed feed/ }).click();
  const steps = screen.getByRole('list', { name: 'Timeline' }).getByRole('listitem');
  await expect(steps).toHaveText([/^Prepared/, /^Opened/, /^Revealed/, /^First use of the key/]);
  const { items } = await call('audit.list', { filter: { subjectKind: 'handoff' } });
  expect(JSON.stringify(items)).not.toContain(secret);
});

test('S08.4 a key that is issued unseen is in no answer to the screens; withdrawn and sent again it is another one', async ({
  sharedBrowser,
}) => {
  const { screen, goTo } = latchkey();
  const answers = answersTo(screen);
  await goTo('/handoffs');
  await screen.getByRole('button', { name: 'Issue unseen' }).first().click();
  const form = screen.getByRole('dialog', { name: 'Issue a key unseen' });
  await form.getByRole('combobox', { name: 'Template' }).click();
  await screen.getByRole('option', { name: /^Sandbox/ }).click();
  await form.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option').first().click();
  await form.getByLabel('Name of the key').fill('Unseen key');
  await form.getByLabel('Recipient').fill('Rui Reis');
  await form.getByRole('button', { name: 'Issue key' }).click();
  const first = await takeDelivery(screen);
  await screen.getByRole('row', { name: /Unseen key/ }).click();
  await screen.getByRole('button', { name: 'Send again…' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Make link and code' }).click();
  const second = await takeDelivery(screen);
  const old = await openLink(sharedBrowser, first.path);
  await expect(old.getByRole('heading', { name: 'Nothing to reveal here' })).toBeVisible();
  await old.context().close();
  const page = await openLink(sharedBrowser, second.path, true);
  await page.getByLabel('Code').fill('amber-canal-otter-prism-lotus-tiger');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('4 tries left');
  await page.getByLabel('Code').fill(second.code);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Your key' })).toBeVisible();
  const secret = await page.getByRole('textbox').inputValue();
  await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'This key was revealed already' })).toBeVisible();
  await page.context().close();
  expect(secret).toMatch(/^lk_test_/);
  expect(answers.length).toBeGreaterThan(3);
  expect(answers.filter((text) => text.includes(secret.slice(-49)))).toEqual([]);
  await expect(screen.getByRole('row', { name: /Unseen key.*Revealed/ })).toBeVisible();
});

test('S09.3 the public page has no violation, light or dark, and fits 320 px and a zoom of 200 %', async ({
  sharedBrowser,
}) => {
  const { call } = latchkey();
  const source = { kind: 'rotated', overlapMs: 0 } as const;
  const message =
    'For https://inventory.acme.example/a/very/long/address/without/any/space/that/could/break\nCall Rui.';
  const { link, code } = await call('handoffs.create', {
    keyId: seeded.keyId,
    source,
    channel: 'link',
    recipientName: 'Dana Doe',
    message,
  });
  const page = await openLink(sharedBrowser, new URL(link ?? '').pathname, true);
  const complaints: string[] = [];
  page.on('console', (line) => void (line.type() === 'error' && complaints.push(line.text())));
  const look = async (name: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect
        .soft(
          violations.map(({ id }) => id),
          `${name}, ${colorScheme}`,
        )
        .toEqual([]);
    }
    // 200 % of a window of 1280 by 1024.
    for (const viewport of [
      { width: 320, height: 640 },
      { width: 640, height: 512 },
    ]) {
      await page.setViewportSize(viewport);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect.soft(excess, `${name} at ${String(viewport.width)} px`).toBeLessThanOrEqual(0);
    }
  };
  await look('the question');
  await page.getByLabel('Code').fill(code ?? '');
  await page.getByRole('button', { name: 'Reveal once' }).click();
  await look('the secret');
  await page.goto(`${latchkey().serviceUrl}/h/none`);
  await look('nothing');
  // The status of the last page itself.
  expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  await page.context().close();
});

test('without a public address there is no link, and the reason and the way out stand there', async () => {
  const { screen, goTo, call } = latchkey();
  await call('settings.update', { publicUrl: null });
  await goTo(`/keys/${seeded.keyId}?tab=handoffs`);
  await screen.getByRole('button', { name: 'Hand off a new secret…' }).click();
  const form = screen.getByRole('dialog', { name: 'Hand off key' });
  await expect(form.getByText('it listens on this machine only')).toBeVisible();
  await form.getByLabel('Recipient').fill('Dana Doe');
  await expect(form.getByRole('button', { name: 'Make link and code' })).toBeDisabled();
  await expect(form.getByRole('link', { name: 'Set the public address' })).toBeVisible();
  await screen.keyboard.press('Escape');
  await call('settings.update', { publicUrl: 'https://keys.acme.example' });
});

test('S08.2 five wrong codes are told on the overview and on the key, until somebody settles them', async () => {
  const { screen, goTo, call, serviceUrl } = latchkey();
  const { handoff, link } = await call('handoffs.create', {
    keyId: seeded.keyId,
    source: { kind: 'rotated', overlapMs: 0 },
    channel: 'link',
    recipientName: 'Noa Nagy',
  });
  const address = `${serviceUrl}${new URL(link ?? '').pathname}`;
  const body = new URLSearchParams({ code: 'amber-canal-otter-prism-lotus-tiger' });
  const statuses: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    statuses.push((await fetch(address, { method: 'POST', body, headers: { Origin: 'null' } })).status);
  }
  expect(statuses).toEqual([403, 403, 403, 403, 410]);
  for (const route of ['/overview', `/keys/${seeded.keyId}`]) {
    await goTo(route);
    await expect(screen.getByRole('region', { name: 'Handoffs to look at' })).toContainText('Noa Nagy');
  }
  await screen.getByRole('link', { name: /Noa Nagy/ }).click();
  const inspector = screen.getByRole('complementary', { name: 'Handoff to Noa Nagy' });
  await expect(inspector.getByText('Five wrong codes were entered')).toBeVisible();
  await inspector.getByRole('button', { name: 'Settled' }).click();
  await expect(inspector.getByRole('button', { name: 'Settled' })).toHaveCount(0);
  await goTo('/overview');
  await expect(screen.getByRole('region', { name: 'Handoffs to look at' })).toHaveCount(0);
  expect((await call('handoffs.get', { handoffId: handoff.id })).state).toBe('locked_out');
});
