import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { findIn } from './find-secret.ts';
import { seedTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const latchkey = shareLatchkey(async ({ app }) => {
  await seedTrade(app.call, app.serviceUrl);
});

const revealIn = (page: Page) => page.getByRole('dialog', { name: 'Key created' });

/** Creates a key on the screen and answers its secret, read from the reply: what the page shows is what is tested. */
async function create(page: Page, name: string): Promise<string> {
  await page.getByRole('link', { name: 'Partners' }).click();
  await page.getByRole('banner').getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('combobox', { name: 'Application' }).fill('Data feed');
  await page.getByRole('option', { name: /^Data feed/ }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('checkbox', { name: 'inventory:read' }).check();
  const replied = page.waitForResponse('**/api/keys.create');
  await page.getByRole('main').getByRole('button', { name: 'Create key' }).click();
  const reply = (await (await replied).json()) as { data: { secret: string } };
  await expect(revealIn(page)).toBeVisible();
  return reply.data.secret;
}

async function putAway(page: Page): Promise<void> {
  await revealIn(page).getByRole('checkbox', { name: 'I have stored this key or handed it over' }).check();
  await revealIn(page).getByRole('button', { name: 'Done' }).click();
  await expect(revealIn(page)).toBeHidden();
}

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test('S07.1 S07.4 S07.6 nothing but Done or a second question closes it; hidden, it is hidden from ears too; a test of the key shows the decision', async () => {
  const { screen } = latchkey();
  const secret = await create(screen, 'Stays');
  const reveal = revealIn(screen);
  const hidden = secret.slice(0, -4);
  const chrome = await screen.context().newCDPSession(screen);
  const { nodes } = (await chrome.send('Accessibility.getFullAXTree')) as { nodes: unknown };
  await chrome.detach();
  expect(findIn('accessibility tree', Buffer.from(JSON.stringify(nodes)), [hidden])).toEqual([]);
  expect(findIn('page', Buffer.from(await screen.content()), [hidden])).toEqual([]);
  for (let press = 0; press < 3; press += 1) await screen.keyboard.press('Escape');
  await screen.mouse.click(5, 5);
  await expect(reveal).toBeVisible();
  await expect(reveal.getByRole('button', { name: 'Done' })).toHaveAttribute('aria-disabled', 'true');
  // A click waits for a button that can be pressed; a hand does not.
  await reveal.getByRole('button', { name: 'Done' }).click({ force: true });
  await expect(reveal).toBeVisible();
  await screen.evaluate(() => history.back());
  const question = screen.getByRole('alertdialog', { name: 'Close without storing the key?' });
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Back to the key' }).click();
  await expect(question).toBeHidden();
  await expect(reveal).toBeVisible();
  await reveal.getByRole('button', { name: 'Test this key' }).click();
  await expect(reveal.getByText(/^Allowed by .* in [\d.]+ (µs|ms)$/)).toBeVisible();
  await putAway(screen);
});

test('S07.2 the clipboard holds the secret for 45 s, told at the start and near the end, and what somebody else copied stays', async () => {
  const page = await latchkey().openOther();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.clock.install();
  const secret = await create(page, 'Copied');
  const reveal = revealIn(page);
  const copy = reveal.getByRole('button', { name: 'Copy key' });
  await copy.click();
  await expect(reveal.getByText(/^Copied. Clipboard clears in/)).toBeVisible();
  expect(await clipboard(page)).toBe(secret);
  await expect(
    reveal.getByRole('status').filter({ hasText: 'The clipboard is cleared in a while.' }),
  ).toHaveCount(1);
  await page.clock.fastForward(36_000);
  await expect(reveal.getByRole('status').filter({ hasText: 'in less than 10 seconds' })).toHaveCount(1);
  await page.clock.fastForward(10_000);
  await expect.poll(() => clipboard(page)).toBe('');
  await copy.click();
  await expect.poll(() => clipboard(page)).toBe(secret);
  // Another program: the window loses the focus, and the clipboard changes.
  await page.evaluate(() => dispatchEvent(new Event('blur')));
  await page.evaluate(() => navigator.clipboard.writeText('a shopping list'));
  await page.clock.fastForward(46_000);
  await expect(reveal.getByText('The time is over')).toBeVisible();
  expect(await clipboard(page)).toBe('a shopping list');
  await page.context().close();
});

test('the forms for secret managers hold no key but in the manifest that is copied, by names that follow each one’s rules', async () => {
  const { screen } = latchkey();
  const secret = await create(screen, 'Into a manager');
  const reveal = revealIn(screen);
  await reveal.getByRole('button', { name: 'Into a secret manager' }).click();
  const command = reveal.getByLabel('command', { exact: true });
  await expect(command).toContainText('vault kv put -mount=secret latchkey/datafeed-api-key api_key=-');
  await expect(reveal.getByLabel('policy', { exact: true })).toContainText(
    'secret/data/latchkey/datafeed-api-key',
  );
  await reveal.getByRole('textbox', { name: 'Mount' }).fill('*');
  await expect(reveal.getByText('Letters, digits, “-”')).toBeVisible();
  await expect(command).toHaveCount(0);
  await reveal.getByRole('combobox', { name: 'Secret manager' }).click();
  await screen.getByRole('option', { name: 'Kubernetes Secret' }).click();
  await reveal.getByRole('textbox', { name: 'Name in it' }).fill('Data feed’s key');
  await expect(command).toContainText('kubectl create -f -');
  expect(findIn('page', Buffer.from(await screen.content()), [secret.slice(0, -4)])).toEqual([]);
  await reveal.getByRole('button', { name: 'Copy manifest with the key' }).click();
  await expect.poll(() => clipboard(screen)).toContain(`name: "data-feed-s-key"\n`);
  expect(await clipboard(screen)).toContain(`  api-key: "${secret}"\n`);
  await putAway(screen);
});

test('S07 a clipboard that refuses leaves a way: the key is shown to be selected, and the page says so', async () => {
  const { screen } = latchkey();
  await screen.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
  });
  const secret = await create(screen, 'By hand');
  await revealIn(screen).getByRole('button', { name: 'Copy key' }).click();
  await expect(
    revealIn(screen).getByRole('status').filter({ hasText: 'The clipboard refused.' }),
  ).toBeVisible();
  await expect(revealIn(screen).getByLabel('The key', { exact: true })).toHaveText(secret);
  await putAway(screen);
  await screen.reload();
});

