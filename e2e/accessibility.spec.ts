import { AxeBuilder } from '@axe-core/playwright';
import { everyRoute } from './every-route.ts';
import { expect, test, type Latchkey } from './fixtures.ts';

test.describe.configure({ timeout: 480_000 });

const LOOKS = [
  { name: 'the light theme', media: { colorScheme: 'light' } },
  { name: 'the dark theme', media: { colorScheme: 'dark' } },
  { name: 'forced colours', media: { colorScheme: 'dark', forcedColors: 'active' } },
] as const;

/** What axe finds on the page that is shown. */
async function violations({ screen }: Latchkey, part = 'html'): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page: screen }).setLegacyMode(true).include(part);
  const { violations: found } = await axe.analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

for (const { name, media } of LOOKS) {
  test(`no screen has an accessibility violation in ${name}`, async ({ latchkey }) => {
    const { screen, call, serviceUrl, goTo } = latchkey;
    await screen.emulateMedia({ ...media, reducedMotion: 'reduce' });
    for (const route of await everyRoute(call, serviceUrl)) {
      await goTo(route);
      expect.soft(await violations(latchkey), `${route} in ${name}`).toEqual([]);
    }
    await goTo('/keys');
    for (const keys of ['Control+k', '?']) {
      await screen.keyboard.press(keys);
      await expect(screen.getByRole('dialog')).toBeVisible();
      expect.soft(await violations(latchkey, '[role="dialog"]'), `${keys} in ${name}`).toEqual([]);
      await screen.keyboard.press('Escape');
      await expect(screen.getByRole('dialog')).toHaveCount(0);
    }
  });
}

test('every destination of the navigation can be reached by keyboard alone', async ({ latchkey }) => {
  const { screen } = latchkey;
  const links = screen.getByRole('navigation').first().getByRole('link');
  const names = await links.allInnerTexts();
  expect(names.length).toBeGreaterThanOrEqual(6);
  for (let index = 0; index < names.length; index += 1) {
    const link = links.nth(index);
    await screen.locator('body').press('Tab');
    for (
      let step = 0;
      step < 40 && !(await link.evaluate((node) => node === document.activeElement));
      step += 1
    ) {
      await screen.keyboard.press('Tab');
    }
    await expect(link).toBeFocused();
    await screen.keyboard.press('Enter');
    await expect(screen.getByRole('heading', { level: 1 })).toBeVisible();
  }
});

test('a window of less than 1,080 px keeps the navigation as icons that have their names', async ({
  latchkey,
}) => {
  const { screen } = latchkey;
  await screen.setViewportSize({ width: 1024, height: 700 });
  const rail = screen.getByRole('navigation', { name: 'Main' });
  expect((await rail.boundingBox())?.width).toBe(48);
  const link = rail.getByRole('link', { name: 'Requests' });
  await expect(link).toBeVisible();
  await link.hover();
  await expect(screen.getByRole('tooltip')).toHaveText(/Requests.*g r/);
});
