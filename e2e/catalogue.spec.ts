import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { expect, test } from './fixtures.ts';
import { seedKey } from './seed-key.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  trade = await seedTrade(call, serviceUrl);
});

test('S21 the catalogue shows who may call an endpoint and how often it is asked for, and a long path is cut in its middle', async () => {
  const { screen, goTo, call, serviceUrl } = latchkey();
  const offers = { effect: 'allow', methods: ['POST'], path: '/offers' } as const;
  const { secret } = await seedKey(call, trade, 'Offers only', { scopeIds: [], rules: [offers] });
  const long = '/warehouses/{warehouse}/shelves/{shelf}/compartments/{compartment}/items-by-colour-and-size';
  await call('endpoints.import', { serviceId: trade.serviceId, lines: `GET ${long}` });
  await verify(serviceUrl, trade.serviceToken, { key: secret, method: 'POST', path: '/offers' });
  await screen.setViewportSize({ width: 1024, height: 700 });
  await goTo(`/services/${trade.serviceId}?tab=endpoints`);
  const row = (name: RegExp) => screen.getByRole('grid', { name: 'Endpoints' }).getByRole('row', { name });
  const offersRow = row(/POST\s+\/offers/);
  // One refused request of the seeded key, one allowed of this one.
  await expect(offersRow.getByRole('gridcell').nth(5)).toHaveText('2');
  await expect(offersRow.getByRole('gridcell').nth(6).locator('time')).toBeVisible();
  await expect(
    row(/DELETE/)
      .getByRole('gridcell')
      .nth(6),
  ).toHaveText('not in 30 d');
  await offersRow.getByRole('button', { name: '1 key may call POST /offers' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Who may call it' });
  await expect(dialog).toContainText('allow POST /offers (own rule)');
  await expect(dialog.getByRole('link')).toHaveText('Offers only');
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

  const path = screen.getByTitle(long);
  const { isHeadCut, end, edge } = await path.evaluate((cell) => {
    const head = cell.querySelector('span');
    const range = document.createRange();
    range.selectNodeContents(cell.lastChild ?? cell);
    return {
      isHeadCut: head !== null && head.scrollWidth > head.clientWidth,
      end: range.getBoundingClientRect().right,
      edge: cell.getBoundingClientRect().right,
    };
  });
  expect(isHeadCut).toBe(true);
  expect(end).toBeLessThanOrEqual(edge + 1);
});

test('S21 from where a service asks and how long it may keep answers is set on its page, which says what that costs', async () => {
  const { screen, goTo, call } = latchkey();
  await goTo(`/services/${trade.serviceId}`);
  await screen.getByRole('button', { name: 'Edit service' }).click();
  const dialog = screen.getByRole('dialog', { name: /^Edit / });
  const live = dialog.getByRole('textbox', { name: 'Answers about live keys may be kept for' });
  await expect(live).toHaveValue('0');
  await expect(live).toHaveAccessibleDescription(/a revoked key is refused at its next request/);
  await live.fill('5');
  await expect(live).toHaveAccessibleDescription(
    /A revoked or changed live key may pass for up to 5 s at services that keep answers/,
  );
  const from = dialog.getByRole('textbox', { name: 'Its token is taken from' });
  await from.fill('127.0.0.1\n10.0.0.0/8');
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await expect(screen.getByText('asks from 127.0.0.1, 10.0.0.0/8 only')).toBeVisible();
  await expect(screen.getByText('may keep answers: a revoked live key may pass for up to 5 s')).toBeVisible();
  const { keepLiveSeconds, keepTestSeconds, askedFrom } = await call('services.get', {
    serviceId: trade.serviceId,
  });
  expect([keepLiveSeconds, keepTestSeconds, askedFrom]).toEqual([5, 0, ['127.0.0.1', '10.0.0.0/8']]);
  await call('services.update', { serviceId: trade.serviceId, keepLiveSeconds: 0, askedFrom: [] });
});

for (const [version, head, paths] of [
  ['Swagger 2.0', { swagger: '2.0' }, 3],
  ['OpenAPI 3.0', { openapi: '3.0.3' }, 4],
  ['OpenAPI 3.1', { openapi: '3.1.1' }, 5],
  ['OpenAPI 3.2', { openapi: '3.2.0' }, 6],
] as const)
  test(`S21.1 a document of ${version} is imported with each of its operations and no other`, async () => {
    const { screen, goTo, call } = latchkey();
    const { service } = await call('services.create', { name: version, slug: `v${String(paths)}` });
    await goTo(`/services/${service.id}?tab=endpoints`);
    await screen.getByRole('button', { name: 'Import endpoints' }).click();
    const dialog = screen.getByRole('dialog', { name: /^Import endpoints/ });
    const document = {
      ...head,
      info: { title: version, version: '1' },
      paths: Object.fromEntries(
        Array.from({ length: paths }, (_none, n) => [
          `/things-${String(n)}/{thing}`,
          {
            parameters: [],
            summary: 'Not an operation.',
            get: { summary: 'Read' },
            delete: { tags: ['Ends'] },
          },
        ]),
      ),
    };
    await dialog.getByRole('textbox', { name: 'Document' }).fill(JSON.stringify(document));
    await expect(dialog.getByRole('status')).toHaveText(`${String(2 * paths)} to add0 to update0 unchanged`);
    await dialog.getByRole('button', { name: 'Import endpoints' }).click();
    await expect(screen.getByText(`${String(2 * paths)} endpoints added`).first()).toBeVisible();
    const { items } = await call('endpoints.list', { serviceId: service.id });
    expect(items.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      Object.keys(document.paths)
        .flatMap((path) => [`DELETE ${path}`, `GET ${path}`])
        .toSorted(),
    );
    const grid = screen.getByRole('grid', { name: 'Endpoints' });
    await expect(grid).toHaveAttribute('aria-rowcount', String(2 * paths));
  });

test('keys are exchanged for tokens once that is switched on for the service; the screen says what a revocation does to them, and rotates what signs', async () => {
  const { screen, goTo, serviceUrl } = latchkey();
  await goTo(`/services/${trade.serviceId}?tab=tokens`);
  await screen.getByRole('switch', { name: /may be exchanged for tokens/ }).click();
  await expect(screen.getByText(`${serviceUrl}/.well-known/jwks.json`)).toBeVisible();
  await screen.getByRole('combobox', { name: /A token lives for/ }).click();
  await screen.getByRole('option', { name: '2 minutes' }).click();
  await expect(screen.getByText(/only when the token ends: after at most 2 minutes/)).toBeVisible();

  const exchange = async () => {
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: trade.secret,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'trade',
    };
    const body = new URLSearchParams(form);
    const response = await fetch(`${serviceUrl}/v1/token`, { method: 'POST', body });
    return z.object({ access_token: z.string(), expires_in: z.number() }).parse(await response.json());
  };
  const { access_token: token, expires_in: lifeS } = await exchange();
  expect(lifeS).toBe(120);
  const ask = { key: token, method: 'GET', path: '/inventory/42' };
  expect(await verify(serviceUrl, trade.serviceToken, ask)).toMatchObject({ valid: true });

  const signing = screen.getByRole('table', { name: 'Signing keys' });
  await screen.getByRole('button', { name: 'Rotate signing key…' }).click();
  const dialog = screen.getByRole('alertdialog', { name: 'Rotate the signing key?' });
  await dialog.getByRole('button', { name: 'Rotate signing key' }).click();
  await expect(signing.getByRole('row')).toHaveText([/State/, /Next/, /Current/]);
  await screen.getByRole('button', { name: 'Rotate signing key…' }).click();
  await expect(dialog.getByRole('radio', { name: /It may have leaked/ })).toBeChecked();
  await dialog.getByRole('button', { name: 'Rotate signing key' }).click();
  await expect(signing.getByRole('row')).toHaveText([/State/, /Current/]);
  expect(await verify(serviceUrl, trade.serviceToken, ask)).toMatchObject({ code: 'NOT_FOUND' });
});

test('S21.2 a reference to another document is reported, and nobody fetches it', async () => {
  const { screen, goTo } = latchkey();
  const asked: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.url);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const { port } = elsewhere.address() as AddressInfo;
  const $ref = `http://127.0.0.1:${String(port)}/paths.json#/remote`;
  const paths = { '/here': { get: {} }, '/remote': { $ref } };
  await goTo(`/services/${trade.serviceId}?tab=endpoints`);
  await screen.getByRole('button', { name: 'Import endpoints' }).click();
  const dialog = screen.getByRole('dialog', { name: /^Import endpoints/ });
  const document = JSON.stringify({ openapi: '3.1.0', info: { title: 'Two', version: '1' }, paths });
  await dialog.getByRole('textbox', { name: 'Document' }).fill(document);
  await expect(dialog.getByRole('list', { name: 'Problems' })).toContainText('/remote');
  await dialog.getByRole('button', { name: 'Import endpoints' }).click();
  await expect(screen.getByText(/^1 endpoint added/).first()).toBeVisible();
  expect(asked).toEqual([]);
  elsewhere.close();
});

