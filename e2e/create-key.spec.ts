import type { KeyId } from '#contract/ids.ts';
import { expect, test } from './fixtures.ts';
import { RevealDialog } from './pages/reveal-dialog.ts';
import { seedTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const latchkey = shareLatchkey(async ({ app }) => {
  await seedTrade(app.call, app.serviceUrl);
});

const submit = () => latchkey().screen.getByRole('main').getByRole('button', { name: 'Create key' });
const name = () =>
  latchkey().screen.getByRole('region', { name: 'Who' }).getByRole('textbox', { name: 'Name', exact: true });

/** An empty form: a draft of a test before is thrown away. */
async function startForm(): Promise<void> {
  const { screen, goTo } = latchkey();
  await goTo('/keys/new');
  const again = screen.getByRole('button', { name: 'Start over' });
  if (await again.isVisible()) await again.click();
  await expect(again).toHaveCount(0);
}

async function chooseApplication(): Promise<void> {
  const { screen } = latchkey();
  await screen.getByRole('combobox', { name: 'Application' }).click();
  await screen.getByRole('option', { name: /Data feed/ }).click();
}

test('S05.2 each mistake is announced, stands at its field, and the first field has the focus', async () => {
  const { screen } = latchkey();
  await startForm();
  await screen.getByRole('textbox', { name: 'Tags' }).fill('not,a"tag');
  await submit().click();
  const summary = screen.getByRole('alert').filter({ hasText: 'missing or wrong' });
  for (const field of ['Application', 'Name', 'Tags']) {
    await expect(summary.getByRole('button', { name: new RegExp(`^${field}`) })).toBeVisible();
  }
  await expect(screen.getByRole('combobox', { name: 'Application' })).toBeFocused();
  for (const field of [name(), screen.getByRole('textbox', { name: 'Tags' })]) {
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    const said = await field.getAttribute('aria-describedby');
    const texts = (said ?? '').split(' ').map((id) => screen.locator(`[id="${id}"]`));
    await expect(texts.at(-1) ?? name()).not.toBeEmpty();
  }
  await summary.getByRole('button', { name: /^Tags/ }).click();
  await expect(screen.getByRole('textbox', { name: 'Tags' })).toBeFocused();
});

test('S05.3 and S05.4 a double click makes one key, and its page says of the scopes what the form said', async () => {
  const { screen, app } = latchkey();
  await startForm();
  await chooseApplication();
  await name().fill('Clicked twice');
  await screen.getByRole('checkbox', { name: 'inventory:read', exact: true }).check();
  const sentence = await screen.getByTestId('scope-sentence').innerText();
  await submit().dblclick();
  await new RevealDialog(screen).takeSecret();
  await expect(screen.getByRole('heading', { level: 1 })).toContainText('Clicked twice');
  const { items } = await app.call('keys.list', { filter: { text: 'Clicked twice' } });
  expect(items).toHaveLength(1);
  // What the server reads out of the key that was made: the words of the form are not the screen's own opinion.
  const { calls } = await app.call('passport.get', { keyId: items[0]?.keyId as KeyId });
  expect(calls.flatMap(({ mayNot }) => mayNot)).toEqual([]);
  const may = calls.flatMap((call) => call.may);
  expect(may.length).toBeGreaterThan(0);
  expect(sentence).toBe(`May call ${may.join(' and ')}. Everything else is refused.`);
  await screen.getByRole('tab', { name: 'Scopes' }).click();
  await expect(screen.getByText(sentence).first()).toBeVisible();
});

test('S05.5 a form that is filled in is left only when asked; on the way back and after a reload it is as it was', async () => {
  const { screen, goTo } = latchkey();
  await startForm();
  const partners = screen.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Partners' });
  await partners.click();
  await expect(screen.getByRole('heading', { level: 1 })).toHaveText('Partners');
  await screen.goBack();
  await name().fill('Half written');
  await partners.click();
  const question = screen.getByRole('alertdialog', { name: 'Leave the unfinished key?' });
  await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused();
  await screen.keyboard.press('Enter');
  await expect(question).toHaveCount(0);
  await expect(name()).toHaveValue('Half written');
  await partners.click();
  await question.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(screen.getByRole('heading', { level: 1 })).toHaveText('Partners');
  await goTo('/keys/new');
  await expect(name()).toHaveValue('Half written');
  await screen.reload();
  await expect(name()).toHaveValue('Half written');
  await startForm();
  await expect(name()).toHaveValue('');
});

test('S05.6 a key that never expires needs a reason, which is in the audit trail', async () => {
  const { screen, app } = latchkey();
  await startForm();
  await chooseApplication();
  await name().fill('Door sensor');
  await screen.getByRole('radio', { name: 'Never' }).check();
  await submit().click();
  const reason = screen.getByRole('textbox', { name: 'Why does it never expire?' });
  await expect(reason).toBeFocused();
  await reason.fill('Built into a wall');
  await submit().click();
  await new RevealDialog(screen).takeSecret();
  const { items } = await app.call('audit.list', { filter: { action: 'keys.create' } });
  expect(JSON.stringify(items[0])).toContain('Built into a wall');
});
