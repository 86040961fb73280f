import { ACTION_IDS, actionSpec } from '#contract/actions.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';
import { TRADE_API } from './trade-api.ts';

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
});

/** One verification, with the seeded key unless told. */
const ask = (path: string, clientIp: string, key: string | null = trade.secret) =>
  verify(latchkey().serviceUrl, trade.serviceToken, { key, method: 'GET', path, clientIp });

test('an address that is blocked from its row is refused from its next request on, and the other callers of the key are not', async () => {
  const { goTo, screen, call } = latchkey();
  await ask('/inventory/1', '10.6.0.1');
  await ask('/inventory/2', '10.6.0.2');
  const { requestId } = await ask('/inventory/3', '10.6.0.9');
  await goTo(`/requests?q=${encodeURIComponent('ip:10.6.0.0/24')}&row=${requestId}`);
  const fixes = screen.getByRole('group', { name: 'What to do' });
  await fixes.getByRole('button', { name: 'Block this address…' }).click();
  const dialog = screen.getByRole('dialog', { name: /^Block .* for Data feed production\?$/ });
  await expect(dialog).toHaveAccessibleName('Block 10.6.0.9 for Data feed production?');
  await expect(dialog.getByRole('checkbox')).toHaveCount(2);
  await expect(dialog.getByRole('checkbox', { name: '10.6.0.1' })).toBeChecked();
  await dialog.getByRole('button', { name: 'Block address' }).click();
  await expect(screen.getByText('10.6.0.9 can no longer use Data feed production.')).toBeVisible();
  expect((await ask('/inventory/3', '10.6.0.9')).code).toBe('IP_NOT_ALLOWED');
  expect((await ask('/inventory/3', '10.6.0.2')).code).toBe('VALID');

  // Now the key has a list: the address leaves it, and the last one cannot be taken.
  await goTo(`/requests?q=${encodeURIComponent('ip:10.6.0.2')}`);
  await screen.getByTestId('row').first().click();
  await fixes.getByRole('button', { name: 'Block this address…' }).click();
  await dialog.getByRole('button', { name: 'Block address' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await call('keys.get', { keyId: trade.keyId })).ipAllow).toEqual(['10.6.0.1']);
  await goTo(`/requests?q=${encodeURIComponent('ip:10.6.0.1')}`);
  await screen.getByTestId('row').first().click();
  await fixes.getByRole('button', { name: 'Block this address…' }).click();
  await expect(dialog.getByRole('alert')).toHaveText(
    'No other address would be left. Suspend the key instead.',
  );
  await screen.keyboard.press('Escape');
  await call('keys.update', { keyId: trade.keyId, ipAllow: [] });
});

test('raising the limit from a row that it refused lets the next identical request pass', async () => {
  const { goTo, screen, call } = latchkey();
  const { key, secret } = await call('keys.create', {
    applicationId: trade.applicationId,
    name: 'Narrow',
    environment: 'live',
    scopeIds: [trade.readScopeId],
    expiresAt: null,
    noExpiryReason: 'For a test',
    rateLimit: { limit: 1, windowMs: 3_600_000 },
  });
  const again = () => ask('/inventory/1', '10.5.5.5', secret);
  expect((await again()).code).toBe('VALID');
  const refused = await again();
  expect(refused.code).toBe('RATE_LIMITED');
  // Decisions reach the log in batches, and a page that is open offers newer rows without choosing one.
  await expect
    .poll(async () =>
      (await call('requests.list', { filter: { keyId: key.keyId } })).items.map((row) => row.requestId),
    )
    .toContain(refused.requestId);
  await goTo(`/requests?q=${encodeURIComponent('ip:10.5.5.5')}&row=${refused.requestId}`);
  await screen.getByRole('complementary').last().getByRole('button', { name: 'Raise limit…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Raise the rate limit of Narrow' });
  const field = dialog.getByRole('textbox', { name: 'Requests in 1 hour' });
  await field.fill('1');
  await expect(dialog.getByText('Choose more than 1.')).toBeVisible();
  await field.fill('5');
  await dialog.getByRole('button', { name: 'Raise limit' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await call('keys.get', { keyId: key.keyId })).rateLimit?.limit).toBe(5);
  expect((await again()).code).toBe('VALID');
  // The other tests of this file count the keys that may call something.
  await call('keys.revoke', { keyId: key.keyId, reason: 'replaced' });
});

