import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright/test';
import { everyRoute } from './every-route.ts';
import { expect, test } from './fixtures.ts';
import type { SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

test.describe.configure({ timeout: 480_000 });

const MEDIA = { reducedMotion: 'reduce' } as const;
/** The page is the same in each; only these rules look at colours. */
const OTHER_LOOKS = [
  { name: 'the dark theme', media: { ...MEDIA, colorScheme: 'dark' } },
  { name: 'forced colours', media: { ...MEDIA, colorScheme: 'dark', forcedColors: 'active' } },
] as const;
type Look = (typeof OTHER_LOOKS)[number];
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

/** All rules in the light theme, those of colours in other looks; `coloured` is the part in which they look. */
async function expectNone(
  screen: Page,
  where: string,
  part = 'html',
  { coloured = part, looks = OTHER_LOOKS }: { coloured?: string; looks?: readonly Look[] } = {},
): Promise<void> {
  await screen.emulateMedia({ ...MEDIA, colorScheme: 'light', forcedColors: 'none' });
  expect.soft(await violations(screen, part), `${where} in the light theme`).toEqual([]);
  for (const { name, media } of looks) {
    await screen.emulateMedia(media);
    expect.soft(await violations(screen, coloured, COLOUR_RULES), `${where} in ${name}`).toEqual([]);
  }
}

/** Is the window called like the heading of its page? A heading may hold more: an icon's name, a key. */
async function expectNamed(screen: Page, route: string): Promise<void> {
  const heading = await screen.getByRole('heading', { level: 1 }).first().innerText();
  const title = await screen.title();
  const name = title.replace(/ · Latchkey$/, '');
  expect.soft(name, `${route} names the program in its title`).not.toBe(title);
  const isSection = name.startsWith(`${heading.trim()}: `);
  expect.soft(isSection ? name : heading, `The title of ${route}`).toContain(name);
}

/** What opens over a page: its route, where the id of the key or service goes, and the name of what opens it. */
const OPENED = [
  ['/keys', 'Columns'],
  ['/keys', 'Filter'],
  ['/keys', /^View: /],
  ['/keys/{keyId}', 'Edit…'],
  ['/keys/{keyId}', 'Rotate…'],
  ['/keys/{keyId}', 'Suspend…'],
  ['/keys/{keyId}', 'Revoke…'],
  ['/keys/{keyId}', 'Hand off…'],
  ['/keys/{keyId}', 'More actions'],
  ['/requests', 'Export'],
  ['/requests', 'Share…'],
  ['/services/{serviceId}?tab=endpoints', 'Import endpoints'],
  ['/settings/plans', 'New plan'],
  ['/handoffs', /^Issue unseen/],
] as const;

const OVER_THE_PAGE = '[role="dialog"], [role="alertdialog"], [role="menu"]';

let seeded: SeededTrade;
let routes: readonly string[];
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  ({ routes, seeded } = await everyRoute(call, serviceUrl));
});

test('S01.1 the title of the window is the heading of every screen, and none has an accessibility violation in the light theme, the dark theme and forced colours', async () => {
  const { screen, goTo } = latchkey();
  await screen.evaluate(axeSource);
  for (const [index, route] of routes.entries()) {
    await goTo(route);
    await expectNamed(screen, route);
    // The frame of the window has the same colours on every page.
    await expectNone(screen, route, 'html', { coloured: index === 0 ? 'html' : 'main' });
  }
});

test('nothing that opens over a page has an accessibility violation; what can be opened everywhere and what shows a secret, in every look', async () => {
  const { screen, goTo } = latchkey();
  await screen.evaluate(axeSource);
  const opened = screen.locator(OVER_THE_PAGE).filter({ visible: true });
  for (const [route, name] of OPENED) {
    await goTo(route.replace('{keyId}', seeded.keyId).replace('{serviceId}', seeded.serviceId));
    await screen.getByRole('button', { name, exact: true }).first().click();
    await expect(opened, `${String(name)} on ${route}`).toHaveCount(1);
    await expectNone(screen, `${String(name)} on ${route}`, OVER_THE_PAGE, { looks: [] });
    await screen.keyboard.press('Escape');
    await expect(opened).toHaveCount(0);
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

test('the dialog that shows a new secret, with all its forms open, has no accessibility violation', async () => {
  const { screen, goTo } = latchkey();
  await screen.evaluate(axeSource);
  await goTo(`/keys/${seeded.keyId}`);
  await screen.getByRole('button', { name: 'Rotate…' }).first().click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
  const dialog = screen.getByRole('dialog', { name: 'New secret' });
  await dialog.getByRole('button', { name: 'As id and secret' }).click();
  await dialog.getByRole('button', { name: 'Into a secret manager' }).click();
  await dialog.getByRole('combobox', { name: 'Secret manager' }).click();
  await screen.getByRole('option', { name: 'Kubernetes Secret' }).click();
  await expect(dialog.getByLabel('policy', { exact: true })).toBeVisible();
  await expect(screen.getByRole('listbox')).toHaveCount(0);
  await expectNone(screen, 'the new secret', '[role="dialog"]');
  await dialog.getByRole('checkbox', { name: /^I have stored/ }).check();
  await dialog.getByRole('button', { name: 'Done' }).click();
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
