import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { seedTrade } from './seed-trade.ts';

test.describe.configure({ timeout: 180_000 });

for (const theme of ['light', 'dark'] as const) {
  test(`no screen has an accessibility violation in the ${theme} theme`, async ({ latchkey }) => {
    const { screen } = latchkey;
    await screen.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const seeded = await seedTrade(latchkey.call, latchkey.serviceUrl);
    const routes = [
      '/overview',
      '/overview/on-call',
      '/keys',
      '/keys/new',
      '/keys/import',
      `/keys/${seeded.keyId}`,
      `/keys/${seeded.keyId}?tab=scopes`,
      `/keys/${seeded.keyId}?tab=secrets`,
      '/hygiene',
      '/requests',
      '/partners',
      `/partners/${seeded.partnerId}`,
      '/services',
      `/services/${seeded.serviceId}`,
      `/services/${seeded.serviceId}?tab=scopes`,
      `/services/${seeded.serviceId}?tab=connect`,
      `/services/${seeded.serviceId}?tab=gateways`,
      '/audit',
      '/settings/server',
      '/settings/protection',
      '/settings/plans',
      '/settings/retention',
      '/settings/backup',
      '/settings/appearance',
      '/nowhere',
    ];
    for (const route of routes) {
      await latchkey.goTo(route);
      const { violations } = await new AxeBuilder({ page: screen }).setLegacyMode(true).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
      expect.soft(found, `${route} in ${theme}`).toEqual([]);
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
