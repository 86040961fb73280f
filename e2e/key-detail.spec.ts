import type { JSHandle, Locator } from 'playwright/test';
import { timestampMs } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import type { Call } from './running-app.ts';
import { seedKey } from './seed-key.ts';
import { report, seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
  // Requests that were verified elsewhere come with their own times: so there is a past.
  const entries = Array.from({ length: 60 }, (_, index) => ({
    keyId: trade.keyId,
    method: 'GET',
    path: '/inventory/42',
    responseStatus: index % 10 === 0 ? 503 : 200,
    durationMs: 5 + (index % 7),
    at: Date.now() - index * 20 * 60_000,
    clientIp: `192.0.2.${String(index % 3)}`,
  }));
  for (const entry of entries) await report(app.serviceUrl, trade.serviceToken, entry);
  await app.call('keys.update', { keyId: trade.keyId, rateLimit: { limit: 100, windowMs: 60_000 } });
  await verify(app.serviceUrl, trade.serviceToken, {
    key: trade.secret,
    method: 'GET',
    path: '/inventory/9',
  });
});

const chart = (name: string): Locator => latchkey().screen.getByTestId(`chart-${name}`);
const page = (rest = '') => latchkey().goTo(`/keys/${trade.keyId}${rest}`);

test('S12.1 the sum of the table is the count of the log for the same range', async () => {
  await page('?range=24h');
  const { screen, app } = latchkey();
  await screen.getByRole('button', { name: 'View as table: Requests' }).click();
  const totals = screen.getByRole('region', { name: /^Requests, / }).locator('tfoot td');
  const total = Number((await totals.last().innerText()).replaceAll(',', ''));
  const edge = 15 * 60_000;
  const to = Math.floor(Date.now() / edge) * edge + edge;
  const filter = {
    keyId: trade.keyId,
    from: timestampMs.parse(to - DAY_MS),
    to: timestampMs.parse(to),
  };
  const rows = await app.call('requests.list', { filter, limit: 500 });
  expect(total).toBe(rows.items.length);
  await screen.getByRole('button', { name: 'View as chart: Requests' }).click();
});

test('S12.2 a brush by mouse and by Shift and arrows sets from and to in the address and filters the requests', async () => {
  await page('?range=24h');
  const { screen } = latchkey();
  const box = await chart('requests').boundingBox();
  if (box === null) throw new Error('The chart has no box.');
  const at = (share: number) => box.x + 52 + (box.width - 64) * share;
  await screen.mouse.move(at(0.5), box.y + 60);
  await screen.mouse.down();
  await screen.mouse.move(at(0.6), box.y + 60, { steps: 4 });
  await screen.mouse.move(at(0.75), box.y + 60, { steps: 4 });
  await screen.mouse.up();
  await expect.poll(() => new URL(screen.url()).hash).toMatch(/from=\d+/);
  const brushed = rangeOf(screen.url());
  expect(brushed.to - brushed.from).toBeGreaterThan(5 * HOUR_MS);
  expect(brushed.to - brushed.from).toBeLessThan(7 * HOUR_MS);
  await expect(chart('requests').getByTestId('selection')).toBeVisible();
  await expect(chart('error-rate').getByTestId('selection')).toBeVisible();
  const selected = screen.getByRole('status', { name: 'Selected range' });
  await selected.getByRole('button', { name: 'Show requests' }).click();
  await expect(screen.getByRole('tab', { name: 'Requests' })).toHaveAttribute('aria-selected', 'true');
  expect(rangeOf(screen.url())).toEqual(brushed);

  await screen.getByRole('tab', { name: 'Traffic' }).click();
  await selected.getByRole('button', { name: 'Clear' }).click();
  await expect(selected).toHaveCount(0);
  await chart('requests').getByRole('application').focus();
  await screen.keyboard.press('ArrowRight');
  await screen.keyboard.press('Shift+ArrowRight');
  await screen.keyboard.press('Shift+ArrowRight');
  await expect(selected).toBeVisible();
  await expect.poll(() => rangeOf(screen.url()).to - rangeOf(screen.url()).from).toBe(3 * 15 * 60_000);
  await screen.keyboard.press('Escape');
  await expect(selected).toHaveCount(0);
});

