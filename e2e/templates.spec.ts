import type { KeyId } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import { RevealDialog } from './pages/reveal-dialog.ts';
import { seedTrade, verify, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let seeded: SeededTrade;
const shared = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

test('S05.1 a key of the template “Read-only data feed” needs a name and an application, and works as it says', async () => {
  const latchkey = shared();
  const { screen } = latchkey;
  const { serviceToken } = seeded;
  await latchkey.goTo('/keys/new');
  await screen.getByRole('combobox', { name: 'Template' }).click();
  await screen.getByRole('option', { name: /^Read-only data feed/ }).click();
  await screen.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option').first().click();
  await screen.getByRole('textbox', { name: 'Name' }).fill('Feed reader');
  await screen.getByRole('button', { name: 'Create key' }).last().click();
  const secret = await new RevealDialog(screen).takeSecret();
  const ask = (method: string) =>
    verify(latchkey.serviceUrl, serviceToken, { key: secret, method, path: '/inventory/42' });
  expect((await ask('GET')).code).toBe('VALID');
  expect((await ask('POST')).code).not.toBe('VALID');
  const { items } = await latchkey.call('keys.list', { filter: { text: 'Feed reader' } });
  const key = await latchkey.call('keys.get', { keyId: items[0]?.keyId ?? '' });
  expect(key.template).toMatchObject({ name: 'Read-only data feed', drift: [] });
});

test('S22.2 and S22.3 changing a template changes no key; drift is shown, and applying it to three of five changes three', async () => {
  const latchkey = shared();
  const { screen } = latchkey;
  const { applicationId } = seeded;
  const template = await latchkey.call('templates.create', {
    name: 'Partner feed',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
    expiresInMs: 30 * 86_400_000,
  });
  const keyIds: KeyId[] = [];
  for (const name of ['Key A', 'Key B', 'Key C', 'Key D', 'Key E']) {
    const input = { templateId: template.id, applicationId, name, environment: 'live' } as const;
    keyIds.push((await latchkey.call('keys.createFromTemplate', input)).key.keyId);
  }
  await latchkey.goTo('/templates');
  await screen.getByRole('row', { name: /Partner feed/ }).click();
  await expect(screen.getByText('None of its keys differs.')).toBeVisible();
  await screen.getByRole('textbox', { name: 'Rate limit' }).fill('120');
  await screen.getByRole('textbox', { name: 'Rate limit' }).blur();
  await expect(
    screen.getByText('5 of 5 keys would differ from the template as it is typed: rate limit in 5.'),
  ).toBeVisible();
  await expect(screen.getByRole('button', { name: 'Apply to keys' })).toBeDisabled();
  await screen.getByRole('button', { name: 'Save template' }).click();
  await expect(screen.getByText('5 of 5 keys differ from the template: rate limit in 5.')).toBeVisible();
  expect((await latchkey.call('keys.get', { keyId: keyIds[0] ?? '' })).rateLimit).toBeNull();
  const rowOf = (name: string) => screen.getByRole('row', { name });
  for (const name of ['Key A', 'Key C', 'Key E']) await rowOf(name).getByRole('checkbox').click();
  await screen.getByRole('button', { name: 'Apply to 3 keys' }).click();
  await expect(screen.getByText('2 of 5 keys differ from the template: rate limit in 2.')).toBeVisible();
  const limits = await Promise.all(
    keyIds.map(async (keyId) => (await latchkey.call('keys.get', { keyId })).rateLimit?.limit ?? null),
  );
  expect(limits).toEqual([120, null, 120, null, 120]);
  const { items } = await latchkey.call('audit.list', { filter: { action: 'keys.update' } });
  expect(items.map(({ subject }) => subject.id).toSorted()).toEqual(
    [keyIds[0], keyIds[2], keyIds[4]].toSorted(),
  );
});

test('S22 a template of 120 keys is previewed on all of them, given to all but one in one go, and taken back in one go', async () => {
  const latchkey = shared();
  const { screen } = latchkey;
  const { applicationId, serviceToken } = seeded;
  const template = await latchkey.call('templates.create', {
    name: 'Fleet',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/**' }],
    expiresInMs: 30 * 86_400_000,
  });
  const keyIds: KeyId[] = [];
  let last = '';
  const make = async (number: number) => {
    const name = `Device ${String(number).padStart(3, '0')}`;
    const input = { templateId: template.id, applicationId, name, environment: 'live' } as const;
    const made = await latchkey.call('keys.createFromTemplate', input);
    keyIds.push(made.key.keyId);
    last = made.secret ?? '';
  };
  for (let from = 0; from < 120; from += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, index) => make(from + index)));
  }
  for (let n = 0; n < 3; n += 1)
    await verify(latchkey.serviceUrl, serviceToken, {
      key: last,
      method: 'GET',
      path: `/offers/${String(n)}`,
    });
  await latchkey.goTo(`/templates/${template.id}`);
  await expect(screen.getByText('None of its keys differs.')).toBeVisible();
  const grid = screen.getByRole('grid', { name: 'Keys of this template' });
  await expect(grid).toHaveAttribute('aria-rowcount', '120');
  expect(await grid.getByTestId('row').count()).toBeLessThan(80);
  await screen.getByRole('textbox', { name: 'Rate limit' }).fill('2');
  await screen.getByRole('textbox', { name: 'Rate limit' }).blur();
  await expect(screen.getByTestId('drift-summary')).toContainText('120 of 120 keys would differ');
  // What it would have refused, of all 120: before anything is saved.
  await screen.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(screen.getByTestId('replay-summary')).toContainText('1 of 3 requests');
  await screen.getByRole('button', { name: 'Save template' }).click();
  await expect(screen.getByTestId('drift-summary')).toContainText('120 of 120 keys differ from the template');
  await screen.getByRole('checkbox', { name: 'All that differ (120)' }).check();
  await grid.getByTestId('row').nth(1).getByRole('checkbox').click();
  await screen.getByRole('button', { name: 'Apply to 119 keys' }).click();
  const note = screen.getByRole('region', { name: 'Change of its keys' });
  await expect(note).toContainText('119 keys changed as Fleet says');
  await expect(screen.getByTestId('drift-summary')).toContainText('1 of 120 keys differs');
  const given = (await Promise.all(keyIds.map((keyId) => latchkey.call('keys.get', { keyId })))).filter(
    ({ rateLimit }) => rateLimit?.limit === 2,
  );
  expect(given).toHaveLength(119);
  await screen.getByRole('checkbox', { name: 'List only those that differ' }).check();
  await expect(grid).toHaveAttribute('aria-rowcount', '1');
  await expect(grid.getByTestId('row')).toHaveCount(1);
  // Another look, as after a reload: it can still be taken back.
  await screen.reload();
  await note.getByRole('button', { name: 'Undo' }).click();
  await expect(note).toContainText('Taken back');
  await expect(screen.getByTestId('drift-summary')).toContainText('120 of 120 keys differ');
  expect((await latchkey.call('keys.get', { keyId: keyIds[9] ?? '' })).rateLimit).toBeNull();
});

test('S22.4 a template is copied, compared, archived and deleted; its keys stay as they are', async () => {
  const latchkey = shared();
  const { screen } = latchkey;
  const { applicationId, keyId } = seeded;
  // Out of a key.
  await latchkey.goTo(`/templates/new?key=${keyId}`);
  await screen.getByRole('textbox', { name: 'Name' }).first().fill('As that key');
  await screen.getByRole('button', { name: 'Create template' }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'As that key' })).toBeVisible();
  const { items } = await latchkey.call('templates.list', {});
  const made = items.find(({ name }) => name === 'As that key');
  const source = await latchkey.call('keys.get', { keyId });
  expect(made).toMatchObject({ scopeIds: source.scopeIds, rules: source.rules, quota: source.quota });
  // A copy, with what is wrong said at the field.
  await screen.getByRole('button', { name: 'Duplicate' }).click();
  await screen.getByRole('textbox', { name: 'Name' }).first().fill('As that key');
  await screen.getByRole('button', { name: 'Create template' }).click();
  await expect(screen.getByRole('alert').first()).toBeVisible();
  await screen.getByRole('textbox', { name: 'Name' }).first().fill('The copy');
  await screen.getByRole('checkbox', { name: 'Issuers may use it' }).check();
  await screen.getByRole('button', { name: 'Create template' }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'The copy' })).toBeVisible();
  // Side by side.
  await latchkey.goTo('/templates/compare');
  await screen.getByRole('combobox', { name: 'First' }).click();
  await screen.getByRole('option', { name: 'As that key' }).click();
  await expect(screen.getByRole('listbox')).toHaveCount(0);
  await screen.getByRole('combobox', { name: 'Second' }).click();
  await screen.getByRole('option', { name: 'The copy' }).click();
  const differing = screen.getByRole('row').filter({ hasText: 'differs' });
  await expect(differing).toHaveCount(1);
  await expect(differing).toContainText('may use it');
  // Its key outlives it.
  const copy = (await latchkey.call('templates.list', {})).items.find(({ name }) => name === 'The copy');
  const { key } = await latchkey.call('keys.createFromTemplate', {
    templateId: copy?.id ?? '',
    applicationId,
    name: 'Outlives it',
    environment: 'live',
  });
  await latchkey.goTo(`/templates/${copy?.id ?? ''}`);
  await screen.getByRole('button', { name: 'Archive' }).click();
  await expect(screen.getByRole('button', { name: 'Create key from it' })).toBeDisabled();
  await screen.getByRole('button', { name: 'Delete…' }).click();
  await expect(screen.getByRole('alertdialog')).toContainText('Keeps 1 key exactly as now');
  await screen.getByRole('button', { name: 'Delete template' }).click();
  await expect(screen.getByRole('heading', { level: 1, name: 'Templates' })).toBeVisible();
  expect(await latchkey.call('keys.get', { keyId: key.keyId })).toMatchObject({
    template: null,
    rules: key.rules,
    status: 'active',
  });
});
