import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright/test';
import type { RequestRow } from '#contract/requests.ts';
import { expect, test } from './fixtures.ts';
import { report, seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
  await ask({ method: 'GET', path: '=SUM(1,2)', userAgent: `agent ${trade.secret}` });
  for (let n = 0; n < 3; n += 1) await askMany(100);
  const { requestId } = await ask({ method: 'GET', path: '/inventory/missing' });
  await report(app.serviceUrl, trade.serviceToken, { requestId, responseStatus: 404, durationMs: 5 });
});

/** One verification with the seeded key. */
async function ask(more: Readonly<Record<string, unknown>>): ReturnType<typeof verify> {
  let decision: Awaited<ReturnType<typeof verify>> | null = null;
  // A busy machine sheds load: what was turned away is sent again.
  await expect(async () => {
    decision = await verify(latchkey().app.serviceUrl, trade.serviceToken, { key: trade.secret, ...more });
    expect(typeof decision.valid).toBe('boolean');
  }).toPass();
  if (decision === null) throw new Error('There was no decision.');
  return decision;
}

/** So many verifications in one call, half of them out of scope, from a few addresses and programs. */
async function askMany(count: number): Promise<void> {
  const items = Array.from({ length: count }, (_none, n) => ({
    key: trade.secret,
    method: n % 2 === 0 ? 'GET' : 'DELETE',
    path: `/inventory/${String(n % 25)}`,
    clientIp: `10.4.${String(n % 3)}.${String(n % 7)}`,
    userAgent: n % 3 === 0 ? 'curl/8.5.0' : 'python-requests/2.31.0',
  }));
  // A busy machine sheds load: what was turned away is sent again.
  let left: readonly object[] = items;
  await expect(async () => {
    const answer = await fetch(`${latchkey().app.serviceUrl}/v1/verify/batch`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${trade.serviceToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ items: left }),
    });
    expect(answer.status).toBe(200);
    const { items: decisions } = (await answer.json()) as { items: { valid?: boolean }[] };
    left = left.filter((_item, index) => typeof decisions[index]?.valid !== 'boolean');
    expect(left).toEqual([]);
  }).toPass();
}

