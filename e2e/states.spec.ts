import { expect, test } from './fixtures.ts';
import { shareLatchkey } from './shared-latchkey.ts';

/** Screens with a list of their own, the procedure that fills it, and what an empty store says. */
const SCREENS = [
  { route: '/keys', procedure: 'keys.list', empty: 'No keys yet' },
  { route: '/requests', procedure: 'requests.list', empty: /[Nn]o requests/ },
  { route: '/hygiene', procedure: 'hygiene.board', empty: /Nothing to tidy/ },
  { route: '/hygiene/people', procedure: 'hygiene.people', empty: /Everybody uses their keys/ },
  { route: '/partners', procedure: 'partners.list', empty: 'No partners yet' },
  { route: '/services', procedure: 'services.list', empty: 'No services yet' },
  { route: '/audit', procedure: 'audit.list', empty: null },
  { route: '/overview', procedure: 'usage.summary', empty: null },
  { route: '/overview/on-call', procedure: 'usage.health', empty: /No request in the last hour/ },
  { route: '/settings/server', procedure: 'settings.get', empty: null },
  { route: '/settings/protection', procedure: 'settings.get', empty: null },
  { route: '/settings/plans', procedure: 'plans.list', empty: null },
  { route: '/settings/backup', procedure: 'backups.list', empty: null },
] as const;

test.describe.configure({ timeout: 120_000 });
const latchkey = shareLatchkey(() => Promise.resolve());

test('every list says what would be here while there is nothing', async () => {
  const { screen, goTo } = latchkey();
  for (const { route, empty } of SCREENS) {
    await goTo(route);
    if (empty !== null) await expect(screen.getByRole('main').getByText(empty).first(), route).toBeVisible();
  }
  await goTo('/requests');
  await expect(screen.getByRole('complementary', { name: 'Facets' })).toHaveText(/appear here/);
});

test('an address whose id was cut off says that there is no such page, and how to go on', async () => {
  const { screen, goTo } = latchkey();
  for (const cut of ['/keys/7Qd', '/partners/par_7Qd', '/services/svc_', '/templates/tpl', '/leaks/lek']) {
    await goTo(cut);
    await expect(screen.getByRole('main').getByText('There is no such page'), cut).toBeVisible();
  }
  await screen.getByRole('link', { name: 'Go to the keys' }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'Keys' })).toBeVisible();
});

test('an empty store shows the first steps on its overview, and each of them leads to its place', async () => {
  const { screen, goTo } = latchkey();
  for (const step of ['Server', 'First key']) {
    await goTo('/overview');
    const steps = screen.getByRole('region', { name: 'First steps' });
    await expect(steps.getByRole('listitem')).toHaveCount(5);
    await steps.getByRole('link', { name: step }).click();
    await expect(screen).toHaveURL(/welcome\?step=/);
    await expect(screen.getByRole('main').locator('[aria-current="step"]')).toContainText(`. ${step}`);
  }
});

test('every list shows that it is loading without a jump to an error, says what failed and how to go on, and recovers', async () => {
  const { screen } = latchkey();
  const error = {
    code: 'INTERNAL',
    message: 'The disk coughed. Try again.',
    requestId: 'req_states00000001',
  };
  const main = screen.getByRole('main');
  // A page that has asked for a list has it in its memory: it is loaded anew.
  const asked = new Set(SCREENS.map(({ procedure }) => procedure as string));
  screen.on('request', (request) => asked.add(request.url().split('/api/').at(-1) ?? ''));
  for (const { route, procedure } of SCREENS) {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await screen.route(`**/api/${procedure}`, async (asked) => {
      await gate;
      await asked.fulfill({
        status: 200,
        contentType: 'application/json',
        body: JSON.stringify({ ok: false, error }),
      });
    });
    const isKnown = asked.has(procedure);
    await screen.evaluate((hash) => (location.hash = hash), `#${route}`);
    if (isKnown) {
      asked.clear();
      await screen.reload();
    }
    await expect(main.locator('[aria-busy="true"]').first(), route).toBeAttached();
    await expect(main.getByRole('alert'), route).toHaveCount(0);
    release();
    const alert = main.getByRole('alert').filter({ hasText: error.message }).first();
    await expect(alert, route).toBeVisible();
    await screen.unroute(`**/api/${procedure}`);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await expect(alert, route).toBeHidden();
    await expect(main.locator('[aria-busy="true"]'), route).toHaveCount(0);
  }
});

test('2.0 after 10 s without an answer a list offers Cancel, which gives the request up; it can be asked for again', async () => {
  const { screen } = latchkey();
  const main = screen.getByRole('main');
  const address = screen.url().replace(/#.*/, '#/partners');
  // Nothing of the page before may ask.
  await screen.goto('about:blank');
  // Nobody answers the first time.
  let asked = 0;
  await screen.route('**/api/partners.list', async (route) => {
    asked += 1;
    if (asked > 1) await route.continue();
  });
  await screen.clock.install();
  await screen.goto(address);
  await expect(main.locator('[aria-busy="true"]').first()).toBeAttached();
  await expect.poll(() => asked).toBe(1);
  await screen.clock.runFor(9_000);
  await expect(main.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
  const givenUp = screen.waitForEvent('requestfailed', (request) => request.url().endsWith('partners.list'));
  await screen.clock.runFor(2_000);
  await main.getByRole('button', { name: 'Cancel' }).click();
  await givenUp;
  await expect(main.getByText('Loading was cancelled.')).toBeVisible();
  await expect(main.locator('[aria-busy="true"]')).toHaveCount(0);
  await main.getByRole('button', { name: 'Try again' }).click();
  await expect(main.getByText('No partners yet')).toBeVisible();
  expect(asked).toBe(2);
  await screen.unroute('**/api/partners.list');
});
