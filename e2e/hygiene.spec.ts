import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { KeyId } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const DAY_MS = 86_400_000;
const KINDS = [
  'sharing',
  'nearExpiry',
  'overScoped',
  'neverUsed',
  'idle',
  'noExpiry',
  'noLimit',
  'missingContact',
];
const RULES = ['/inventory/**', '/offers/**'].map((path) => ({
  effect: 'allow' as const,
  methods: ['GET' as const],
  path,
}));

let trade: SeededTrade;
/** By name. */
const keyIds: Record<string, KeyId> = {};
const latchkey = shareLatchkey(() => Promise.resolve(), {
  lived: async ({ call, serviceUrl }) => {
    trade = await seedTrade(call, serviceUrl);
    const kiosk = {
      partnerId: trade.partnerId,
      name: 'Kiosk',
      slug: 'kiosk',
      contactEmail: 'k@acme.example',
    };
    const { id: kioskId } = await call('applications.create', kiosk);
    for (const [name, applicationId, days, policy] of [
      ['Ends soon', trade.applicationId, 3, { scopeIds: [trade.readScopeId] }],
      ['Terminal', kioskId, 200, { scopeIds: [trade.readScopeId] }],
      ['Too much', trade.applicationId, 90, { rules: RULES }],
    ] as const) {
      const { key, secret } = await call('keys.create', {
        ...{ applicationId, name, environment: 'live', expiresAt: Date.now() + days * DAY_MS },
        ...policy,
      });
      keyIds[name] = key.keyId;
      if (name !== 'Too much') continue;
      for (let n = 0; n < 25; n += 1)
        await verify(serviceUrl, trade.serviceToken, { key: secret, method: 'GET', path: '/inventory/1' });
    }
  },
  // As an import of long ago left it: nothing of today lets a contact be empty.
  aged: (dataDirectory) => {
    const store = new Database(join(dataDirectory, 'keys.db'));
    store.prepare(`UPDATE applications SET contact_email = '' WHERE slug = 'kiosk'`).run();
    store.close();
  },
});

/** One kind of the board, as soon as it counts so many keys. */
async function sectionOf(kind: string, count: number) {
  const section = latchkey().screen.locator(`[data-kind="${kind}"]`);
  await expect(section).toHaveAttribute('data-count', String(count));
  return section;
}

test('every figure of the board is the number of rows behind its link', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/hygiene');
  await expect(screen.getByRole('heading', { level: 1, name: 'Hygiene' })).toBeVisible();
  const counts: Record<string, number> = {};
  for (const kind of KINDS) {
    const section = screen.locator(`[data-kind="${kind}"]`);
    await expect(section).toHaveAttribute('data-count', /^\d+$/);
    const count = Number(await section.getAttribute('data-count'));
    counts[kind] = count;
    const link = section.getByRole('link', { name: /^Show / });
    if (count === 0) {
      await expect(link).toHaveCount(0);
      continue;
    }
    await link.click();
    await expect(screen.getByRole('grid', { name: 'Keys' })).toHaveAttribute('aria-rowcount', String(count));
    await goTo('/hygiene');
  }
  expect(counts).toEqual({
    ...{ sharing: 0, nearExpiry: 1, overScoped: 1, neverUsed: 2, idle: 0 },
    ...{ noExpiry: 1, noLimit: 4, missingContact: 1 },
  });
  await (await sectionOf('neverUsed', 2)).getByRole('link', { name: 'By person' }).click();
  const people = screen.getByRole('table', { name: 'People with keys that were never used' });
  const nobody = people.getByRole('row', { name: /nobody is known/ });
  await expect(nobody).toContainText('none of 1 key');
  await expect(nobody.getByRole('link', { name: 'Terminal' })).toBeVisible();
  await goTo('/hygiene');
});

test('kinds that only the log knows are told to be read, beside figures that are known, and fill in by themselves', async () => {
  const { screen, goTo } = latchkey();
  let answers = 0;
  await screen.route('**/api/hygiene.board', async (route) => {
    const answer = await route.fetch();
    answers += 1;
    // As while a month of requests is read for the first time.
    const text = (await answer.text()).replace(
      /("kind":"overScoped","count":)\d+,"missing":null/,
      '$1null,"missing":"reading"',
    );
    await route.fulfill({ response: answer, ...(answers > 2 ? {} : { body: text }) });
  });
  await goTo('/keys');
  await goTo('/hygiene');
  const section = screen.locator('[data-kind="overScoped"]');
  await screen.reload();
  await expect(section).toContainText('Being read from the request log. The figure comes by itself.');
  await expect(screen.locator('[data-kind="noLimit"]')).toHaveAttribute('data-count', '4');
  await expect(section).toHaveAttribute('data-count', '1');
  await expect(section).toContainText('Too much');
  await screen.unroute('**/api/hygiene.board');
});

test('a contact that is missing is set in place', async () => {
  const { screen, call, goTo } = latchkey();
  await goTo('/hygiene');
  await (await sectionOf('missingContact', 1)).getByRole('button', { name: 'Set contacts…' }).click();
  const field = screen.getByRole('textbox', { name: 'Acme / Kiosk' });
  await field.fill('nobody');
  await field.press('Enter');
  await expect(screen.getByText('Enter an e-mail address.')).toBeVisible();
  await field.fill('team@acme.example');
  await field.press('Enter');
  await sectionOf('missingContact', 0);
  const { applicationId } = await call('keys.get', { keyId: keyIds['Terminal'] ?? '' });
  expect((await call('applications.get', { applicationId })).contactEmail).toBe('team@acme.example');
});