test('S07.3 once it is put away the secret is in no part of the page, its components, its caches, the log or the announcements', async () => {
  const { app, screen } = latchkey();
  const heard = new AbortController();
  const events: string[] = [];
  const listening = fetch(`${app.adminUrl}/api/events`, {
    headers: { Authorization: `Bearer ${app.adminToken}` },
    signal: heard.signal,
  }).then(async ({ body }) => {
    const text = new TextDecoder();
    for await (const piece of body ?? []) events.push(text.decode(piece));
  });
  listening.catch(() => undefined);
  const secret = await create(screen, 'Put away');
  await revealIn(screen).getByRole('button', { name: 'Reveal' }).click();
  const held = await screen.evaluate(findInComponents, secret);
  expect(held, 'the search finds it while it is shown').toBeGreaterThan(0);
  await putAway(screen);
  await expect(screen.getByRole('heading', { level: 1 })).toContainText('Put away');
  // The tree before the last drawing is kept until the next one.
  await screen.getByRole('link', { name: 'Partners' }).click();
  await expect(screen.getByRole('heading', { level: 1 })).toHaveText('Partners');
  await expect.poll(() => screen.evaluate(findInComponents, secret)).toBe(0);
  const stored = await screen.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href]),
  );
  await expect.poll(() => events.join('')).toContain('keys');
  heard.abort();
  for (const [place, text] of [
    ['page', await screen.content()],
    ['storage', stored],
    ['output', app.output()],
    ['announcements', events.join('')],
  ] as const)
    expect(findIn(place, Buffer.from(text), [secret]), place).toEqual([]);
});

/** Runs in the page: how many values that the components can reach hold the text: their state, properties, contexts and caches. */
function findInComponents(text: string): number {
  const root = document.querySelector('#root');
  const start: unknown =
    root === null
      ? null
      : Reflect.get(root, Object.keys(root).find((name) => name.startsWith('__reactContainer')) ?? '');
  const seen = new Set<unknown>();
  const waiting: unknown[] = [start];
  let found = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && value.includes(text)) found += 1;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    if (value === globalThis || value instanceof Node || seen.size > 2_000_000) continue;
    seen.add(value);
    if (value instanceof Map || value instanceof Set) waiting.push(...value.keys(), ...value.values());
    for (const name of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, name);
      if (property !== undefined && 'value' in property) waiting.push(property.value);
    }
  }
  return found;
}