/** Every row of the log, newest first. */
async function allRows(filter: object = {}): Promise<readonly RequestRow[]> {
  const { call } = latchkey().app;
  const rows: RequestRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await call('requests.list', { filter, limit: 500, ...(cursor && { cursor }) });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

const bar = () => latchkey().screen.getByRole('combobox', { name: 'Filter requests' });
const grid = () => latchkey().screen.getByRole('grid');
const drawn = () => latchkey().screen.getByTestId('row');
const keysOf = (rows: Locator) =>
  rows.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-key')));

async function run(query: string): Promise<void> {
  await bar().fill(query);
  await bar().press('Escape');
  await bar().press('Enter');
}

test('S13.1 the rows of a query are those of a filter in plain JavaScript, over HTTP and on screen', async () => {
  const { goTo, screen } = latchkey();
  const rows = await allRows();
  const checks: readonly (readonly [string, (row: RequestRow) => boolean])[] = [
    ['ip:10.4.1.0/24', (row) => row.clientIp?.startsWith('10.4.1.') === true],
    ['-ip:10.4.0.0/16', (row) => row.clientIp?.startsWith('10.4.') !== true],
    [
      'outcome:denied_scope method:DELETE',
      (row) => row.code === 'INSUFFICIENT_SCOPE' && row.method === 'DELETE',
    ],
    ['agent:CURL -method:GET', (row) => row.userAgent?.includes('curl') === true && row.method !== 'GET'],
    [
      'endpoint:"GET /inventory/{id}"',
      (row) => row.method === 'GET' && /^\/inventory\/[^/]+$/.test(row.path ?? ''),
    ],
    ['status:>=400', (row) => (row.responseStatus ?? 0) >= 400],
    [
      'status:none path:/inventory/4,/inventory/5',
      (row) => row.responseStatus === null && /\/inventory\/[45]/.test(row.path ?? ''),
    ],
    ['key:production ms:<10', (row) => (row.durationMs ?? 99) < 10],
    ['since:1h "python"', (row) => row.userAgent?.includes('python') === true],
  ];
  for (const [query, fits] of checks) {
    const expected = rows.filter(fits).map((row) => row.requestId);
    expect(expected.length, query).toBeGreaterThan(0);
    expect(
      (await allRows({ query })).map((row) => row.requestId),
      query,
    ).toEqual(expected);
  }
  await goTo('/requests');
  for (const [query, fits] of checks.slice(0, 4)) {
    await run(query);
    const expected = rows.filter(fits).map((row) => row.requestId);
    await expect(async () => {
      expect(await keysOf(drawn())).toEqual(expected.slice(0, await drawn().count()));
    }).toPass();
    await expect(screen.getByTestId('log-histogram')).toHaveAttribute(
      'data-counted',
      String(expected.length),
    );
  }
});

test('S13.2 the address gives the same view again: query, range and columns; a wrong token is underlined and told', async () => {
  const { goTo, screen } = latchkey();
  await goTo('/requests');
  await run('method:DELETE agent:curl');
  await screen.getByRole('button', { name: 'Columns' }).click();
  const columns = screen.getByRole('dialog', { name: 'Columns' });
  await columns.getByRole('checkbox', { name: 'User agent' }).check();
  await columns.getByRole('checkbox', { name: 'Partner' }).uncheck();
  await columns.getByRole('button', { name: 'Move User agent up' }).click();
  await screen.keyboard.press('Escape');
  await screen.getByRole('combobox', { name: 'Time range' }).click();
  await screen.getByRole('option', { name: 'Last 7 days' }).click();
  await expect(screen).toHaveURL(/range=7d/);
  await expect(screen.getByRole('columnheader', { name: 'User agent' })).toBeVisible();
  const heads = await screen.getByRole('columnheader').allTextContents();
  const rows = await keysOf(drawn());
  const url = screen.url();
  await goTo('/keys');
  await screen.evaluate((hash) => (location.hash = hash), new URL(url).hash);
  await expect(bar()).toHaveValue('method:DELETE agent:curl');
  await expect(screen.getByRole('columnheader', { name: 'User agent' })).toBeVisible();
  expect(await screen.getByRole('columnheader').allTextContents()).toEqual(heads);
  await expect.poll(() => keysOf(drawn())).toEqual(rows);

  await bar().fill('method:DELETE staus:500 ');
  await expect(screen.getByText('There is no field “staus”.')).toBeVisible();
  await expect(bar()).toHaveAttribute('aria-invalid', 'true');
  await bar().fill(`path:${trade.secret}`);
  await expect(screen.getByText('That looks like a key.')).toBeVisible();
  await bar().press('Enter');
  expect(screen.url()).not.toContain(trade.secret.slice(-20));
  expect(await screen.evaluate(() => JSON.stringify(localStorage))).not.toContain(trade.secret.slice(-20));
});

test('S13.2 completion, facets and the histogram write the query: by mouse, Alt and click, and keys alone', async () => {
  const { goTo, screen } = latchkey();
  await goTo('/requests');
  await bar().click();
  await screen.keyboard.type('outc');
  await screen.keyboard.press('ArrowDown');
  await screen.keyboard.press('Enter');
  await screen.keyboard.type('denied_s');
  await screen.getByRole('option', { name: 'denied_scope' }).click();
  await expect(screen).toHaveURL(/outcome%3Adenied_scope/);

  await goTo('/requests');
  const facets = screen.getByRole('complementary', { name: 'Facets' });
  const curl = facets.getByRole('region', { name: 'Method' }).getByRole('button', { name: /^DELETE/ });
  await curl.click();
  await expect(bar()).toHaveValue('method:DELETE');
  await expect(curl).toHaveAttribute('aria-pressed', 'true');
  await curl.click();
  await expect(bar()).toHaveValue('');
  await curl.click({ modifiers: ['Alt'] });
  await expect(bar()).toHaveValue('-method:DELETE');
  await expect(screen.getByTestId('log-histogram')).not.toHaveAttribute('data-counted', '0');
  await facets.getByRole('button', { name: 'Stop excluding DELETE' }).click();
  await expect(bar()).toHaveValue('');

  const histogram = screen.getByRole('slider', { name: /Requests over time/ });
  await histogram.focus();
  for (const key of ['Home', 'End', 'Shift+ArrowLeft', 'Enter']) await screen.keyboard.press(key);
  await expect(screen).toHaveURL(/from=\d+/);
  const { from, to } = Object.fromEntries(new URLSearchParams(screen.url().split('?')[1]));
  const inside = (await allRows()).filter((row) => row.at >= Number(from) && row.at < Number(to));
  await expect(screen.getByTestId('log-histogram')).toHaveAttribute('data-counted', String(inside.length));
});

test('S13.3 a verification is seen live within a second; scrolling up holds the view, the count is exact, Clear empties only the view', async () => {
  const { goTo, screen } = latchkey();
  await goTo('/requests');
  await screen.keyboard.press('l');
  const state = screen.getByTestId('live-state');
  await expect(state).toHaveText('Live');
  await expect(drawn().first()).toBeVisible();
  const sentAtMs = Date.now();
  await ask({ method: 'GET', path: '/inventory/live-one' });
  await expect(screen.getByText('/inventory/live-one')).toBeVisible({ timeout: 3_000 });
  // The check allows a second; looking and the busy machine of a test run get as much again.
  expect(Date.now() - sentAtMs).toBeLessThan(2_000);

  await grid().hover();
  await screen.mouse.wheel(0, -300);
  await expect(state).toHaveText(/^Paused/);
  const before = await keysOf(drawn());
  for (let n = 0; n < 5; n += 1) await askMany(100);
  await expect(screen.getByRole('button', { name: '500 new · Resume' })).toBeVisible();
  expect(await keysOf(drawn())).toEqual(before);
  await expect(state).toContainText('showing every');
  await grid().focus();
  await screen.keyboard.press('End');
  await expect(state).not.toContainText('Paused');
  await run('path:/inventory/after');
  await screen.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(drawn()).toHaveCount(0);
  await ask({ method: 'GET', path: '/inventory/after-clear' });
  await expect(screen.getByText('/inventory/after-clear')).toBeVisible();
  await drawn().last().click();
  await expect(state).toHaveText('Paused');
  await grid().focus();
  await screen.keyboard.press('Space');
  await expect(state).toHaveText('Live');
  expect((await allRows()).length).toBeGreaterThan(800);
  await screen.getByRole('button', { name: 'Live tail' }).click();
  await expect(screen.getByTestId('log-histogram')).toBeVisible();
});

test('S13.4 Home, End, PageDown and PageUp move through the log, and only what is in view is in the page', async () => {
  const { goTo, screen } = latchkey();
  const rows = await allRows();
  await goTo('/requests');
  await drawn().first().click();
  const chosen = () => new URLSearchParams(screen.url().split('?')[1]).get('row');
  await screen.keyboard.press('End');
  await expect.poll(chosen).not.toBe(rows[0]?.requestId);
  const first = rows.findIndex((row) => row.requestId === chosen());
  expect(first).toBeGreaterThanOrEqual(99);
  await screen.keyboard.press('PageUp');
  await expect.poll(() => rows.findIndex((row) => row.requestId === chosen())).toBeLessThan(first);
  await screen.keyboard.press('Home');
  await expect.poll(chosen).toBe(rows[0]?.requestId);
  await screen.keyboard.press('PageDown');
  await expect.poll(() => rows.findIndex((row) => row.requestId === chosen())).toBeGreaterThan(5);
  expect(await drawn().count()).toBeLessThan(80);
});

test('S13.5 an export has as many rows as its estimate, a path that begins with = is quoted safely, and no key is in it', async () => {
  const { goTo, screen, app } = latchkey();
  await goTo('/requests');
  await run('-path:/nowhere');
  await screen.getByRole('button', { name: 'Export' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Export requests' });
  const estimate = dialog.getByTestId('export-estimate');
  await expect(estimate).toHaveText(/^[\d,]+ requests\.$/);
  const expected = Number((await estimate.textContent())?.replaceAll(/\D/g, ''));
  await dialog.getByRole('radio', { name: 'All' }).check();
  await dialog.getByRole('button', { name: 'Export' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expect
    .poll(async () => (await app.call('jobs.list', {})).items[0])
    .toMatchObject({ kind: 'export', state: 'done', done: expected, total: expected });
  const { items } = await app.call('jobs.list', {});
  const file = items[0]?.result?.file ?? '';
  const [download] = await Promise.all([
    screen.waitForEvent('download'),
    screen.evaluate((href) => {
      const link = document.createElement('a');
      link.href = href;
      link.download = '';
      link.click();
    }, file),
  ]);
  expect(download.suggestedFilename()).toMatch(/^latchkey-requests-\d{8}T\d{6}Z\.csv$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(text.trimEnd().split('\r\n')).toHaveLength(expected + 1);
  expect(text).toContain(`"'=SUM(1,2)"`);
  expect(text).not.toContain(trade.secret.slice(-30));
  expect((await fetch(`${app.adminUrl}/api/exports/${'x'.repeat(32)}`)).status).toBe(404);
  expect((await fetch(`${app.adminUrl}${file}`, { headers: { Origin: 'http://evil.example' } })).status).toBe(
    403,
  );
});

test('S13.7 no cell, copy or text for the partner holds a key that a caller put into its request', async () => {
  const { goTo, screen } = latchkey();
  const canary = trade.secret.slice(-40);
  await ask({
    method: 'GET',
    path: `/inventory/${trade.secret}`,
    userAgent: trade.secret,
  });
  await goTo('/requests?cols=time,path,agent,tags,rule,detail,requestId');
  await expect(drawn().first()).toContainText('/inventory/lk_live');
  await drawn().first().click();
  const inspector = screen.getByRole('complementary').last();
  for (const name of ['Copy as curl', 'Copy as JSON', 'Copy link to this request']) {
    await inspector.getByRole('button', { name }).click();
    const copied = await screen.evaluate(() => navigator.clipboard.readText());
    expect(copied.length, name).toBeGreaterThan(10);
    expect(copied, name).not.toContain(canary);
    if (name === 'Copy as curl') expect(copied).toContain('$API_KEY');
  }
  await inspector.getByRole('button', { name: 'Explain to partner…' }).click();
  const letter = screen.getByRole('dialog', { name: 'Text for the partner' });
  await expect(letter).toContainText('Request id: req_');
  await letter.getByRole('button', { name: 'Close' }).first().click();
  expect(await screen.content()).not.toContain(canary);
});

test('S13.8 adding the endpoint from a refused row lets the next identical request pass; what came before and after stands beside it', async () => {
  const { goTo, screen } = latchkey();
  const again = () => ask({ method: 'PUT', path: '/inventory/77', clientIp: '10.4.9.9' });
  await ask({ method: 'GET', path: '/inventory/before', clientIp: '10.4.9.9' });
  const refused = await again();
  expect(refused.code).toBe('INSUFFICIENT_SCOPE');
  await report(latchkey().app.serviceUrl, trade.serviceToken, {
    requestId: refused.requestId,
    responseStatus: 403,
  });
  await ask({ method: 'GET', path: '/inventory/after-it', clientIp: '10.4.9.9' });
  await goTo(`/requests?q=${encodeURIComponent('ip:10.4.9.9')}&row=${refused.requestId}`);
  const inspector = screen.getByRole('complementary').last();
  const context = inspector.getByRole('region', { name: 'Before and after' });
  await context.getByRole('radio', { name: 'Same caller' }).check();
  await expect(context.getByRole('listitem')).toHaveText([
    /\/inventory\/after-it/,
    /PUT \/inventory\/77/,
    /\/inventory\/before/,
  ]);
  await inspector.getByRole('button', { name: /^Add PUT / }).click();
  await screen.getByRole('alertdialog').getByRole('button', { name: 'Add rule' }).click();
  await screen.getByRole('alertdialog').waitFor({ state: 'hidden' });
  expect((await again()).code).toBe('VALID');
});