test('S12.3 each chart is a table too, and its name tells range, total and error rate', async () => {
  await page('?range=24h');
  const { screen } = latchkey();
  for (const name of ['Requests', 'Error rate', 'Time to decide', 'Service duration']) {
    await screen.getByRole('button', { name: `View as table: ${name}` }).click();
    await expect(
      screen.getByRole('region', { name: new RegExp(`^${name}, `) }).getByRole('table'),
    ).toBeVisible();
    await screen.getByRole('button', { name: `View as chart: ${name}` }).click();
  }
  for (const name of ['requests', 'error-rate', 'time-to-decide', 'service-duration']) {
    const title = chart(name).locator('svg title').first();
    await expect(title).toHaveText(/last 24 hours: \d+ requests in total, [\d.]+ % errors/);
  }
});

test('S12.4 the crosshair of one chart moves that of the others, by mouse and by keyboard', async () => {
  await page('?range=24h');
  const { screen } = latchkey();
  await chart('requests').hover({ position: { x: 300, y: 60 } });
  const captions = async () =>
    Promise.all(
      ['requests', 'error-rate', 'time-to-decide'].map((name) =>
        chart(name).locator('table caption').first().innerText(),
      ),
    );
  const [first, ...others] = await captions();
  expect(others).toEqual([first, first]);
  await screen.mouse.move(0, 0);
  await chart('requests').getByRole('application').focus();
  await screen.keyboard.press('ArrowRight');
  const before = await captions();
  await screen.keyboard.press('ArrowRight');
  await expect.poll(async () => new Set(await captions()).size).toBe(1);
  expect(await captions()).not.toEqual(before);
});

test('S12.5 the bucket that is still filling is marked', async () => {
  await page('?range=24h');
  await expect(chart('requests').locator('[data-partial="true"]').first()).toBeAttached();
  await expect(chart('error-rate').locator('[data-partial="true"]').first()).toBeAttached();
});

test('S12.6 a hidden series stays hidden after a reload, and 5xx is shown unless somebody hides it', async () => {
  await page('?range=24h');
  const { screen } = latchkey();
  const legend = screen.getByRole('group', { name: 'Show series' });
  await expect(legend.getByRole('button', { name: /5xx/ })).toHaveAttribute('aria-pressed', 'true');
  await legend.getByRole('button', { name: /2xx/ }).click();
  await screen.reload();
  await expect(legend.getByRole('button', { name: /2xx/ })).toHaveAttribute('aria-pressed', 'false');
  await expect(legend.getByRole('button', { name: /5xx/ })).toHaveAttribute('aria-pressed', 'true');
  await legend.getByRole('button', { name: /2xx/ }).click();
});

test('changes are flagged in the charts and listed with a way to the history', async () => {
  await page('?range=24h');
  const { screen } = latchkey();
  await expect(chart('requests').getByTestId('change-flag').first()).toBeAttached();
  const changes = screen.getByRole('region', { name: 'Changes in this range' });
  await changes.getByRole('link', { name: 'Changed key' }).first().click();
  await expect(screen.getByRole('tab', { name: 'History' })).toHaveAttribute('aria-selected', 'true');
});

test('the period before is drawn as a dashed line, a range of one’s own is in the address, and beyond 30 days daily roll-ups are named', async () => {
  await page('?range=1h');
  const { screen, app } = latchkey();
  await expect(screen.getByText('One period before').first()).toBeVisible();
  // A minute may end between the one look and the other.
  await expect(async () => {
    const counted = await hourBeforeLast(app.call);
    expect(counted.length).toBeGreaterThan(1);
    expect(await previousDrawn()).toEqual(counted);
  }).toPass();
  await screen.getByRole('button', { name: 'Custom…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Range of the charts' });
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 16);
  await dialog.getByLabel('From').fill(day(60));
  await dialog.getByLabel('To').fill(day(-1));
  await dialog.getByRole('button', { name: 'Show range' }).click();
  await expect(screen.getByText('Drawn from daily roll-ups')).toBeVisible();
  expect(screen.url()).toContain('range=custom');
  await screen.reload();
  await expect(screen.getByText('Drawn from daily roll-ups')).toBeVisible();
  await screen.getByRole('group', { name: 'Time range' }).getByRole('button', { name: '7 days' }).click();
  expect(screen.url()).not.toContain('since=');
});

