import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';
import { SETTING_INDEX } from '#renderer/settings/setting-index.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  await seedTrade(call, serviceUrl);
});
// What a test chose is not there for the next one.
test.afterEach(async () => {
  const { screen } = latchkey();
  await screen.evaluate(() => localStorage.clear());
  await screen.emulateMedia({ colorScheme: null });
  await screen.reload();
  await screen.getByRole('heading', { level: 1 }).waitFor();
});

const background = (screen: Page) => screen.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('a shortcut can be changed or switched off; tooltips, the help sheet and a reload know it', async () => {
  const { screen, goTo } = latchkey();
  const heading = screen.getByRole('heading', { level: 1 });
  await goTo('/settings/keyboard');
  const row = screen.getByRole('listitem').filter({ hasText: /^Create key/ });
  const changeTo = async (...keys: string[]) => {
    await row.getByRole('button', { name: /^Change/ }).click();
    for (const key of keys) await screen.keyboard.press(key);
  };
  await changeTo('t');
  await expect(row.getByRole('alert')).toContainText('Switch between local time and UTC');
  await changeTo('Control+w');
  await expect(row.getByRole('alert')).toContainText('browser');
  await changeTo('Escape');
  await changeTo('g', 'n');
  await expect(row.locator('kbd')).toHaveText(['g', 'n']);
  await screen.reload();
  await goTo('/keys');
  await screen.keyboard.press('c');
  await expect(heading).toHaveText('Keys');
  await screen.getByRole('button', { name: 'Create key' }).first().hover();
  await expect(screen.getByRole('tooltip')).toHaveText(/Create key.*g n/);
  await screen.keyboard.press('?');
  await expect(
    screen
      .getByRole('dialog')
      .locator('div')
      .filter({ hasText: /^Create keygn$/ }),
  ).toBeVisible();
  await screen.keyboard.press('Escape');
  // Single keys are for the page, and the page has them once the sheet is gone.
  await expect(screen.getByRole('dialog')).toHaveCount(0);
  await screen.keyboard.press('g');
  await screen.keyboard.press('n');
  await expect(heading).toHaveText('Create key');
  await goTo('/settings/keyboard');
  await row.getByRole('button', { name: /^Take the default back/ }).click();
  await expect(row.locator('kbd')).toHaveText(['c']);
  await screen.getByRole('switch', { name: 'Single keys' }).click();
  await screen.locator('body').press('c');
  await screen.keyboard.press('?');
  await expect(heading).toHaveText('Settings');
  await expect(screen.getByRole('dialog')).toHaveCount(0);
  await screen.keyboard.press('Control+k');
  await expect(screen.getByRole('combobox', { name: /^Search keys/ })).toBeFocused();
  await expect(screen.getByRole('option', { name: /Create key/ }).locator('kbd')).toHaveCount(0);
});

test('S24.5 a chosen theme is there at the first paint, before the system’s can be seen', async () => {
  const { screen, goTo } = latchkey();
  await screen.emulateMedia({ colorScheme: 'light' });
  await goTo('/settings/appearance');
  const light = await background(screen);
  await screen.getByRole('radio', { name: 'Dark', exact: true }).click();
  const dark = await background(screen);
  expect(dark).not.toBe(light);
  await screen.addInitScript(noteFirstFrame);
  await screen.route('**/*.css', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue();
  });
  await screen.reload();
  await screen.getByRole('navigation').first().waitFor();
  await screen.unroute('**/*.css');
  const { paintedAt, styledAt } = await screen.evaluate(() => ({
    paintedAt: performance.getEntriesByName('first-paint')[0]?.startTime ?? 0,
    styledAt: Math.max(
      ...performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.css') && name.includes('index'))
        .map((entry) => (entry as PerformanceResourceTiming).responseEnd),
    ),
  }));
  expect(paintedAt).toBeGreaterThanOrEqual(styledAt);
  expect(await screen.evaluate(() => Reflect.get(window, 'firstFrame') as unknown)).toEqual({
    colorScheme: 'dark',
    background: dark,
  });
  expect(await screen.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
  expect(await background(screen)).toBe(dark);
});

