import { expect, test } from './fixtures.ts';
import { KeyboardWalk } from './pages/keyboard-walk.ts';
import { seedTeam } from './seed-team.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';
import { startHeadless } from './start-headless.ts';

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
  await seedTeam(app.call, trade);
});

const heading = () => latchkey().screen.getByRole('heading', { level: 1 });
const grid = () => latchkey().screen.getByRole('grid', { name: 'Keys' });

test('the first stop of a page is the way past the frame, which leads into the page and leaves the address alone', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/partners');
  const walk = new KeyboardWalk(screen);
  await screen.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await screen.reload();
  await expect(heading()).toHaveText('Partners');
  const before = screen.url();
  await walk.press('Tab');
  expect((await walk.here()).name).toContain('Skip to content');
  await expect(screen.getByRole('link', { name: 'Skip to content' })).toBeInViewport();
  await walk.press('Enter');
  await expect(screen.getByRole('main')).toBeFocused();
  expect(screen.url()).toBe(before);
  await walk.press('Tab');
  expect(await screen.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
});

test('going somewhere moves the focus into the new page', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/keys');
  await screen.getByRole('link', { name: 'Settings' }).click();
  await expect(heading()).toHaveText('Settings');
  await expect(screen.getByRole('main')).toBeFocused();
});

test('S01.5 the environment is in the address and decides the count and the bar of every row', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/keys');
  const count = screen.getByTestId('keys-count');
  const all = Number(await count.innerText());
  const environments = () =>
    grid()
      .locator('[data-environment]')
      .evaluateAll((bars) => [
        ...new Set(
          bars.map(
            (bar) =>
              `${bar.getAttribute('data-environment') ?? ''} ${String(getComputedStyle(bar).backgroundImage.includes('gradient'))}`,
          ),
        ),
      ]);
  const choose = (word: string) =>
    screen.getByRole('group', { name: 'Environment' }).getByRole('button', { name: word }).click();
  await choose('Test');
  await expect(screen).toHaveURL(/[?&]env=test/);
  await expect(count).toHaveText('3');
  await expect.poll(environments).toEqual(['test true']);
  await choose('Live');
  await expect(screen).toHaveURL(/[?&]env=live/);
  await expect(count).toHaveText(String(all - 3));
  await expect.poll(environments).toEqual(['live false']);
  // It stays while one goes round.
  await screen.getByRole('link', { name: 'Requests', exact: true }).click();
  await expect(screen).toHaveURL(/[?&]env=live/);
  await choose('All');
  await expect(screen).not.toHaveURL(/env=/);
});

test('lost announcements are told and retried, and when they are back, what changed meanwhile is fetched', async () => {
  const { app, openOther } = latchkey();
  const other = await openOther();
  await other.evaluate(() => (location.hash = '#/partners'));
  await expect(other.getByRole('row').filter({ hasText: 'Northwind' })).toBeVisible();
  await other.clock.install();
  await other.reload();
  await expect(other.getByRole('row').filter({ hasText: 'Northwind' })).toBeVisible();
  let asked = 0;
  await other.route('**/api/events', (route) => {
    asked += 1;
    return route.abort();
  });
  // No word for longer than the server ever keeps silent: the stream is given up.
  await other.clock.fastForward(26_000);
  await expect.poll(() => asked).toBeGreaterThan(0);
  await other.clock.fastForward(4_000);
  const banner = other.getByRole('status').filter({ hasText: 'Live updates lost, retrying…' });
  await expect(banner).toBeVisible();
  await app.call('partners.create', { name: 'Meanwhile', tier: 'external', contactEmail: 'm@example.org' });
  await expect(other.getByRole('row').filter({ hasText: 'Meanwhile' })).toHaveCount(0);
  await other.unroute('**/api/events');
  await other.clock.fastForward(4_000);
  await expect(banner).toBeHidden();
  await expect(other.getByText('Live updates are back.')).toBeVisible();
  await expect(other.getByRole('row').filter({ hasText: 'Meanwhile' })).toBeVisible();
  await other.clock.fastForward(6_000);
  await expect(other.getByText('Live updates are back.')).toBeHidden();
  await other.context().close();
});

test('a server that hangs is told, what was on screen stays, and all is well when it goes on', async () => {
  const { app, openOther } = latchkey();
  const other = await openOther();
  await other.evaluate(() => (location.hash = '#/partners'));
  await other.clock.install();
  await other.reload();
  const row = other.getByRole('row').filter({ hasText: 'Northwind' });
  await expect(row).toBeVisible();
  app.setFrozen(true);
  try {
    await other.clock.fastForward(26_000);
    await other.clock.fastForward(12_000);
    await expect(other.getByRole('alert')).toContainText('Latchkey cannot be reached.');
    await expect(row).toBeVisible();
  } finally {
    app.setFrozen(false);
  }
  await expect(other.getByRole('alert').filter({ hasText: 'cannot be reached' })).toBeHidden();
  await other.context().close();
});

// The last one: it ends the server of the others.
test('S01.3 a server that ends is told within 5 s, what was on screen stays; when it is back, the same page goes on after a sign-in', async () => {
  const { app, openOther } = latchkey();
  // A page of its own: losing the server is no fault of the page, and the console says so.
  const screen = await openOther();
  await screen.evaluate(() => (location.hash = '#/partners'));
  const row = screen.getByRole('row').filter({ hasText: 'Northwind' });
  await expect(row).toBeVisible();
  await screen.evaluate(() => (document.body.dataset['same'] = 'yes'));
  await latchkey().screen.goto('about:blank');
  await app.stop();
  const banner = screen.getByRole('alert').filter({ hasText: 'Latchkey cannot be reached.' });
  await expect(banner).toBeVisible({ timeout: 5_000 });
  await expect(banner).toContainText(/Data from \d/);
  await expect(row).toBeVisible();
  await expect(screen.getByRole('contentinfo')).toContainText('Server not reached');
  const again = await startHeadless(app.dataDirectory, app.adminToken, new URL(app.adminUrl).port);
  try {
    await expect(screen.getByRole('heading', { level: 1 })).toHaveText('Sign in to Latchkey');
    await screen.getByLabel('Admin token').fill(again.adminToken);
    await screen.getByRole('button', { name: 'Sign in' }).click();
    await expect(row).toBeVisible();
    await expect(banner).toBeHidden();
    expect(await screen.evaluate(() => document.body.dataset['same'])).toBe('yes');
  } finally {
    await again.stop();
  }
});
