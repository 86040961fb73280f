import { readdir } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyId } from '#contract/ids.ts';
import { KEYS_OPTIONS, openDatabase, REQUESTS_OPTIONS } from '#main/sqlite/open-database.ts';
import { fillLog } from './bench/fill-log.ts';
import { expect, test } from './fixtures.ts';
import { seedKey } from './seed-key.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

// What a store comes to in hours and months, made in seconds: the files of a stopped server are changed.
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROWS = 100_000;

let trade: SeededTrade;
let quiet: KeyId;
let patient: KeyId;
const latchkey = shareLatchkey(() => Promise.resolve(), {
  lived: async ({ call, serviceUrl }) => {
    trade = await seedTrade(call, serviceUrl);
    ({ keyId: quiet } = await seedKey(call, trade, 'Quiet for long'));
    await call('keys.rotate', { keyId: quiet, overlapMs: 24 * HOUR_MS, idleEndMs: HOUR_MS });
    ({ keyId: patient } = await seedKey(call, trade, 'Waits longer'));
    await call('keys.rotate', { keyId: patient, overlapMs: 24 * HOUR_MS, idleEndMs: 6 * HOUR_MS });
  },
  aged: (data) => {
    const store = openDatabase(join(data, 'keys.db'), KEYS_OPTIONS);
    store.prepare('UPDATE secrets SET created_at_ms = created_at_ms - ?').run(2 * HOUR_MS);
    store.prepare("UPDATE applications SET contact_email = ''").run();
    store.close();
    // Latchkey ran all the time and heard nobody.
    const now = Date.now();
    const known = { knownSinceMs: now - 3 * HOUR_MS, aliveAtMs: now };
    writeFileSync(join(data, 'uses-known.json'), JSON.stringify(known));
    const log = openDatabase(join(data, 'requests.db'), REQUESTS_OPTIONS);
    log.prepare('UPDATE principal_uses SET at_ms = at_ms - ?').run(31 * DAY_MS);
    log.close();
    fillLog(join(data, 'requests.db'), ROWS);
  },
});

test('S10.5 an old secret that nobody used for as long as was set has ended by itself, and one that waits longer has not', async () => {
  const { screen, goTo, call } = latchkey();
  const states = async (keyId: KeyId) =>
    (await call('keys.get', { keyId })).secrets.map(({ state }) => state).toSorted();
  await expect.poll(() => states(quiet)).toEqual(['current', 'ended']);
  expect(await states(patient)).toEqual(['current', 'retiring']);
  await goTo(`/keys/${quiet}?tab=history`);
  await expect(screen.getByRole('region', { name: 'Rotation', exact: true })).toHaveCount(0);
  const ended = screen.getByText('Ended the old secret of key').first();
  await ended.click();
  await expect(screen.getByText('Nobody has used the old secret for as long as was set.')).toBeVisible();
  await goTo(`/keys/${patient}`);
  await expect(screen.getByRole('region', { name: 'Rotation', exact: true })).toContainText(
    'Ends by itself after 6 hours without use',
  );
});

test('a key that nobody has used for 30 days is counted as idle, and suspended and resumed from the board', async () => {
  const { screen, goTo, call } = latchkey();
  const status = async () => (await call('keys.get', { keyId: trade.keyId })).status;
  await goTo('/hygiene');
  const section = screen.locator('[data-kind="idle"]');
  await expect(section).toHaveAttribute('data-count', '1');
  await expect(section.getByRole('listitem')).toContainText('Data feed production');
  await section.getByRole('button', { name: 'Suspend…' }).click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Suspend 1 key' }).click();
  const toast = screen.getByRole('dialog').filter({ hasText: '1 key is suspended.' });
  await expect(toast).toBeVisible();
  await expect(section).toHaveAttribute('data-count', '0');
  expect(await status()).toBe('suspended');
  await toast.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(section).toHaveAttribute('data-count', '1');
  expect(await status()).toBe('active');
});

test('keys whose application has lost its contact are counted by the board, and listed by its link', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/hygiene');
  const section = screen.locator('[data-kind="missingContact"]');
  await expect(section).toHaveAttribute('data-count', '3');
  await section.getByRole('link', { name: /^Show / }).click();
  const grid = screen.getByRole('grid', { name: 'Keys' });
  await expect(grid).toHaveAttribute('aria-rowcount', '3');
  await expect(screen.getByRole('button', { name: 'Remove filter No contact' })).toBeVisible();
});