test('density, text size, contrast and motion are kept and change what they say', async () => {
  const { screen, goTo } = latchkey();
  const rowHeight = async () =>
    (await screen.getByRole('row').filter({ hasText: 'Data feed production' }).boundingBox())?.height;
  const token = (name: string) =>
    screen.evaluate(
      (property) => getComputedStyle(document.documentElement).getPropertyValue(property),
      name,
    );
  await goTo('/keys');
  expect(await rowHeight()).toBe(42);
  // From the palette, while the list is on screen.
  await screen.keyboard.press('Control+k');
  await expect(screen.getByRole('combobox', { name: /^Search keys/ })).toBeFocused();
  await screen.keyboard.insertText('>compact');
  await screen.keyboard.press('Enter');
  await expect.poll(rowHeight).toBe(28);
  await goTo('/settings/appearance');
  for (const [name, value] of [
    ['Text size', '130 %'],
    ['Contrast', 'More'],
    ['Motion', 'Less'],
  ] as const)
    await screen.getByRole('radiogroup', { name }).getByRole('radio', { name: value }).click();
  await screen.reload();
  expect(await screen.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('20.8px');
  expect(await token('--ink-3')).toBe(await token('--ink'));
  expect(await token('--enter')).toMatch(/^0m?s$/);
  await expect(
    screen.getByRole('radiogroup', { name: 'Density' }).getByRole('radio', { name: 'Compact' }),
  ).toBeChecked();
});

test('times are shown in this computer’s zone, in UTC or in another one; t goes there and back', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/settings/appearance');
  const zone = screen.getByRole('button', { name: /change time zone/ });
  await screen.getByRole('radio', { name: 'Another zone' }).click();
  await screen.getByRole('combobox', { name: 'Zone' }).fill('Tokyo');
  await screen.getByRole('option', { name: 'Asia/Tokyo' }).click();
  await expect(zone).toHaveText('UTC+9');
  await screen.getByRole('heading', { level: 1 }).click();
  await screen.keyboard.press('t');
  await expect(zone).toHaveText('UTC');
  await screen.reload();
  await expect(zone).toHaveText('UTC');
  await screen.keyboard.press('t');
  await expect(zone).toHaveText('UTC+9');
  await goTo('/audit');
  await expect(screen.getByRole('main').locator('time').first()).toHaveAttribute('title', /UTC/);
});

test('diagnostics are shown first, without addresses unless ticked, and saved exactly as shown', async () => {
  const { screen, call, goTo } = latchkey();
  await call('settings.update', { trustedProxies: ['203.0.113.9'] });
  await goTo('/settings/about');
  await screen.getByRole('button', { name: 'Preview diagnostics…' }).press('Enter');
  const dialog = screen.getByRole('dialog', { name: 'Diagnostics' });
  const preview = dialog.locator('pre');
  await expect(preview).toContainText('"requestRetentionDays": 30');
  await expect(preview).not.toContainText(/\d+\.\d+\.\d+\.\d+/);
  await expect(dialog.getByText(/^Taken out: \d IP addresses/)).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'Include IP addresses' }).check();
  await expect(preview).toContainText('203.0.113.9');
  const shown = await preview.textContent();
  const [download] = await Promise.all([
    screen.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^latchkey-diagnostics-.*\.json$/);
  expect(await readFile(await download.path(), 'utf8')).toBe(shown);
});

test('S24 every setting is found by its name, from the search at the side, and gets the focus in its section', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/settings/about');
  const search = screen.getByRole('searchbox', { name: 'Find a setting' });
  await search.fill('clipboard');
  await expect(
    screen.getByRole('list', { name: 'Settings found' }).getByRole('button').first(),
  ).toContainText('Appearance');
  await search.fill('nothing of the kind 123');
  await expect(screen.getByText('No setting has these words.')).toBeVisible();
  for (const [section, names] of Object.entries(SETTING_INDEX))
    for (const name of names) {
      await search.fill(name);
      await search.press('Enter');
      await expect(screen, name).toHaveURL(new RegExp(`/settings/${section}\\?find=`));
      await expect.poll(() => screen.evaluate(focusedWords), name).toContain(name);
    }
});

