import type { Page } from 'playwright/test';
import type { Rule } from '#contract/scopes.ts';
import type { Call } from './running-app.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade, type SeededTrade, verify } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

/** A key of the seeded application that has these rules and nothing else. */
async function makeKey(call: Call, applicationId: string, rules: readonly Rule[], name = 'Replay me') {
  const { key, secret } = await call('keys.create', {
    applicationId: applicationId,
    name,
    environment: 'live',
    rules,
    expiresAt: null,
    noExpiryReason: 'Test',
  });
  if (secret === null) throw new Error('A new key comes with its secret.');
  return { keyId: key.keyId, secret };
}

const allow = (path: string, ...methods: Exclude<Rule['methods'], readonly ['*']>): Rule => ({
  effect: 'allow',
  methods,
  path,
});

/** A decision: a busy machine may be told that there is no room for one now, and nothing of that is in the log. */
async function decide(...asked: Parameters<typeof verify>): ReturnType<typeof verify> {
  for (;;) {
    const decision = await verify(...asked);
    if (typeof decision.valid === 'boolean') return decision;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function edit(screen: Page): Promise<void> {
  await screen.getByRole('button', { name: 'Edit scopes' }).click();
  await screen.getByRole('textbox', { name: 'New rule' }).waitFor();
}

async function tryPath(screen: Page, path: string): Promise<string> {
  await screen.getByRole('textbox', { name: 'Path to try' }).fill(path);
  await screen.getByRole('button', { name: 'Try', exact: true }).click();
  return (await screen.getByTestId('try-result').textContent()) ?? '';
}

test('S06.1 and S06.4 what Try says is what the verifier decides, also for paths that servers read in two ways', async () => {
  const { screen, call, serviceUrl } = latchkey();
  const { applicationId, serviceToken } = seeded;
  const rules: readonly Rule[] = [
    allow('/v1/**', 'GET'),
    { effect: 'deny', methods: ['*'], path: '/v1/secret/*' },
    allow('/offers/{id}', 'GET'),
  ];
  const { keyId, secret } = await makeKey(call, applicationId, rules);
  await latchkey().goTo(`/keys/${keyId}?tab=scopes`);
  const unsafe = ['/v1/a%2Fb', '/v1//a', '/v1/../x'];
  for (const path of ['/v1/items/1', '/v1/secret/2', '/v1', '/offers/7', '/offers/7/x', ...unsafe]) {
    const shown = await tryPath(screen, path);
    const { valid } = await decide(serviceUrl, serviceToken, { key: secret, method: 'GET', path });
    expect(shown.includes('Allowed by rule'), path).toBe(valid);
    if (unsafe.includes(path)) expect(shown).toMatch(/^ ?Refused: .*The path has /);
  }
});

test('S06.1 for random rules and requests, what Try says is what the verifier decides', async () => {
  const { screen, call, serviceUrl, goTo } = latchkey();
  const { applicationId, serviceToken } = seeded;
  const { below, oneOf } = dice(20_261_122);
  const pathOf = (segments: readonly string[]) =>
    `/${Array.from({ length: 1 + below(2) }, () => oneOf(segments)).join('/')}`;
  const methods = ['GET', 'POST', 'DELETE'] as const;
  const seen = { allowed: 0, refused: 0 };
  for (let round = 0; round < 3; round += 1) {
    const rules = Array.from({ length: 4 }, (): Rule => ({
      effect: below(4) === 0 ? 'deny' : 'allow',
      methods: below(3) === 0 ? ['*'] : [oneOf(methods)],
      path: `${pathOf(['v1', 'offers', '{id}', '*'])}${below(2) === 0 ? '/**' : ''}`,
    }));
    const { keyId, secret } = await makeKey(call, applicationId, rules, `Random ${String(round)}`);
    await goTo(`/keys/${keyId}?tab=scopes`);
    for (const method of methods) {
      await screen.getByRole('combobox', { name: 'Method' }).click();
      await screen.getByRole('option', { name: method, exact: true }).click();
      for (let one = 0; one < 4; one += 1) {
        const path = pathOf(['v1', 'offers', 'a', '7', 'v1', 'a%2Fb', 'A', '..']);
        const shown = await tryPath(screen, path);
        const { valid } = await decide(serviceUrl, serviceToken, { key: secret, method, path });
        expect(shown.includes('Allowed by rule'), `${method} ${path} with ${JSON.stringify(rules)}`).toBe(
          valid,
        );
        seen[valid ? 'allowed' : 'refused'] += 1;
      }
    }
  }
  // Dice that fall on one side only would show nothing.
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(5);
});

test('S06.2 and S06.3 rules are made with the keyboard alone; a group sets all that is shown and says when it is mixed', async () => {
  const { screen, call } = latchkey();
  const { applicationId } = seeded;
  const { keyId } = await makeKey(call, applicationId, []);
  await latchkey().goTo(`/keys/${keyId}?tab=scopes`);
  await edit(screen);
  const group = screen.getByRole('row', { name: /^Inventory/ });
  const ofGroup = group.getByRole('checkbox').first();
  await ofGroup.focus();
  await screen.keyboard.press('Space');
  await expect(ofGroup).toHaveAttribute('aria-checked', 'true');
  await expect(screen.getByRole('checkbox', { name: /^GET \/inventory\/\{id\}/ })).toHaveAttribute(
    'aria-checked',
    'true',
  );
  await expect(screen.getByRole('checkbox', { name: /^GET \/inventory \(/ })).toHaveAttribute(
    'aria-checked',
    'true',
  );
  await screen.getByRole('checkbox', { name: /^GET \/inventory\/\{id\}/ }).focus();
  await screen.keyboard.press('Space');
  await screen.keyboard.press('Space');
  await expect(ofGroup).toHaveAttribute('aria-checked', 'mixed');
  // The row of a path at once, then the column.
  await screen.keyboard.press('Shift+Space');
  await expect(screen.getByRole('checkbox', { name: /^PUT \/inventory\/\{id\}/ })).toHaveAttribute(
    'aria-checked',
    'true',
  );
  await screen.getByRole('textbox', { name: 'New rule' }).focus();
  for (const line of ['GET inventory', 'GET /inventory/**', 'deny DELETE /v1/**']) {
    await screen.keyboard.press('ControlOrMeta+A');
    await screen.keyboard.type(line);
    await screen.keyboard.press('Enter');
  }
  const save = screen.getByRole('button', { name: 'Save scopes' });
  await save.focus();
  await screen.keyboard.press('Enter');
  await expect(screen.getByRole('button', { name: 'Edit scopes' })).toBeVisible();
  const saved = await call('keys.get', { keyId });
  expect(saved.rules).toContainEqual(allow('/inventory/**', 'GET'));
  expect(saved.rules).toContainEqual({ effect: 'deny', methods: ['DELETE'], path: '/v1/**' });
});

test('S06.5 and S06.6 a replay counts what the log counts; dropping what was never used changes the catalogue and no request', async () => {
  const { screen, call, serviceUrl } = latchkey();
  const { applicationId, serviceToken } = seeded;
  const own = [allow('/inventory/**', 'GET'), allow('/offers', 'GET'), allow('/orders', 'POST')];
  const { keyId, secret } = await makeKey(call, applicationId, own);
  const asked = [
    ...Array.from({ length: 20 }, (_none, n) => ['GET', `/inventory/${String(n)}`] as const),
    ...Array.from({ length: 7 }, () => ['GET', '/offers'] as const),
    ...Array.from({ length: 4 }, () => ['POST', '/offers'] as const),
  ];
  for (const [method, path] of asked) await decide(serviceUrl, serviceToken, { key: secret, method, path });
  await latchkey().goTo(`/keys/${keyId}?tab=scopes`);
  await edit(screen);

  // Drop GET /offers: the direct count over the log is what would newly be refused.
  await screen.getByRole('button', { name: /^Remove rule 2/ }).click();
  await screen.getByRole('button', { name: 'Replay', exact: true }).click();
  const summary = screen.getByTestId('replay-summary');
  const direct = await call('requests.list', { filter: { keyId, code: 'VALID', pathContains: '/offers' } });
  await expect(summary).toHaveText(
    `${String(direct.items.length)} of 31 requests would be decided otherwise: 7 newly refused.`,
  );
  const changes = screen.getByRole('table', { name: 'What would change' });
  await expect(changes.getByRole('row', { name: /GET \/offers.*Allowed.*Not in scope.*7/ })).toBeVisible();

  // What traffic suggests: the rule that lacks, and the one that nobody used. Neither loses a request.
  await screen.getByRole('button', { name: 'Cancel' }).click();
  await edit(screen);
  await screen.getByRole('button', { name: 'Look at the traffic' }).click();
  await expect(screen.getByTestId('suggestions-basis')).toHaveText('From 31 requests.');
  const catalogue = screen.getByRole('region', { name: 'What this allows' }).getByRole('status').first();
  const before = (await catalogue.textContent()) ?? '';
  await screen.getByRole('button', { name: 'Drop rule POST /orders' }).click();
  await screen.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(summary).toHaveText('None of 31 requests would be decided otherwise.');
  await expect(catalogue).not.toHaveText(before);
  await screen.getByRole('button', { name: 'Add rule POST /offers' }).click();
  await expect(screen.getByText('The draft changed since. Replay again.')).toBeVisible();
  await screen.getByRole('button', { name: 'Replay again' }).click();
  await expect(summary).toHaveText('4 of 31 requests would be decided otherwise: 4 newly allowed.');

  // Leaving with unsaved edits asks first, and staying keeps them.
  await screen.getByRole('tab', { name: 'Secrets' }).click();
  const question = screen.getByRole('alertdialog', { name: 'Leave without saving?' });
  await question.getByRole('button', { name: 'Keep editing' }).click();
  await expect(screen.getByText('Not saved yet.')).toBeVisible();
  await screen.getByRole('button', { name: 'Save scopes' }).click();
  await expect(screen.getByRole('button', { name: 'Edit scopes' })).toBeVisible();
  const { code } = await decide(serviceUrl, serviceToken, { key: secret, method: 'POST', path: '/offers' });
  expect(code).toBe('VALID');

  // The result is found again by the address that its job gives.
  const { items } = await call('jobs.list', {});
  expect(items).toHaveLength(3);
  await latchkey().goTo(items[2]?.result?.page ?? '');
  await expect(summary).toHaveText('7 of 31 requests would be decided otherwise: 7 newly refused.');
});

test('a limit that fits the traffic is half as much again as its peak; it goes to the draft, can be left out, and is saved', async () => {
  const { screen, call, serviceUrl, goTo } = latchkey();
  const { applicationId, serviceToken } = seeded;
  const { keyId, secret } = await makeKey(call, applicationId, [allow('/**', 'GET')], 'Steady');
  let left = 100;
  // A busy machine may turn some away; those are sent again.
  while (left > 0) {
    const answer = await fetch(`${serviceUrl}/v1/verify/batch`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${serviceToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ items: Array(left).fill({ key: secret, method: 'GET', path: '/inventory/1' }) }),
    });
    const { items } = (await answer.json()) as { readonly items?: readonly { readonly valid?: boolean }[] };
    left -= (items ?? []).filter(({ valid }) => valid === true).length;
  }
  await goTo(`/keys/${keyId}?tab=scopes`);
  await edit(screen);
  await screen.getByRole('button', { name: 'Look at the traffic' }).click();
  await expect(screen.getByText('half as much again as the most that passed')).toContainText(
    /: 100, .*There is no limit now\./,
  );
  const drafted = screen.getByText('New limit in this draft: 150 per minute');
  await screen.getByRole('button', { name: 'Set limit' }).click();
  await expect(drafted).toBeVisible();
  await screen.getByRole('button', { name: 'Leave the limit' }).click();
  await expect(drafted).toHaveCount(0);
  await screen.getByRole('button', { name: 'Set limit' }).click();
  await screen.getByRole('button', { name: 'Save scopes' }).click();
  await expect(screen.getByRole('button', { name: 'Edit scopes' })).toBeVisible();
  expect((await call('keys.get', { keyId })).rateLimit).toEqual({ limit: 150, windowMs: 60_000 });
});

test('limits, addresses and expiry are replayed in the dialog that changes them; the catalogue that moved on is pointed out', async () => {
  const { screen, call, serviceUrl } = latchkey();
  const { applicationId, serviceId, serviceToken, keyId: scopedKeyId } = seeded;
  const { keyId, secret } = await makeKey(call, applicationId, [allow('/**', 'GET')]);
  for (let n = 0; n < 12; n += 1) {
    await decide(serviceUrl, serviceToken, {
      key: secret,
      method: 'GET',
      path: '/inventory/1',
      clientIp: '203.0.113.9',
    });
  }
  await latchkey().goTo(`/keys/${keyId}`);
  await screen.getByRole('button', { name: 'Edit…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Edit Replay me' });
  await dialog.getByRole('textbox', { name: 'Rate limit' }).fill('5');
  await dialog.getByRole('textbox', { name: 'Rate limit' }).blur();
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(dialog.getByTestId('replay-summary')).toHaveText(
    '7 of 12 requests would be decided otherwise: 7 newly refused.',
  );
  await expect(dialog.getByRole('list', { name: 'What this replay cannot know' })).toContainText(
    'Limits were counted again',
  );
  await dialog.getByRole('textbox', { name: 'Rate limit' }).fill('');
  await dialog.getByRole('textbox', { name: 'Rate limit' }).blur();
  const addresses = dialog.getByRole('textbox', { name: 'Allowed addresses' });
  const again = async (text: string, reason: RegExp | null) => {
    await dialog.getByRole('heading', { name: 'Edit Replay me' }).click();
    await dialog.getByRole('button', { name: /^Replay( again)?$/ }).click();
    await expect(dialog.getByTestId('replay-summary')).toHaveText(text);
    if (reason === null) return;
    const change = dialog.getByRole('table', { name: 'What would change' }).getByRole('row').nth(1);
    await expect(change).toHaveText(reason);
  };
  await addresses.fill('203.0.113.0/29');
  await again(
    '12 of 12 requests would be decided otherwise: 12 newly refused.',
    /GET \/inventory\/\{id\}.*AllowedAddress refused12/,
  );
  await addresses.fill('203.0.113.0/24');
  await again('None of 12 requests would be decided otherwise.', null);
  await dialog.getByRole('checkbox', { name: 'Never expires' }).uncheck();
  await dialog.getByLabel('Expires', { exact: true }).fill('2026-01-01T00:00');
  await again(
    '12 of 12 requests would be decided otherwise: 12 newly refused.',
    /GET \/inventory\/\{id\}.*AllowedExpired12/,
  );
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // Drift: an endpoint came later, and the one that a scope speaks of went.
  await call('endpoints.add', { serviceId, method: 'GET', path: '/returns' });
  const { items } = await call('endpoints.list', { serviceId });
  for (const endpoint of items) {
    if (endpoint.path.startsWith('/inventory')) await call('endpoints.delete', { endpointId: endpoint.id });
  }
  await latchkey().goTo(`/keys/${scopedKeyId}?tab=scopes`);
  await expect(screen.getByTestId('rule-drift')).toHaveText(
    'GET /inventory/** (inventory:read) matches no endpoint of the catalogue.',
  );
  await screen.getByText('1 endpoint new since the last edit').click();
  await expect(screen.getByRole('list', { name: 'New endpoints' })).toHaveText('GET /returns denied');
});

test('a catalogue of 2,500 endpoints is picked from with fewer than 80 rows in the page', async () => {
  const { screen, call } = latchkey();
  const { applicationId, serviceId } = seeded;
  const lines = Array.from({ length: 2_500 }, (_none, n) => `GET /bulk${String(n % 50)}/r${String(n)}`).join(
    '\n',
  );
  await call('endpoints.import', { serviceId, lines });
  const { keyId } = await makeKey(call, applicationId, []);
  await latchkey().goTo(`/keys/${keyId}?tab=scopes`);
  await edit(screen);
  const grid = screen.getByRole('grid', { name: 'Endpoints' });
  await expect(grid).toHaveAttribute('data-row-count', /^2[5-6]\d\d$/);
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  await grid.getByRole('rowheader').first().focus();
  await screen.keyboard.press('ControlOrMeta+End');
  const rows = Number(await grid.getAttribute('data-row-count'));
  await expect(grid.locator(`[aria-rowindex="${String(rows + 1)}"]`)).toBeVisible();
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
});

/** Dice that fall the same way in every run. */
function dice(seed: number): {
  readonly below: (count: number) => number;
  readonly oneOf: <T>(from: readonly T[]) => T;
} {
  let state = seed;
  const below = (count: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  return { below, oneOf: (from) => from[below(from.length)] as (typeof from)[number] };
}