test('S21.3 a file of 5 MB with 2,000 paths is compared in less than 2 s and imported in less than 2 s, and both show that they go on', async ({
  folder,
}) => {
  const { screen, goTo, call } = latchkey();
  const { service } = await call('services.create', { name: 'Large', slug: 'large' });
  await goTo(`/services/${service.id}?tab=endpoints`);
  await screen.getByRole('button', { name: 'Import endpoints' }).click();
  const dialog = screen.getByRole('dialog', { name: /^Import endpoints/ });
  await screen.evaluate(noteProgress);
  const file = join(folder, 'large.json');
  await writeFile(file, largeDocument());
  const chosenMs = Date.now();
  await dialog.getByLabel('File to import').setInputFiles(file);
  await expect(dialog.getByText('2,000 to add')).toBeVisible();
  expect(Date.now() - chosenMs).toBeLessThan(2_000 * slowdown());
  await expect(dialog.getByText('large.json')).toBeVisible();
  await expect(dialog.getByRole('progressbar')).toHaveCount(0);

  const startedMs = Date.now();
  await dialog.getByRole('button', { name: 'Import endpoints' }).click();
  await expect(screen.getByText(/^2,000 endpoints added/).first()).toBeVisible();
  expect(Date.now() - startedMs).toBeLessThan(2_000 * slowdown());
  const shown = await screen.evaluate(() => document.body.dataset['progressSeen'] ?? '');
  expect(shown.split(';')).toEqual(['Reading large.json', 'Comparing with the catalogue', 'Importing']);
  await expect(screen.getByRole('grid', { name: 'Endpoints' })).toHaveAttribute('aria-rowcount', '2000');
});