test('the limits tell what they have left right now', async () => {
  const { app, screen } = latchkey();
  await page();
  const limits = screen.getByRole('group', { name: 'Limits now' });
  await expect(limits).toContainText('of 100 per minute');
  for (let asked = 0; asked < 3; asked += 1) {
    await verify(app.serviceUrl, trade.serviceToken, {
      key: trade.secret,
      method: 'GET',
      path: '/inventory/1',
    });
  }
  const left = await app.call('keys.limits', { keyId: trade.keyId });
  expect(left.rateLimits[0]?.used).toBeGreaterThanOrEqual(3);
  await expect(limits.getByRole('meter', { name: 'per minute' })).toHaveAttribute('aria-valuenow', /^[3-9]$/);
});

test('the name is changed in place, at once, and comes back when the server refuses', async () => {
  const { app, screen } = latchkey();
  await page();
  await screen.getByRole('button', { name: 'Rename' }).click();
  const field = screen.getByRole('textbox', { name: 'Name of the key' });
  await expect(field).toBeFocused();
  await field.fill('Data feed staging');
  await field.press('Enter');
  await expect(screen.getByRole('heading', { level: 1 })).toContainText('Data feed staging');
  await expect
    .poll(async () => (await app.call('keys.get', { keyId: trade.keyId })).name)
    .toBe('Data feed staging');
  await screen.route('**/api/keys.update', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/json',
      body: JSON.stringify({
        ok: false,
        error: { code: 'WRONG_STATUS', message: 'This key is revoked.', requestId: 'req_1' },
      }),
    }),
  );
  await screen.getByRole('button', { name: 'Rename' }).click();
  await field.fill('Refused');
  await field.press('Enter');
  const told = screen.getByRole('region', { name: 'Notifications' });
  await expect(told.getByText('Data feed staging keeps its name.')).toBeVisible();
  await expect(screen.getByRole('heading', { level: 1 })).toContainText('Data feed staging');
  await screen.unroute('**/api/keys.update');
  await screen.getByRole('button', { name: 'Rename' }).click();
  await field.fill('Never kept');
  await field.press('Escape');
  await expect(screen.getByRole('button', { name: 'Rename' })).toBeFocused();
});

test('S12 each secret shows its prefix, how often it was used, where its last use came from, and its handoffs', async () => {
  const { screen, goTo, call, serviceUrl } = latchkey();
  const { keyId, secret } = await seedKey(call, trade, 'With two secrets');
  const ask = (key: string, clientIp: string, path = '/inventory/1') =>
    verify(serviceUrl, trade.serviceToken, { key, method: 'GET', path, clientIp, userAgent: 'feed/2' });
  await ask(secret, '10.4.2.17');
  await ask(secret, '10.4.2.18', '/offers');
  const rotated = await call('keys.rotate', { keyId, overlapMs: 3_600_000 });
  await ask(rotated.secret ?? '', '10.4.2.19');
  const source = { kind: 'given', secret: rotated.secret ?? '' } as const;
  await call('handoffs.create', { keyId, source, channel: 'clipboard', recipientName: 'Dana Doe' });
  await goTo(`/keys/${keyId}?tab=secrets`);
  const row = (last4: string) =>
    screen
      .getByRole('region', { name: 'Secrets' })
      .getByRole('row')
      .filter({ hasText: `…${last4}` });
  const [former, current] = [row(secret.slice(-4)), row((rotated.secret ?? '').slice(-4))];
  await expect(former).toContainText(`lk_live_datafeed_${keyId}_…${secret.slice(-4)}`);
  await expect(former).toContainText(/Retiring\s*until/);
  await expect(former).toContainText('from 10.4.2.18, feed/2');
  await expect(former.getByRole('link', { name: '2 requests with secret 1' })).toBeVisible();
  await expect(former).toContainText('1 refused');
  await expect(former).toContainText('none');
  await expect(current).toContainText('from 10.4.2.19, feed/2');
  await expect(current.getByRole('link', { name: '1 handoff' })).toBeVisible();
  await former.getByRole('link', { name: '2 requests with secret 1' }).click();
  await expect(screen.getByRole('grid', { name: 'Requests' }).getByTestId('row')).toHaveCount(2);
});