test('S13.4 the first page of a long log is there at once, and rows far away are let go of and fetched again', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/keys');
  const startedMs = Date.now();
  await screen.evaluate(() => (location.hash = '#/requests?range=all'));
  const grid = screen.getByRole('grid', { name: 'Requests' });
  const rows = grid.getByTestId('row');
  await expect(rows.first()).toBeVisible();
  // That no table is read from end to end for it is held by the plans of its statements; this is for the eye.
  test.info().annotations.push({ type: 'first page, ms', description: String(Date.now() - startedMs) });
  const first = await rows.first().getAttribute('data-key');
  // Pages of ten rows: five hundred of them are as many as the page keeps, and the server would take long over them.
  await screen.evaluate(answerShortPages);
  await goTo('/requests?range=all&q=path%3A%2F');
  const dropped = screen.getByText('Rows that are far away were let go of.');
  await expect(dropped).toHaveCount(0);
  await grid.evaluate(scrollUntilDropped);
  await expect(dropped).toBeVisible();
  const loaded = Number(await grid.getAttribute('aria-rowcount'));
  expect(loaded).toBeGreaterThan(5_000);
  expect(await rows.count()).toBeLessThan(80);
  await screen.getByRole('button', { name: 'Load newer' }).click();
  await grid.evaluate((element) => element.scrollTo(0, 0));
  await expect(dropped).toHaveCount(0);
  await expect(rows.first()).toHaveAttribute('data-key', first ?? '');
  await screen.reload();
});

test('S28 an export is cancelled and leaves nothing; two run, and the third waits', async () => {
  const { screen, call, app, dataDirectory, goTo } = latchkey();
  await goTo('/overview');
  await screen.getByRole('button', { name: /^Activity/ }).click();
  const items = screen.getByRole('dialog', { name: 'Activity' }).getByRole('listitem');
  const input = { filter: {}, format: 'csv' } as const;
  for (let count = 0; count < 3; count += 1) await call('requests.startExport', input);
  await expect(items).toHaveCount(3);
  const states = async () => (await call('jobs.list', {})).items.map(({ state }) => state);
  expect(await states()).toEqual(['queued', 'running', 'running']);
  // The server stands still while it is looked at, and finds all three wishes when it goes on.
  app.setFrozen(true);
  await expect(items.first()).toContainText('Waits for others of its kind');
  for (const place of [1, 2]) await expect(items.nth(place)).not.toContainText('Waits');
  for (const place of [0, 1, 2]) await items.nth(place).getByRole('button', { name: 'Cancel' }).click();
  app.setFrozen(false);
  for (const place of [0, 1, 2]) {
    await expect(items.nth(place)).toContainText('Cancelled');
    await expect(items.nth(place).getByRole('link', { name: 'Download' })).toHaveCount(0);
  }
  expect(await states()).toEqual(['cancelled', 'cancelled', 'cancelled']);
  expect(await readdir(join(dataDirectory, 'exports'))).toEqual([]);
  await screen.keyboard.press('Escape');
});

/** Runs in the page: answers its questions for requests with pages of ten rows, made of the first real page, without end. */
function answerShortPages(): void {
  const PAGE = 10;
  interface Answer {
    readonly data: { readonly items: readonly { readonly requestId: string }[] };
  }
  let real: Promise<Answer> | null = null;
  const ask = window.fetch;
  window.fetch = async (...wanted) => {
    const [url, init] = wanted;
    const body = typeof init?.body === 'string' ? init.body : '';
    if (typeof url !== 'string' || !url.endsWith('/api/requests.list') || !body.includes('searchId'))
      return ask(...wanted);
    const { cursor, ...rest } = JSON.parse(body) as { readonly cursor?: string };
    real ??= ask(url, { ...init, body: JSON.stringify(rest) }).then(
      (answer) => answer.json() as Promise<Answer>,
    );
    const { data } = await real;
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: PAGE }, (_none, index) => ({
      ...data.items[index],
      ...(from + index === 0 ? {} : { requestId: `req_again${String(from + index).padStart(8, '0')}` }),
    }));
    const page = { items, nextCursor: String(from + PAGE), removedBefore: null, searchedTo: null };
    return new Response(JSON.stringify({ ok: true, data: page }), {
      headers: { 'Content-Type': 'application/json' },
    });
  };
}

/** Runs in the page: scrolls a list to its end again and again, until it has let go of its beginning. */
async function scrollUntilDropped(list: Element): Promise<void> {
  for (let step = 0; step < 5_000 && !document.body.innerText.includes('were let go of'); step += 1) {
    list.scrollTop = list.scrollHeight;
    await new Promise((resolve) => setTimeout(resolve));
  }
}