/** How many times longer work takes now because others have the processors, at least 1. */
function slowdown(): number {
  const startMs = performance.now();
  const before = process.cpuUsage();
  let usedMs = 0;
  while (usedMs < 60) {
    const { user, system } = process.cpuUsage(before);
    usedMs = (user + system) / 1_000;
  }
  // Browser and server share what is left, and other processes come in waves.
  return Math.max(1, (2 * (performance.now() - startMs)) / usedMs - 1);
}

/** 5 MB in all. */
function largeDocument(): string {
  const paths = Object.fromEntries(
    Array.from({ length: 2_000 }, (_none, n) => [
      `/area-${String(n % 40)}/things/{thing}/part-${String(n)}`,
      {
        get: {
          tags: [`Area ${String(n % 40)}`],
          summary: `Part ${String(n)}`,
          description: 'x'.repeat(2_400),
        },
      },
    ]),
  );
  return JSON.stringify({ openapi: '3.1.0', info: { title: 'Large', version: '1' }, paths });
}

/** Runs in the page: notes every kind of progress that is shown from now on, in its order. */
function noteProgress(): void {
  const seen = new Set<string>();
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll('[role="dialog"] [role="progressbar"]'))
      seen.add(bar.getAttribute('aria-label') ?? '');
    document.body.dataset['progressSeen'] = [...seen].join(';');
  }).observe(document.body, { childList: true, subtree: true });
}