for (const [kind, remedy, submit, done, count] of [
  ['noExpiry', 'Give an expiry…', 'Give an expiry to 1 key', '1 key is extended.', 1],
  ['nearExpiry', 'Extend…', 'Extend 1 key', '1 key is extended.', 1],
  ['neverUsed', 'Suspend…', 'Suspend 2 keys', '2 keys are suspended.', 2],
] as const)
  test(`the remedy “${remedy}” is one click and a confirmation away, and one Undo takes it back`, async () => {
    const { screen, call, goTo } = latchkey();
    const states = () =>
      Promise.all(
        Object.values({ ...keyIds, seeded: trade.keyId }).map(async (keyId) => {
          const { status, expiresAt } = await call('keys.get', { keyId });
          return { status, expiresAt };
        }),
      );
    const before = await states();
    await goTo('/hygiene');
    await (await sectionOf(kind, count)).getByRole('button', { name: remedy }).click();
    await screen.getByRole('dialog').getByRole('button', { name: submit }).click();
    const toast = screen.getByRole('dialog').filter({ hasText: done });
    await expect(toast).toBeVisible();
    await sectionOf(kind, 0);
    const after = await states();
    expect(after.filter((state, index) => state.status !== before[index]?.status)).toHaveLength(
      kind === 'neverUsed' ? count : 0,
    );
    expect(after.filter((state, index) => state.expiresAt !== before[index]?.expiresAt)).toHaveLength(
      kind === 'neverUsed' ? 0 : count,
    );
    await toast.getByRole('button', { name: 'Undo' }).click();
    await sectionOf(kind, count);
    expect(await states()).toEqual(before);
  });

test('keys without a limit are put on a plan from the board', async () => {
  const { screen, call, goTo } = latchkey();
  await call('plans.create', { name: 'Small', quota: { limit: 1_000, period: 'day' } });
  await goTo('/hygiene');
  await (await sectionOf('noLimit', 4)).getByRole('button', { name: 'Put on a plan…' }).click();
  const dialog = screen.getByRole('dialog', { name: 'Put 4 keys on a plan' });
  await dialog.getByRole('button', { name: 'Change 4 keys' }).click();
  await expect(dialog.getByText('Choose a plan.')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Plan' }).click();
  await screen.getByRole('option', { name: 'Small' }).click();
  await dialog.getByRole('button', { name: 'Change 4 keys' }).click();
  await sectionOf('noLimit', 0);
});

test('a key that is granted too much loses its unused rules after a replay without them, and one Undo gives them back', async () => {
  const { screen, call, goTo } = latchkey();
  const keyId = keyIds['Too much'] ?? '';
  await goTo('/hygiene');
  const section = await sectionOf('overScoped', 1);
  await section.getByRole('button', { name: 'Remove unused rules of Too much…' }).click();
  const dialog = screen.getByRole('dialog', { name: /unused/ });
  await expect(dialog.getByRole('checkbox', { name: 'GET /offers/**' })).toBeChecked();
  await expect(dialog.getByTestId('replay-summary')).toContainText('25');
  await dialog.getByRole('button', { name: 'Remove 1 grant' }).click();
  await sectionOf('overScoped', 0);
  expect((await call('keys.get', { keyId })).rules).toEqual(RULES.slice(0, 1));
  const toast = screen.getByRole('dialog').filter({ hasText: '1 unused grant removed from Too much.' });
  await toast.getByRole('button', { name: 'Undo' }).click();
  await sectionOf('overScoped', 1);
  expect((await call('keys.get', { keyId })).rules).toEqual(RULES);
});

test('the monthly report is chosen by month, has the figures of the board, is saved as Markdown, and prints without the rest', async () => {
  const { screen, goTo, call } = latchkey();
  await goTo('/overview');
  await screen.getByRole('link', { name: 'Monthly report' }).click();
  const paper = screen.getByRole('article', { name: 'Monthly report' });
  const wrong = paper.getByRole('table', { name: 'Keys by what is wrong' });
  const board = await call('hygiene.board', {});
  const neverUsed = String(board.items.find(({ kind }) => kind === 'neverUsed')?.count);
  await expect(wrong.getByRole('row', { name: `Never used ${neverUsed}` })).toBeVisible();
  await expect(paper.getByRole('table', { name: 'Most used keys' })).toContainText('Too much');
  await expect(paper.getByRole('region', { name: /^Keys of Kiosk/ })).toContainText(
    'Contact: team@acme.example',
  );
  const month = screen.getByRole('combobox', { name: 'Month' });
  await month.click();
  const chosen = screen.getByRole('option').first();
  const name = (await chosen.textContent()) ?? '';
  await chosen.click();
  await expect(screen.getByRole('heading', { level: 1, name: `API keys in ${name}` })).toBeVisible();
  const download = screen.waitForEvent('download');
  await screen.getByRole('button', { name: 'Save Markdown' }).click();
  const markdown = readFileSync(await (await download).path(), 'utf8');
  expect(markdown).toContain(`# API keys in ${name}`);
  await screen.emulateMedia({ media: 'print' });
  await expect(month).toBeHidden();
  await expect(screen.getByRole('link', { name: 'Monthly report' })).toBeHidden();
  await expect(wrong).toBeVisible();
  await screen.emulateMedia({ media: null });
});
