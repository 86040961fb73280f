import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { report, seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const HOUR_MS = 3_600_000;
const TEAMS = [
  { clientIp: '10.1.1.5', userAgent: 'node-fetch/3.1', path: '/inventory/parts/7' },
  { clientIp: '10.2.2.9', userAgent: 'python-requests/2.31', path: '/inventory/prices/9' },
] as const;

let trade: SeededTrade;
const latchkey = shareLatchkey(async ({ app }) => {
  trade = await seedTrade(app.call, app.serviceUrl);
  await app.call('settings.update', { publicUrl: 'https://keys.acme.example' });
  // Requests that were verified elsewhere come with their own times: two teams, in the same hours of four days.
  for (let index = 0; index < 28; index += 1) {
    for (const team of TEAMS) {
      await report(app.serviceUrl, trade.serviceToken, {
        keyId: trade.keyId,
        method: 'GET',
        responseStatus: 200,
        durationMs: 5,
        at: Date.now() - (index % 4) * 24 * HOUR_MS - (1 + (index >> 2)) * HOUR_MS,
        ...team,
      });
    }
  }
});

test('who uses a key can be called one party, with a reason: it is off the board, and back by one click', async () => {
  const { screen, goTo } = latchkey();
  await goTo(`/keys/${trade.keyId}/sharing`);
  await screen.getByRole('button', { name: 'This is one party…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Who uses Data feed production is one party' });
  await expect(dialog.getByRole('button', { name: 'Say so' })).toBeDisabled();
  await dialog.getByLabel('How you know').fill('Two teams of one office');
  await dialog.getByLabel('How you know').press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  const note = screen.getByRole('note', { name: 'Called one party' });
  await expect(note).toContainText('Two teams of one office');
  await expect(screen.getByRole('heading', { name: 'What helps' })).toHaveCount(0);
  expect((await new AxeBuilder({ page: screen }).analyze()).violations).toEqual([]);
  await goTo('/hygiene');
  await expect(screen.locator('[data-kind="sharing"]')).toHaveAttribute('data-count', '0');
  await goTo(`/keys/${trade.keyId}/sharing`);
  await note.getByRole('button', { name: 'Look at it again' }).click();
  await expect(note).toHaveCount(0);
  await expect(screen.getByRole('heading', { name: 'What helps' })).toBeVisible();
});

test('from the suspicion to a split with what each party used, and to a handoff of each key; undone while nobody received one', async () => {
  const { screen, goTo, app } = latchkey();
  await goTo('/hygiene');
  const sharing = screen.locator('[data-kind="sharing"]');
  await expect(sharing).toContainText('Likely 2 parties');
  await sharing.getByRole('link', { name: 'Who uses Data feed production' }).click();
  await expect(
    screen.getByRole('heading', { level: 1, name: 'Who uses Data feed production' }),
  ).toBeVisible();
  const parties = screen.getByRole('list', { name: 'Parties' });
  await expect(parties.getByRole('heading', { name: /^Party [AB]$/ })).toHaveCount(2);
  await expect(parties).toContainText('it uses another program');
  await expect(screen.getByLabel('Note to the contact', { exact: true })).toContainText(
    'seems to be used by 2 parties',
  );

  // Help first, then friction, and the police last.
  await expect(screen.getByRole('list', { name: 'What helps' }).getByRole('heading')).toHaveText([
    'Write to the contact',
    'Give each its own key',
    'Stop it, with a word to its callers',
    'They are one party',
  ]);

  const split = async () => {
    await screen.getByRole('button', { name: 'Split into 2 keys…' }).click();
    const dialog = screen.getByRole('dialog', { name: /^Split Data feed production/ });
    await expect(
      dialog.getByRole('checkbox', { name: 'Only what it called in the last 29 days' }),
    ).toHaveCount(2);
    await dialog.getByRole('checkbox', { name: 'Only from 1 network that it came from' }).first().click();
    await dialog.getByRole('textbox', { name: 'Name of the key for Party A' }).fill('Team one');
    await dialog.getByRole('textbox', { name: 'Name of the key for Party B' }).fill('Team two');
    await dialog.getByRole('button', { name: 'Make 2 keys' }).click();
    await expect(dialog).toHaveCount(0);
  };
  const table = screen.getByRole('table', { name: 'Keys of the split' });
  await split();
  await expect(table.getByText('nobody yet')).toHaveCount(2);
  await screen.getByRole('button', { name: 'Undo the split' }).click();
  await expect(table).toHaveCount(0);
  expect((await app.call('keys.get', { keyId: trade.keyId })).expiresAt).toBeNull();

  await split();
  for (const [name, to] of [
    ['Team one', 'Ann Archer'],
    ['Team two', 'Bob Baker'],
  ] as const) {
    await screen.getByRole('button', { name: `Hand off ${name}` }).click();
    await screen.getByLabel('Recipient', { exact: true }).fill(to);
    await screen.getByRole('button', { name: 'Make link and code' }).click();
    const ready = screen.getByRole('dialog', { name: `Ready for ${to}` });
    await ready.getByRole('checkbox', { name: 'I have both link and code' }).click();
    await ready.getByRole('button', { name: 'Done' }).click();
    await expect(table).toContainText(to);
  }

  const { items } = await app.call('keys.list', { filter: { text: 'Team', status: ['active'] } });
  expect(items.map(({ name }) => name)).toEqual(['Team one', 'Team two']);
  const keys = await Promise.all(items.map(({ keyId }) => app.call('keys.get', { keyId })));
  expect(keys.map(({ rules }) => rules.map(({ path }) => path)).sort()).toEqual([
    ['/inventory/parts/*'],
    ['/inventory/prices/*'],
  ]);
  expect(keys[0]?.ipAllow).toHaveLength(1);
  expect((await app.call('keys.get', { keyId: trade.keyId })).expiresAt).not.toBeNull();
});

test('the last remedy stops the key with a message that its callers read', async () => {
  const { screen, goTo, app } = latchkey();
  await goTo(`/keys/${trade.keyId}/sharing`);
  await screen.getByRole('button', { name: 'Suspend with a message…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Suspend Data feed production?' });
  await expect(dialog.getByLabel(/^Message to the caller/)).toHaveValue(
    /feed@acme\.example for a key of your own/,
  );
  await dialog.getByRole('button', { name: 'Suspend key' }).click();
  await expect(dialog).toHaveCount(0);
  const refused = await verify(app.serviceUrl, trade.serviceToken, {
    key: trade.secret,
    method: 'GET',
    path: '/inventory/1',
  });
  expect(refused).toMatchObject({ valid: false, code: 'SUSPENDED' });
  expect(refused.message).toContain('Ask feed@acme.example for a key of your own.');
});

test('another application’s name and an endpoint that is new are told on the request, the key and its page, with a question for the contact', async () => {
  const { screen, goTo, app } = latchkey();
  const { key, secret } = await app.call('keys.create', {
    applicationId: trade.applicationId,
    name: 'Night run',
    environment: 'live',
    scopeIds: [trade.readScopeId],
    expiresAt: null,
    noExpiryReason: 'Device',
    quota: { limit: 1_000, period: 'month' },
  });
  const { keyId } = key;
  for (let day = 2; day < 5; day += 1) {
    await report(app.serviceUrl, trade.serviceToken, {
      ...TEAMS[0],
      ...{ keyId, method: 'GET', responseStatus: 200, at: Date.now() - day * 24 * HOUR_MS },
    });
  }
  const asked = { ...TEAMS[1], key: secret, method: 'GET', tags: ['app=Billing/2.1'] };
  const { requestId } = await verify(app.serviceUrl, trade.serviceToken, asked);
  await expect
    .poll(async () => (await app.call('requests.list', { filter: { requestId } })).items.length, {
      timeout: 30_000,
    })
    .toBe(1);
  await goTo(`/requests/${requestId}`);
  await expect(screen.getByRole('region', { name: 'Facts' })).toContainText(
    'billing Not this key’s application',
  );
  // The log is asked anew after a write: what was kept of it may be older than these requests.
  await app.call('keys.update', { keyId, note: 'Runs at night' });
  await goTo(`/keys/${keyId}`);
  const facts = screen.getByRole('region', { name: 'Facts' });
  await expect(facts).toContainText('Too little data to say');
  await expect(facts).toContainText('requests called their application billing (1 request)');
  await facts.getByRole('link', { name: 'Who uses it, and what helps' }).click();
  const unusual = screen.getByRole('region', { name: 'Out of the ordinary' });
  await expect(unusual).toContainText('billing (1 request): that is not the application of this key');
  await expect(unusual).toContainText('GET /inventory/prices/* (1 request)');
  await expect(screen.getByLabel('Note to the contact', { exact: true })).toContainText(
    'If all of this is yours, tell us that, and nothing changes.',
  );
  await expect(screen.getByRole('button', { name: 'This is one party…' })).toHaveCount(0);
  expect((await new AxeBuilder({ page: screen }).analyze()).violations).toEqual([]);
});
