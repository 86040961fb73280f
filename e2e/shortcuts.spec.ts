import type { Page } from 'playwright/test';
import { ACTION_IDS, actionSpec, type ActionId } from '#contract/actions.ts';
import { expect, test } from './fixtures.ts';
import { seedTrade, type SeededTrade } from './seed-trade.ts';
import { shareLatchkey } from './shared-latchkey.ts';

let seeded: SeededTrade;
const latchkey = shareLatchkey(async ({ call, serviceUrl }) => {
  seeded = await seedTrade(call, serviceUrl);
});

const heading = (screen: Page) => screen.getByRole('heading', { level: 1 });

/** What opens over a page; notes in its corner go by themselves. */
const LAYERS = '[role="dialog"]:not([aria-modal="false"]), [role="alertdialog"], [role="menu"]';

/** Going to where one is does nothing. */
const ELSEWHERE: Partial<Record<ActionId, string>> = {
  'go.keys': '/partners',
  'settings.server': '/settings/about',
};
const routeOf = (id: ActionId) => ELSEWHERE[id] ?? actionSpec(id).where.page.replace('{keyId}', seeded.keyId);

test('S25.1 every action of the catalogue has a control on screen that does the same', async () => {
  test.setTimeout(240_000);
  const { screen } = latchkey();
  for (const id of ACTION_IDS.toSorted((a, b) => routeOf(a).localeCompare(routeOf(b))))
    await test.step(id, () => (actionSpec(id).where.role === 'link' ? leadsToPlace(id) : doesTheSame(id)));
  await back(screen, '/keys');
});

/** A link leads from any page that has it to its place, and so does the action. */
async function leadsToPlace(id: ActionId): Promise<void> {
  const { screen } = latchkey();
  // Keys that are pressed while the palette still leaves are its own.
  await screen.waitForFunction((layers) => document.querySelector(layers) === null, LAYERS);
  const link = twinOf(screen, id);
  const isHere = (await link.isVisible()) && (await link.getAttribute('aria-current')) === null;
  if (!isHere) await back(screen, routeOf(id));
  await screen.evaluate(leaveField);
  const before = await screen.evaluate(lookOfPage, LAYERS);
  const place = await link.evaluate((anchor: HTMLAnchorElement) => anchor.hash);
  await start(screen, id);
  // Some pages put the cursor into a field when they are there: the next keys would be written into it.
  await effectAfter(before, id);
  // Some places lead on to their first part.
  await expect.poll(() => screen.evaluate(() => location.hash), `${id} leads to ${place}`).toContain(place);
}

/** What the control does, the action does too. */
async function doesTheSame(id: ActionId): Promise<void> {
  const { screen } = latchkey();
  const { role, name } = actionSpec(id).where;
  await back(screen, routeOf(id));
  if (role === 'radio' || id.startsWith('range.')) {
    // Of a choice another one is taken first, or nothing would happen.
    await (role === 'radio' ? otherChoice(screen, name) : otherRange(screen, name)).click();
    await start(screen, id);
    await expect(twinOf(screen, id)).toHaveAttribute(
      role === 'radio' ? 'aria-checked' : 'aria-pressed',
      'true',
    );
    return;
  }
  const before = await screen.evaluate(lookOfPage, LAYERS);
  await twinOf(screen, id).click();
  const wanted = await effectAfter(before, `the control of ${id}`);
  await back(screen, routeOf(id));
  const from = await screen.evaluate(lookOfPage, LAYERS);
  await start(screen, id);
  // What goes on and off goes off again, where leaving has not put it off.
  expect.soft(await effectAfter(from, id), id).toBe(from === before ? wanted : before);
}

const twinOf = (screen: Page, id: ActionId) => {
  const { role, name } = actionSpec(id).where;
  return screen.getByRole(role, { name }).filter({ visible: true }).first();
};

/** By its shortcut; from the palette where it has none. */
async function start(screen: Page, id: ActionId): Promise<void> {
  const { keys, label } = actionSpec(id);
  if (keys !== null) {
    for (const key of keys.split(' ')) await screen.keyboard.press(pressed(key));
    return;
  }
  await screen.keyboard.press('Control+k');
  await expect(screen.getByRole('combobox', { name: /^Search keys/ })).toBeFocused();
  await screen.keyboard.insertText(`${id.startsWith('settings.') ? '/' : '>'}${label}`);
  await expect(screen.getByRole('option', { selected: true })).toContainText(label);
  await screen.keyboard.press('Enter');
}

/** The page as it was: nothing open over it. */
async function back(screen: Page, route: string): Promise<void> {
  for (let left = await screen.locator(LAYERS).count(); left > 0; left -= 1)
    await screen.keyboard.press('Escape');
  await screen.waitForFunction((layers) => document.querySelector(layers) === null, LAYERS);
  await latchkey().goTo(route);
  await screen.evaluate(leaveField);
}

/** What is other than `before`, as soon as it stays the same for a moment. */
async function effectAfter(before: string, step: string): Promise<string> {
  const { screen } = latchkey();
  let seen = before;
  const isSettled = async () => {
    const former = seen;
    seen = await screen.evaluate(lookOfPage, LAYERS);
    return seen !== before && seen === former;
  };
  await expect.poll(isSettled, { intervals: [40], message: `${step} has an effect` }).toBe(true);
  return seen;
}

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

test('the key in the inspector is rotated, suspended and revoked with the shortcuts of its page', async () => {
  const { screen, goTo } = latchkey();
  await goTo(`/keys?key=${seeded.keyId}`);
  await screen.evaluate(leaveField);
  for (const [key, title] of [
    ['r', /Rotate/],
    ['s', /Suspend/],
    ['Shift+Delete', /Revoke/],
  ] as const) {
    await screen.keyboard.press(key);
    const dialog = screen.getByRole('dialog').or(screen.getByRole('alertdialog'));
    await expect(dialog).toContainText(title);
    await screen.keyboard.press('Escape');
    // While it leaves, keys are still for it.
    await expect(dialog).toHaveCount(0);
  }
});

