import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from './fixtures.ts';
import { shareLatchkey } from './shared-latchkey.ts';

const shared = shareLatchkey(() => Promise.resolve());

async function listenSomewhere(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function freePort(): Promise<number> {
  const { port, close } = await listenSomewhere();
  await close();
  return port;
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

test('S24.1 a port in use is told while it is typed, with another one to take', async () => {
  const { screen, goTo, serviceUrl } = shared();
  const other = await listenSomewhere();
  await goTo('/settings/server');
  const field = screen.getByLabel('Service port');
  await field.fill(String(other.port));
  await field.press('Tab');
  await expect(field).toHaveAccessibleDescription(new RegExp(`Port ${String(other.port)} is in use by`));
  await screen.getByRole('button', { name: /^Use \d+, which is free$/ }).click();
  await expect(field).toHaveAccessibleDescription(/is free/);
  await field.fill(String(other.port));
  await screen.getByRole('button', { name: 'Try these ports' }).click();
  await expect(field).toHaveAccessibleDescription(/is in use/);
  await other.close();
  await screen.getByRole('button', { name: 'Discard' }).click();
  await expect(field).toHaveValue(new URL(serviceUrl).port);
});

test('S24.1 a service port that is kept is the address that the screens tell', async () => {
  const { screen, goTo, serviceUrl } = shared();
  const to = await freePort();
  await goTo('/settings/server');
  await screen.getByLabel('Service port').fill(String(to));
  await screen.getByRole('button', { name: 'Try these ports' }).click();
  const dialog = screen.getByRole('alertdialog', { name: 'Keep the new ports?' });
  await expect(dialog).toContainText(`answered at port ${String(to)}`);
  expect([await answers(serviceUrl), await answers(`http://127.0.0.1:${String(to)}`)]).toEqual([true, true]);
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(dialog).toBeHidden();
  await expect(screen.getByRole('button', { name: 'Copy service address' })).toBeVisible();
  await expect(screen.getByText(`http://127.0.0.1:${String(to)}`, { exact: true }).first()).toBeVisible();
  await expect.poll(() => answers(serviceUrl)).toBe(false);
});

test('S24.2 a new admin port takes this page along; nobody keeps it, and the page comes back by itself', async () => {
  const { call, app, openOther } = shared();
  // Not the watched page: while its port is closed, it complains of that, and rightly.
  const screen = await openOther();
  const former = new URL(app.adminUrl);
  const to = await freePort();
  await screen.getByLabel('Admin port').fill(String(to));
  await screen.getByRole('button', { name: 'Try these ports' }).click();
  await screen.waitForURL(`http://127.0.0.1:${String(to)}/#/settings/server`);
  const dialog = screen.getByRole('alertdialog', { name: 'Keep the new ports?' });
  await expect(dialog).toContainText('where you are now');
  expect((await call('ports.get', {})).trial).toMatchObject({ isReached: true });
  // As it does by itself when the time is over.
  await call('ports.goBack', {});
  await screen.waitForURL(`${former.origin}/#/settings/server`);
  await expect(screen.getByLabel('Admin port')).toHaveValue(former.port);
  await expect(dialog).toBeHidden();
});

test('S24.1 an admin port that is kept from there is the only one, and the session goes on', async () => {
  const { app, screen: watched, openOther } = shared();
  const [screen, left] = [await openOther(), await openOther()];
  await watched.goto('about:blank');
  const to = await freePort();
  await screen.getByLabel('Admin port').fill(String(to));
  await screen.getByRole('button', { name: 'Try these ports' }).click();
  await screen.waitForURL(`http://127.0.0.1:${String(to)}/#/settings/server`);
  await screen
    .getByRole('alertdialog', { name: 'Keep the new ports?' })
    .getByRole('button', { name: 'Keep' })
    .click();
  await expect(screen.getByRole('alertdialog')).toBeHidden();
  await expect(left.getByRole('alertdialog', { name: 'Latchkey has moved' })).toBeVisible();
  await expect.poll(() => answers(app.adminUrl), { timeout: 10_000 }).toBe(false);
  await screen.reload();
  await expect(screen.getByLabel('Admin port')).toHaveValue(String(to));
});
