import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright/test';
import { everyRoute } from './every-route.ts';
import { expect, test } from './fixtures.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 480_000 });

const MEDIA = { reducedMotion: 'reduce' } as const;
/** The page is the same in each; only these rules look at colours. */
const OTHER_LOOKS = [
  { name: 'the dark theme', media: { ...MEDIA, colorScheme: 'dark' } },
  { name: 'forced colours', media: { ...MEDIA, colorScheme: 'dark', forcedColors: 'active' } },
] as const;
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** The part of axe that a test uses; its code stands beside the package for Playwright, which puts it into the page for every look
 *  anew. */
interface Axe {
  readonly run: (
    part: string,
    options: object,
  ) => Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
}
const beside = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'));
const axeSource = readFileSync(beside.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in a part of the page that is shown, by all rules or by some. */
function violations(screen: Page, part: string, rules: readonly string[] = []): Promise<readonly string[]> {
  const options = {
    // What passes is thousands of nodes, which nobody reads.
    resultTypes: ['violations'],
    iframes: false,
    ...(rules.length === 0 ? {} : { runOnly: { type: 'rule', values: rules } }),
  };
  return screen.evaluate(
    async ([where, how]) => {
      const axe = Reflect.get(window, 'axe') as Axe;
      const { violations: found } = await axe.run(where, how);
      return found.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
    },
    [part, options] as const,
  );
}

/** All rules in the light theme, those of colours in every other look. */
async function expectNone(screen: Page, where: string, part = 'html'): Promise<void> {
  await screen.emulateMedia({ ...MEDIA, colorScheme: 'light', forcedColors: 'none' });
  expect.soft(await violations(screen, part), `${where} in the light theme`).toEqual([]);
  for (const { name, media } of OTHER_LOOKS) {
    await screen.emulateMedia(media);
    expect.soft(await violations(screen, part, COLOUR_RULES), `${where} in ${name}`).toEqual([]);
  }
}

let routes: readonly string[];
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  routes = await everyRoute(call, serviceUrl);
});

test('no screen has an accessibility violation in the light theme, the dark theme and forced colours', async () => {
  const { screen, goTo } = latchkey();
  await screen.evaluate(axeSource);
  for (const route of routes) {
    await goTo(route);
    await expectNone(screen, route);
  }
  await goTo('/keys');
  for (const keys of ['Control+k', '?']) {
    await screen.keyboard.press(keys);
    await expect(screen.getByRole('dialog')).toBeVisible();
    await expectNone(screen, keys, '[role="dialog"]');
    await screen.keyboard.press('Escape');
    await expect(screen.getByRole('dialog')).toHaveCount(0);
  }
});

test('every destination of the navigation can be reached by keyboard alone', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/overview');
  const links = screen.getByRole('navigation').first().getByRole('link');
  const names = await links.allInnerTexts();
  expect(names.length).toBeGreaterThanOrEqual(6);
  await screen.locator('body').press('Tab');
  const reached = new Set<string>();
  for (let step = 0; step < 60 && reached.size < names.length; step += 1) {
    const name = await screen.evaluate(() =>
      document.activeElement instanceof HTMLAnchorElement ? document.activeElement.innerText : '',
    );
    if (names.includes(name)) reached.add(name);
    await screen.keyboard.press('Tab');
  }
  expect([...reached]).toEqual(names);
  for (let index = 0; index < names.length; index += 1) {
    await links.nth(index).focus();
    await screen.keyboard.press('Enter');
    await expect(links.nth(index)).toHaveAttribute('aria-current', 'page');
    await expect(screen.getByRole('heading', { level: 1 })).toBeVisible();
  }
});

test('a window of less than 1,080 px keeps the navigation as icons that have their names', async () => {
  const { screen } = latchkey();
  await screen.setViewportSize({ width: 1024, height: 700 });
  const rail = screen.getByRole('navigation', { name: 'Main' });
  expect((await rail.boundingBox())?.width).toBe(48);
  const link = rail.getByRole('link', { name: 'Requests', exact: true });
  await expect(link).toBeVisible();
  await link.hover();
  await expect(screen.getByRole('tooltip')).toHaveText(/Requests.*g r/);
});