test('S25.3 S24.6 on the focused row of a list the shortcuts are those that the person chose, and single keys do nothing when switched off', async () => {
  const { screen, goTo, call } = latchkey();
  await call('keys.create', {
    applicationId: seeded.applicationId,
    name: 'Data feed trial',
    environment: 'live',
    scopeIds: [],
    expiresAt: null,
    noExpiryReason: 'Two rows to move between.',
  });
  const list = screen.getByRole('grid', { name: 'Keys' });
  const dialog = screen.getByRole('dialog').or(screen.getByRole('alertdialog'));
  const toRow = async () => {
    await goTo('/keys');
    await list.focus();
    await screen.keyboard.press('Home');
    await expect(list).toHaveAttribute('aria-activedescendant', /-0$/);
  };
  const opens = async (key: string, title: RegExp) => {
    await screen.keyboard.press(key);
    await expect(dialog).toContainText(title);
    await screen.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(list).toBeFocused();
  };
  await toRow();
  await opens('s', /Suspend/);
  await opens('r', /Rotate/);
  await opens('Shift+Delete', /Revoke/);
  await screen.keyboard.press('.');
  await expect(screen.getByRole('menuitem', { name: 'Copy key id' })).toBeVisible();
  await screen.keyboard.press('Escape');
  await expect(screen.getByRole('menu')).toHaveCount(0);
  await list.focus();
  for (const key of ['Shift+F10', 'ContextMenu']) {
    await screen.keyboard.press(key);
    await expect(screen.getByRole('menuitem', { name: /^Rotate/ })).toBeVisible();
    await screen.keyboard.press('Escape');
    await expect(screen.getByRole('menu')).toHaveCount(0);
    await list.focus();
  }
  const other = list.getByTestId('row').filter({ hasText: 'Data feed trial' });
  await other.click({ button: 'right', position: { x: 300, y: 12 } });
  await expect(screen.getByRole('menu')).toBeVisible();
  await screen.getByRole('menuitem', { name: /^Suspend/ }).click();
  await expect(dialog).toContainText(/Suspend Data feed trial/);
  await screen.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await list.focus();
  await screen.keyboard.press('e');
  await expect(dialog).toContainText(/^Edit /);
  await screen.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  await goTo('/settings/keyboard');
  await screen.getByRole('button', { name: 'Change the shortcut of Revoke key' }).click();
  await screen.keyboard.press('Alt+y');
  const revoking = screen.getByRole('listitem').filter({ hasText: /^Revoke key/ });
  await expect(revoking.locator('kbd')).toHaveText(['Alt', 'Y']);
  await toRow();
  await screen.keyboard.press('Shift+Delete');
  await opens('r', /Rotate/);
  await opens('Alt+y', /Revoke/);

  await goTo('/settings/keyboard');
  const single = screen.getByRole('switch', { name: 'Single keys' });
  await single.click();
  await toRow();
  for (const key of ['s', 'r', 'e', '.', 'x', 'j', 'k']) await screen.keyboard.press(key);
  await opens('Alt+y', /Revoke/);
  await expect(heading(screen)).toHaveText('Keys');
  await expect(screen.getByRole('menu')).toHaveCount(0);
  await expect(list.getByRole('checkbox', { checked: true })).toHaveCount(0);
  await expect(list).toHaveAttribute('aria-activedescendant', /-0$/);
  await screen.keyboard.press('ArrowDown');
  await expect(list).toHaveAttribute('aria-activedescendant', /-1$/);
  await goTo('/settings/keyboard');
  await screen.getByRole('button', { name: 'Restore all defaults' }).click();
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

/** `mod+k` as Playwright names it. */
const pressed = (keys: string) =>
  keys.replace('mod', 'Control').replace('shift', 'Shift').replace('delete', 'Delete');

/** Another theme, or another density. */
const otherChoice = (screen: Page, name: string) => {
  const isTheme = ['As the system', 'Light', 'Dark'].includes(name);
  const [one, other] = isTheme ? ['Light', 'Dark'] : ['Compact', 'Comfortable'];
  return screen.getByRole('radio', { name: name === one ? other : one, exact: true });
};

const otherRange = (screen: Page, name: string) =>
  screen
    .getByRole('group', { name: 'Time range' })
    .getByRole('button', { name: name === '7 days' ? '30 days' : '7 days' });

/** Runs in the page: single keys are for the page, and not for a field of it. */
function leaveField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Runs in the page: where it is, what is open over it, and what is switched on. */
function lookOfPage(layers: string): string {
  const shown = (query: string) =>
    [...document.querySelectorAll<HTMLElement>(query)].filter((element) => element.checkVisibility());
  const open = shown(layers).map((element) => `${element.role ?? ''} ${element.innerText.slice(0, 60)}`);
  const { activeElement } = document;
  const field =
    activeElement?.matches('input') === true
      ? (activeElement.getAttribute('aria-label') ?? activeElement.id)
      : '';
  return JSON.stringify({
    place: location.hash,
    html: [...document.documentElement.attributes].map(({ name, value }) => `${name}=${value}`),
    open,
    field,
    pressed: shown('[aria-pressed="true"]:not([aria-label="Show series"] *)').map(
      ({ innerText }) => innerText,
    ),
    wide: [document.querySelector('nav')?.clientWidth, shown('aside').length, shown('header').length],
    zone: shown('footer button')
      .map((element) => element.getAttribute('aria-label') ?? element.innerText)
      .filter((text) => /zone/.test(text)),
  });
}