test('a view of the log is saved with its query and range, opened again, and deleted with a way back', async () => {
  const { goTo, screen, call } = latchkey();
  const bar = screen.getByRole('combobox', { name: 'Filter requests' });
  await goTo('/requests?q=method:DELETE&range=7d');
  await screen.getByRole('button', { name: 'View: unsaved' }).click();
  await screen.getByRole('button', { name: 'Save this view…' }).click();
  await screen.getByRole('textbox', { name: 'Name' }).fill('Deletions');
  await screen.getByRole('button', { name: 'Save view' }).click();
  await expect(screen.getByRole('button', { name: 'View: Deletions' })).toBeVisible();
  expect((await call('views.list', { screen: 'requests' })).items).toMatchObject([{ name: 'Deletions' }]);
  await screen.getByRole('button', { name: 'View: Deletions' }).click();
  await screen.getByRole('button', { name: 'Refused', exact: true }).click();
  await expect(bar).toHaveValue('outcome:refused');
  await screen.getByRole('button', { name: 'View: Refused' }).click();
  await screen.getByRole('button', { name: 'Deletions', exact: true }).click();
  await expect(bar).toHaveValue('method:DELETE');
  await expect(screen).toHaveURL(/range=7d/);
  await screen.getByRole('button', { name: 'View: Deletions' }).click();
  await screen.getByRole('button', { name: 'Delete view Deletions' }).click();
  await expect(screen.getByRole('button', { name: 'View: unsaved' })).toBeVisible();
  await screen.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(screen.getByRole('button', { name: 'View: Deletions' })).toBeVisible();
});

test('S13.3 half of the verifications are seen live within a second, on any machine', async () => {
  const { goTo, screen } = latchkey();
  await goTo('/requests?live=on');
  await expect(screen.getByTestId('live-state')).toHaveText('Live');
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const path = `/inventory/live-${String(n)}`;
    const sentAtMs = performance.now();
    await ask(path, '10.6.1.1');
    await screen.getByText(path, { exact: true }).waitFor();
    times.push(performance.now() - sentAtMs);
  }
  const [, , median = Number.NaN] = times.toSorted((one, other) => one - other);
  expect(median, times.map(Math.round).join(' ')).toBeLessThan(1_000);
});

test('S25.5 the help sheet holds every action of the catalogue that has a shortcut, and S25.3 what is switched off is not in it', async () => {
  const { goTo, screen } = latchkey();
  const help = screen.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const labelsOf = (isKept: (keys: string) => boolean) =>
    ACTION_IDS.map(actionSpec)
      .filter(({ keys }) => keys !== null && isKept(keys))
      .map(({ label }) => label);
  await goTo('/keys');
  await screen.keyboard.press('?');
  for (const label of labelsOf(() => true)) {
    await expect(help.getByText(label, { exact: true }).first(), label).toBeVisible();
  }
  await screen.keyboard.press('Escape');
  await goTo('/settings/keyboard');
  const single = screen.getByRole('switch', { name: 'Single keys' });
  await single.click();
  await goTo('/keys');
  await screen.keyboard.press('c');
  await screen.keyboard.press('?');
  await expect(screen.getByRole('heading', { level: 1 })).toHaveText('Keys');
  await expect(help).toBeHidden();
  await screen.keyboard.press('Control+k');
  await expect(screen.getByRole('combobox', { name: /^Search keys/ })).toBeFocused();
  await screen.keyboard.press('Escape');
  await goTo('/settings/keyboard');
  await single.click();
});

test('S21.4 S21.5 observed paths go into the catalogue as templates by one click; a second import changes nothing, and one that lacks endpoints says whose it removes before it does', async () => {
  const { goTo, screen, call } = latchkey();
  for (const id of ['482', '483', '484']) await ask(`/v1/items/${id}`, '10.6.0.1');
  await goTo(`/services/${trade.serviceId}`);
  await screen.getByRole('button', { name: 'Observed paths' }).click();
  const observed = screen.getByRole('dialog', { name: 'Observed paths of Trade' });
  const row = observed.getByRole('row').filter({ hasText: '/v1/items/482' });
  await expect(row.getByRole('checkbox', { name: 'GET /v1/items/{id}' })).toBeChecked();
  await observed.getByRole('button', { name: /^Add \d+ endpoints?$/ }).click();
  await observed.waitFor({ state: 'hidden' });
  await expect(screen.getByTestId('row').filter({ hasText: '/v1/items/{id}' })).toContainText('Observed');

  await screen.getByRole('button', { name: 'Import endpoints' }).click();
  const dialog = screen.getByRole('dialog', { name: /^Import endpoints/ });
  const submit = dialog.getByRole('button', { name: 'Import endpoints' });
  await dialog.getByRole('textbox', { name: 'Document' }).fill(JSON.stringify(TRADE_API));
  await expect(dialog.getByRole('status')).toHaveText('0 to add0 to update7 unchanged');
  await expect(submit).toHaveAttribute('aria-disabled', 'true');
  const { '/inventory/{id}': _gone, ...paths } = TRADE_API.paths;
  await dialog.getByRole('textbox', { name: 'Document' }).fill(JSON.stringify({ ...TRADE_API, paths }));
  const missing = dialog.getByRole('list', { name: 'Endpoints no longer in the document' });
  const found = missing.getByRole('listitem').filter({ hasText: 'GET /inventory/{id}' });
  await expect(found).toContainText('1 key may call it');
  await expect(found.getByRole('link', { name: 'Data feed production' })).toBeVisible();
  await expect(found).toContainText('allow GET /inventory/** (inventory:read)');
  await expect(missing.getByRole('listitem').filter({ hasText: 'PUT' })).toContainText('no key may call it');
  await expect(submit).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByRole('checkbox', { name: /^Remove 2 endpoints/ }).check();
  await submit.click();
  await dialog.waitFor({ state: 'hidden' });
  const { items } = await call('endpoints.list', { serviceId: trade.serviceId });
  expect(items.map(({ path }) => path)).not.toContain('/inventory/{id}');
  expect(items.map(({ path }) => path)).toContain('/v1/items/{id}');
});

