import type { Page } from 'playwright/test';
import { ACTION_IDS, actionSpec, type ActionId } from '#contract/actions.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

/** Shows the page on which an action's control is visible. */
async function showTwin(
  goTo: (route: string) => Promise<void>,
  id: ActionId,
  { keyId }: SeededTrade,
): Promise<void> {
  await goTo(actionSpec(id).where.page.replace('{keyId}', keyId));
}

const heading = (screen: Page) => screen.getByRole('heading', { level: 1 });

test('every action of the catalogue has a control on screen that does the same', async () => {
  test.setTimeout(120_000);
  const { screen, goTo } = latchkey();
  let shown = '';
  for (const id of [...ACTION_IDS].toSorted((a, b) =>
    actionSpec(a).where.page.localeCompare(actionSpec(b).where.page),
  )) {
    const { page, role, name } = actionSpec(id).where;
    if (page !== shown) await showTwin(goTo, id, seeded);
    shown = page;
    await expect
      .soft(screen.getByRole(role, { name }).first(), `${id}: ${role} “${name}” on ${page}`)
      .toBeVisible();
  }
});

test('shortcuts do what their tooltips and the help sheet say, also while a list has the focus', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/keys');
  await screen.getByRole('grid', { name: 'Keys' }).focus();
  for (const [keys, title] of [
    ['g r', 'Requests'],
    ['g p', 'Partners'],
    ['g e', 'Services'],
    ['g u', 'Audit trail'],
    ['g o', 'Overview'],
    ['g s', 'Settings'],
    ['g k', 'Keys'],
  ] as const) {
    for (const key of keys.split(' ')) await screen.keyboard.press(key);
    await expect(heading(screen)).toHaveText(title);
    await expect(screen).toHaveTitle(new RegExp(`^${title}`));
  }
  await screen.keyboard.press('?');
  const help = screen.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help.getByText('Rotate key')).toBeVisible();
  // In a dialog only its own keys work.
  await screen.keyboard.press('c');
  await expect(help).toBeVisible();
  await screen.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await screen.keyboard.press('c');
  await expect(heading(screen)).toHaveText('Create key');
  await screen.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Keys' }).hover();
  await expect(screen.getByRole('tooltip')).toHaveText(/Keys.*g k/);
});

test('single keys are inert while a person types', async () => {
  const { screen, goTo } = latchkey();
  await goTo('/partners');
  await screen.keyboard.press('/');
  await goTo('/keys');
  const find = screen.getByRole('searchbox', { name: 'Find a key' });
  await screen.keyboard.press('/');
  await expect(find).toBeFocused();
  await screen.keyboard.type('cgkt?[');
  await expect(find).toHaveValue('cgkt?[');
  await expect(heading(screen)).toHaveText('Keys');
  await expect(screen.getByRole('dialog')).toHaveCount(0);
});

test('the key that is shown is rotated, suspended and revoked with its shortcuts, with the same dialogs as its buttons', async () => {
  const { screen, goTo } = latchkey();
  const { keyId } = seeded;
  for (const route of [`/keys/${keyId}`, `/keys?key=${keyId}`]) {
    await goTo(route);
    for (const [key, title] of [
      ['r', /Rotate/],
      ['s', /Suspend/],
      ['Shift+Delete', /Revoke/],
    ] as const) {
      await screen.keyboard.press(key);
      const dialog = screen.getByRole('dialog').or(screen.getByRole('alertdialog'));
      await expect(dialog).toContainText(title);
      await screen.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    }
  }
});

test('the panes fold and come back, stay folded after a reload, and F6 goes round the window both ways', async () => {
  const { screen, goTo } = latchkey();
  const { keyId } = seeded;
  await goTo(`/keys?key=${keyId}`);
  const inspector = screen.getByRole('complementary');
  await expect(inspector).toBeVisible();
  const rail = screen.getByRole('navigation', { name: 'Main' });
  const width = async () => (await rail.boundingBox())?.width ?? 0;
  expect(await width()).toBe(204);
  await screen.keyboard.press('[');
  await screen.keyboard.press(']');
  await expect.poll(width).toBe(48);
  await expect(inspector).toBeHidden();
  await screen.reload();
  await expect(screen.getByRole('button', { name: 'Show inspector' })).toBeVisible();
  expect(await width()).toBe(48);
  await expect(rail.getByRole('link', { name: 'Requests', exact: true })).toBeVisible();
  await screen.keyboard.press(']');
  await screen.keyboard.press('[');
  await expect(inspector).toBeVisible();
  await expect.poll(width).toBe(204);
  const focused = () => screen.evaluate(() => document.activeElement?.tagName.toLowerCase());
  await screen.locator('body').press('F6');
  const round: (string | undefined)[] = [];
  for (let step = 0; step < 5; step += 1) {
    round.push(await focused());
    await screen.keyboard.press('F6');
  }
  expect(new Set(round)).toEqual(new Set(['header', 'nav', 'main', 'aside', 'footer']));
  const here = await focused();
  await screen.keyboard.press('F6');
  await screen.keyboard.press('Shift+F6');
  expect(await focused()).toBe(here);
});