test('the charts are drawn again for a request of this key, and not for one of another', async () => {
  const { screen, app } = latchkey();
  const other = await seedKey(app.call, trade, 'Neighbour of the charts');
  const ask = async (key: string) => {
    const asked = screen.waitForResponse(/\/usage\.series$/);
    await verify(app.serviceUrl, trade.serviceToken, { key, method: 'GET', path: '/inventory/9' });
    await (await asked).finished();
  };
  await page('?range=30d');
  const column = chart('requests').getByTestId('columns').locator('path').first();
  const drawn = await column.evaluateHandle(drawnWith);
  await ask(trade.secret);
  await expect.poll(async () => isSame(drawn, await column.evaluateHandle(drawnWith))).toBe(false);
  const since = await column.evaluateHandle(drawnWith);
  await ask(other.secret);
  // Nothing shows that nothing happens: long enough for a fast machine, and a slow one does no harm.
  await screen.waitForTimeout(300);
  expect(await isSame(since, await column.evaluateHandle(drawnWith))).toBe(true);
});

test('a duplicate starts with what the key may do, and the link that is copied leads back to it', async () => {
  const { screen } = latchkey();
  await page();
  await screen.getByRole('button', { name: 'More actions' }).click();
  await screen.getByRole('menuitem', { name: 'Copy link' }).click();
  expect(await screen.evaluate(() => navigator.clipboard.readText())).toContain(`/keys/${trade.keyId}`);
  await screen.getByRole('button', { name: 'More actions' }).click();
  await screen.getByRole('menuitem', { name: /Duplicate/ }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'Create key' })).toBeVisible();
  await expect(screen.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue(/\(copy\)$/);
  await expect(screen.getByRole('checkbox', { name: 'inventory:read', exact: true })).toBeChecked();
});

/** The brushed range in an address. */
function rangeOf(url: string): { from: number; to: number } {
  const query = new URLSearchParams(new URL(url).hash.split('?')[1] ?? '');
  return { from: Number(query.get('from')), to: Number(query.get('to')) };
}

/** The buckets, counted from 0, in which the dashed line of the period before stands above zero. */
async function previousDrawn(): Promise<readonly number[]> {
  const path = await chart('requests').locator('path[stroke-dasharray="3 3"]').getAttribute('d');
  const heights = [...(path ?? '').matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, , y]) => Number(y));
  expect(heights).toHaveLength(60);
  const zero = Math.max(...heights);
  return heights.flatMap((y, index) => (y < zero - 1 ? [index] : []));
}

/** The minutes of the hour before the last one that the log has requests of, counted from its start. */
async function hourBeforeLast(call: Call): Promise<readonly number[]> {
  const toMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS - HOUR_MS;
  const fromMs = toMs - HOUR_MS;
  const filter = { keyId: trade.keyId, from: timestampMs.parse(fromMs), to: timestampMs.parse(toMs) };
  const { items } = await call('requests.list', { filter, limit: 500 });
  return [...new Set(items.map(({ at }) => Math.floor((at - fromMs) / MINUTE_MS)))].toSorted((a, b) => a - b);
}

/** Runs in the page: what React last drew an element with, another object after each time. */
function drawnWith(element: Element): unknown {
  const name = Object.keys(element).find((key) => key.startsWith('__reactProps$'));
  if (name === undefined) throw new Error('React did not draw this.');
  return Reflect.get(element, name);
}

function isSame(one: JSHandle, other: JSHandle): Promise<boolean> {
  return one.evaluate((first, second) => first === second, other);
}