test('S13.4 the live tail keeps 5,000 rows and no more memory than they take, however many come', async () => {
  const { goTo, screen, call } = latchkey();
  const [row] = (await call('requests.list', { limit: 1 })).items;
  const grid = screen.getByRole('grid', { name: 'Requests as they come' });
  let sent = 0;
  let wanted = 6_000;
  await screen.route('**/api/requests.tail', (route) => {
    const count = sent < wanted ? 500 : 0;
    const items = Array.from({ length: count }, (_none, index) => ({
      ...row,
      requestId: `req_tail${String(sent + index).padStart(8, '0')}`,
    }));
    sent += count;
    const data = { items, matched: count, every: 1, after: 'here', hasMore: sent < wanted };
    return route.fulfill({ contentType: 'application/json', body: JSON.stringify({ ok: true, data }) });
  });
  const debug = await screen.context().newCDPSession(screen);
  const heldMb = async () => {
    await debug.send('HeapProfiler.collectGarbage');
    return ((await debug.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize / 2 ** 20;
  };
  await goTo('/requests');
  await screen.keyboard.press('l');
  const last = (count: number) =>
    expect(screen.locator(`[data-key="req_tail${String(count - 1).padStart(8, '0')}"]`)).toBeVisible();
  await last(wanted);
  await expect(grid).toHaveAttribute('aria-rowcount', '5000');
  expect(await screen.getByTestId('row').count()).toBeLessThan(80);
  const full = await heldMb();
  wanted = 18_000;
  await last(wanted);
  await expect(grid).toHaveAttribute('aria-rowcount', '5000');
  const fuller = await heldMb();
  test
    .info()
    .annotations.push({ type: 'memory', description: `${full.toFixed(0)} MB, ${fuller.toFixed(0)} MB` });
  expect(fuller).toBeLessThan(400);
  expect(fuller - full).toBeLessThan(5);
  await debug.detach();
  // The server knows none of these rows: the page has to be done with asking for those after them.
  const tail = screen.getByRole('button', { name: 'Live tail' });
  await tail.click();
  await expect(tail).toHaveAttribute('aria-pressed', 'false');
  await screen.unroute('**/api/requests.tail');
});

test('S13.6 a slow search tells how far it has come, is cancelled at one click, and is taken up again where it stood', async () => {
  const { screen } = latchkey();
  const nowMs = Date.now();
  const asked: { readonly searchId: string; readonly cursor?: string }[] = [];
  const stopped: string[] = [];
  let answerHeld: (() => void) | null = null;
  const answer = (data: object) => ({
    contentType: 'application/json',
    body: JSON.stringify({ ok: true, data }),
  });
  // As a log of many millions of rows answers: each time a part of the way. The second one waits until it is stopped.
  await screen.route('**/api/requests.list', async (route) => {
    const input = route.request().postDataJSON() as (typeof asked)[number];
    if (!('searchId' in input)) return route.continue();
    asked.push(input);
    const step = asked.length;
    if (step === 2) await new Promise<void>((resolve) => (answerHeld = resolve));
    const more = step < 4;
    await route.fulfill(
      answer({
        items: [],
        nextCursor: more ? `part-${String(step)}` : null,
        removedBefore: null,
        searchedTo: more ? nowMs - step * 60_000 : null,
      }),
    );
  });
  await screen.route('**/api/requests.stopSearch', async (route) => {
    const { searchId } = route.request().postDataJSON() as (typeof asked)[number];
    stopped.push(searchId);
    answerHeld?.();
    await route.fulfill(answer({ searchId }));
  });
  await screen.evaluate(() => (location.hash = '#/requests?q=agent%3Anowhere'));
  const state = screen.getByRole('status').filter({ hasText: /found, back to/ });
  await expect(state).toContainText('Searching: 0 found');
  await expect(screen.getByRole('progressbar', { name: 'Search of the log' })).toHaveAttribute('value', /\d/);
  await expect.poll(() => asked.length).toBe(2);
  await screen.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(state).toContainText('Stopped: 0 found');
  expect(stopped).toEqual([asked[1]?.searchId]);
  await expect(screen.getByText('Nothing found so far.')).toBeVisible();
  await screen.getByRole('button', { name: 'Search on' }).click();
  await expect(screen.getByText('No request matches these filters.')).toBeVisible();
  expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, 'part-1', 'part-2', 'part-3']);
  // The server does not know these places, should the page ask once more.
  await latchkey().goTo('/keys');
  await screen.unroute('**/api/requests.list');
  await screen.unroute('**/api/requests.stopSearch');
});
