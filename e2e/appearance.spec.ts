import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';
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

test('a chosen theme is there at the first paint, before the system’s can be seen', async () => {
  const { screen, goTo } = latchkey();
  await screen.emulateMedia({ colorScheme: 'light' });
  await goTo('/settings/appearance');
  const light = await background(screen);
  await screen.getByRole('radio', { name: 'Dark', exact: true }).click();
  const dark = await background(screen);
  expect(dark).not.toBe(light);
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
