import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { seedKey } from './seed-key.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const KEYS = 60;

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
  for (let index = 0; index < KEYS; index += 1)
    await seedKey(app.call, trade, `Batch ${String(index).padStart(3, '0')}`);
});

const table = (screen: Page): Locator => screen.getByRole('grid', { name: 'Keys' });
const heading = (screen: Page): Locator => screen.getByRole('heading', { level: 1 });
const scrolledTo = (part: Locator) => part.evaluate((element) => element.scrollTop);

test('S01 back and forward lead to where a long list and a long page had been scrolled to; a link leads to the start', async () => {
  const { screen, goTo } = latchkey();
  await screen.setViewportSize({ width: 1280, height: 400 });
  await goTo('/keys');
  await table(screen).evaluate((element) => element.scrollTo(0, 1_200));
  const row = table(screen).getByTestId('row').filter({ hasText: 'Batch 030' });
  await row.dblclick();
  await expect(heading(screen)).toContainText('Batch 030');
  const page = screen.locator('[data-scroll-restoration-id^="page /keys/"]');
  await expect
    .poll(() => page.evaluate((element) => element.scrollHeight - element.clientHeight))
    .toBeGreaterThan(150);
  expect(await scrolledTo(page)).toBe(0);
  await page.evaluate((element) => element.scrollTo(0, 150));
  await screen.goBack();
  await expect(row).toBeInViewport({ ratio: 1 });
  expect(await scrolledTo(table(screen))).toBe(1_200);
  await screen.goForward();
  await expect(heading(screen)).toContainText('Batch 030');
  await expect.poll(() => scrolledTo(page)).toBe(150);
  await screen.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Keys/ }).click();
  await expect(table(screen).getByTestId('row').first()).toBeInViewport({ ratio: 1 });
  expect(await scrolledTo(table(screen))).toBe(0);
});

test('S01 another page in the same place begins at its start although it is drawn at once, and back leads to where the former one had been scrolled to', async () => {
  const { screen, goTo } = latchkey();
  await screen.setViewportSize({ width: 1280, height: 400 });
  const page = screen.locator('[data-scroll-restoration-id^="page /keys/"]');
  const find = async (name: string) => {
    await screen.keyboard.press('Control+k');
    await screen.getByRole('combobox', { name: /^Search keys/ }).fill(name);
    await screen.getByRole('option', { name: new RegExp(name) }).click();
    await expect(heading(screen)).toContainText(name);
    await expect
      .poll(() => page.evaluate((element) => element.scrollHeight - element.clientHeight))
      .toBeGreaterThan(150);
  };
  await goTo('/keys');
  // Seen before, the page of a key is as long as ever from its first moment: nothing but us takes it to its start.
  await find('Batch 002');
  await find('Batch 001');
  await page.evaluate((element) => element.scrollTo(0, 150));
  await find('Batch 002');
  expect(await scrolledTo(page)).toBe(0);
  await screen.goBack();
  await expect(heading(screen)).toContainText('Batch 001');
  await expect.poll(() => scrolledTo(page)).toBe(150);
});

test('S01 a list that has to be fetched again comes back where it was', async () => {
  const { screen, goTo } = latchkey();
  await screen.setViewportSize({ width: 1280, height: 400 });
  await goTo('/keys');
  await table(screen).evaluate((element) => element.scrollTo(0, 1_200));
  const row = table(screen).getByTestId('row').filter({ hasText: 'Batch 030' });
  await row.dblclick();
  await expect(heading(screen)).toContainText('Batch 030');
  await screen.reload();
  await expect(heading(screen)).toContainText('Batch 030');
  await screen.goBack();
  await expect(row).toBeInViewport({ ratio: 1 });
  expect(await scrolledTo(table(screen))).toBe(1_200);
});

test('S01.4 at 1024 x 700 no page scrolls sideways, and the row that has the focus is whole and beside the inspector, at either edge of the list', async () => {
  const { screen, goTo } = latchkey();
  await screen.setViewportSize({ width: 1024, height: 700 });
  await goTo(`/keys?key=${trade.keyId}`);
  await expect(screen.getByRole('complementary')).toBeVisible();
  await table(screen).focus();
  const row = table(screen).locator('[aria-selected="true"]');
  for (const key of [
    'End',
    'PageUp',
    'PageUp',
    'PageDown',
    'PageDown',
    'Home',
    ...Array<string>(18).fill('ArrowDown'),
  ]) {
    await screen.keyboard.press(key);
    await expect(row).toBeInViewport({ ratio: 1 });
    expect(await row.evaluate(hiddenShare), `after ${key}`).toBe(0);
  }
  expect(await screen.evaluate(() => document.documentElement.scrollWidth)).toBe(1024);
});

for (const [what, route] of [
  ['creates a key', '/keys/new'],
  ['makes a template', '/templates/new'],
] as const)
  test(`WCAG 2.4.11: the footer of the form that ${what} covers no field that has the focus`, async () => {
    const { screen, goTo } = latchkey();
    await screen.setViewportSize({ width: 1024, height: 700 });
    await goTo(route);
    await heading(screen).focus();
    for (let step = 0; step < 60; step += 1) {
      await screen.keyboard.press('Tab');
      const { name, covered, isLast } = await screen.evaluate(coveredByFooter);
      expect(covered, name).toBe(0);
      if (isLast) return;
    }
    throw new Error('The footer is not reached.');
  });

/** Runs in the page: the share of points along a row that something else lies on. */
function hiddenShare(row: Element): number {
  const { left, right, top, bottom } = row.getBoundingClientRect();
  const points = [0.02, 0.25, 0.5, 0.75, 0.98].flatMap((across) =>
    [0.1, 0.5, 0.9].map((down) => [left + (right - left) * across, top + (bottom - top) * down] as const),
  );
  return points.filter(([x, y]) => !row.contains(document.elementFromPoint(x, y))).length / points.length;
}

/** Runs in the page: how many px of what has the focus lie under the footer that stays. */
function coveredByFooter(): { name: string; covered: number; isLast: boolean } {
  const at = document.activeElement;
  const footer = document.querySelector('[data-page-footer]');
  if (at === null || footer === null) throw new Error('There is no footer.');
  const name = `<${at.tagName.toLowerCase()}> ${(at.getAttribute('aria-label') ?? at.id) || at.textContent.slice(0, 30)}`;
  const { top, bottom, height } = at.getBoundingClientRect();
  const edge = footer.getBoundingClientRect().top;
  // Of a text of several lines the first one counts, where the caret is.
  const end = at.matches('textarea') ? Math.min(bottom, top + 32) : bottom;
  // Text and whole parts of the page may be longer than the window: their start is what counts.
  const isCovered =
    at.closest('main') !== null &&
    !footer.contains(at) &&
    at.matches('button, a, input, textarea, select, [role="combobox"]');
  return {
    name,
    covered: isCovered ? Math.max(0, Math.round(Math.min(end - edge, height))) : 0,
    isLast: footer.contains(at),
  };
}