test('S24 a setting that is not the default says so and what the default is', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/settings/retention');
  const days = screen.getByRole('textbox', { name: 'Single requests' });
  await expect(days).not.toHaveAccessibleDescription(/Changed/);
  await days.fill('14');
  await screen.getByRole('button', { name: 'Save changes' }).click();
  await expect(screen.getByText('Settings saved')).toBeVisible();
  await screen.reload();
  await expect(days).toHaveAccessibleDescription('Changed; the default is 30.');
});

test('S24 Team lists who has access, as what and when they were seen; a colleague is let in as a viewer, and out again', async () => {
  const { screen, goTo, app } = latchkey();
  await goTo('/settings/team');
  await screen.getByRole('button', { name: 'New admin token' }).click();
  const dialog = screen.getByRole('dialog', { name: 'New admin token' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Ann');
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await screen.getByRole('button', { name: 'Reveal token' }).click();
  const token = await screen.getByRole('textbox', { name: 'Token' }).inputValue();
  await screen.getByRole('checkbox', { name: 'I have stored this token' }).click();
  await screen.getByRole('button', { name: 'Done' }).click();
  const team = screen.getByRole('table', { name: 'Who has access' }).getByRole('row', { name: /Ann/ });
  await expect(team).toContainText('in no browser');

  const context = await screen.context().browser()?.newContext();
  const other = await context?.newPage();
  if (other === undefined) throw new Error('There is no other browser.');
  await other.goto(app.adminUrl);
  await other.getByLabel('Admin token').fill(token);
  await other.keyboard.press('Enter');
  await other.getByRole('navigation').first().waitFor();
  await expect(team).toContainText(/viewer.*seen/);
  const browsers = screen.getByRole('table', { name: 'Signed-in browsers' });
  await expect(browsers.getByRole('row', { name: /Ann/ })).toContainText('viewer');

  await team.getByRole('button', { name: /^Revoke/ }).click();
  await screen.getByRole('alertdialog').getByRole('button', { name: 'Revoke token' }).click();
  await expect(team).toContainText('Revoked');
  await expect(browsers.getByRole('row', { name: /Ann/ })).toHaveCount(0);
  await expect(other.getByLabel('Admin token')).toBeVisible();
  await context?.close();
});

test('S24 a pairing link lets a browser in with the role that was chosen', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/settings/team');
  await screen.getByRole('button', { name: 'New pairing link…' }).click();
  await screen.getByRole('radio', { name: /^Issuer/ }).click();
  await screen.getByRole('button', { name: 'Make link' }).click();
  const url = await screen.getByLabel('pairing link', { exact: true }).innerText();
  const context = await screen.context().browser()?.newContext();
  const other = await context?.newPage();
  await other?.goto(url.trim());
  await expect(
    screen
      .getByRole('table', { name: 'Signed-in browsers' })
      .getByRole('row', { name: /Paired browser/ })
      .first(),
  ).toContainText('issuer');
  await context?.close();
});

/** Runs in the page: the words that belong to what has the focus. */
function focusedWords(): string {
  const at = document.activeElement;
  if (at === null) return '';
  const named = (at.closest('[role="radiogroup"]') ?? at).getAttribute('aria-labelledby')?.split(' ') ?? [];
  const labels =
    at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? [...(at.labels ?? [])] : [];
  const words = [...named.map((id) => document.getElementById(id)), ...labels].map(
    (part) => part?.textContent,
  );
  return [at.tagName === 'H2' ? at.textContent : '', ...words].join(' ');
}

/** Runs in the page before everything else: notes the colours with which its first frame is about to be drawn. */
function noteFirstFrame(): void {
  requestAnimationFrame(() => {
    const { colorScheme } = getComputedStyle(document.documentElement);
    const background = getComputedStyle(document.body).backgroundColor;
    Reflect.set(window, 'firstFrame', { colorScheme, background });
  });
}
