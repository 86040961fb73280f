import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from 'playwright/test';
import type { Bridge } from '#contract/bridge.ts';
import { CONCEALED_MARKS } from '#main/platform/secret-clipboard.ts';
import { fillLog } from './bench/fill-log.ts';
import { seedTrade } from './seed-trade.ts';
import { type DesktopApp, startDesktop } from './start-desktop.ts';
import { test as withFolder } from './fixtures.ts';

declare const latchkey: Bridge;

/** One application for all tests: each leaves it as it was, but for the last, which ends it. */
const test = withFolder.extend<object, { readonly desktop: DesktopApp }>({
  desktop: [
    async ({ browserName: _ }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
      const app = await startDesktop(join(folder, 'data'));
      await app.page.getByRole('heading', { level: 1 }).waitFor();
      await use(app);
      await app.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],
});

const addresses = ({ electron }: DesktopApp): Promise<string[]> =>
  electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.webContents.getURL()),
  );
const clipboardText = ({ electron }: DesktopApp): Promise<string> =>
  electron.evaluate(({ clipboard }) => clipboard.readText());
/** Where services verify now: a test moves it. */
const serviceUrlOf = async ({ call }: DesktopApp): Promise<string> =>
  (await call('system.status', {})).service.url ?? '';
const isWindowVisible = ({ electron }: DesktopApp): Promise<boolean> =>
  electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);
const clearSecret = (page: Page): Promise<boolean> => page.evaluate(() => latchkey.desktop.clearSecret());

test('the page gets two functions and the desktop powers, and nothing of Electron or Node', async ({
  desktop,
}) => {
  const seen = await desktop.page.evaluate(() => ({
    bridge: Object.keys(latchkey).toSorted(),
    powers: Object.keys(latchkey.desktop).toSorted(),
    isFrozen: Object.isFrozen(latchkey) && Object.isFrozen(latchkey.desktop),
    leaks: ['require', 'process', 'module', 'ipcRenderer', 'electron', 'Buffer'].filter(
      (name) => name in window,
    ),
  }));
  expect(seen).toEqual({
    bridge: ['call', 'desktop', 'subscribe'],
    powers: [
      'clearSecret',
      'copySecret',
      'copyText',
      'onAction',
      'onNavigate',
      'openLink',
      'protectScreen',
      'saveExport',
      'saveFile',
    ],
    isFrozen: true,
    leaks: [],
  });
});

test('the page comes from the bundle, never leaves it, opens nothing and is granted nothing', async ({
  desktop,
}) => {
  const { page } = desktop;
  const before = await addresses(desktop);
  expect(before[0]).toMatch(/^app:\/\/bundle\/index\.html/);
  await page.evaluate(() => void (location.href = 'https://evil.test/'));
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.open('https://evil.test/') === null)).toBe(true);
  await page.waitForTimeout(500);
  expect(await addresses(desktop)).toEqual(before);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'midi', 'clipboard-read'];
    const asked = names.map((name) => navigator.permissions.query({ name: name as PermissionName }));
    return (await Promise.all(asked)).map(({ state }) => state);
  });
  expect(states.filter((state) => state === 'granted')).toEqual([]);
});

test('no admin listener runs until the setting asks for one, and it goes with the setting', async ({
  desktop,
}) => {
  const { call } = desktop;
  const adminOf = async () => (await call('system.status', {})).admin;
  expect(await adminOf()).toEqual({ url: null, isListening: false });
  await call('settings.update', { adminHttpInDesktop: true });
  await expect.poll(async () => (await adminOf()).isListening).toBe(true);
  const { url } = await adminOf();
  expect((await fetch(`${url ?? ''}/api/keys.list`, { method: 'POST' })).ok).toBe(false);
  await call('settings.update', { adminHttpInDesktop: false });
  await expect.poll(async () => (await adminOf()).isListening).toBe(false);
  await expect(fetch(url ?? '')).rejects.toThrow();
});

test('a copied secret goes when asked and spares what somebody else copied', async ({ desktop }) => {
  const { page, electron } = desktop;
  const copy = () =>
    page.evaluate(() => latchkey.desktop.copySecret({ text: 'lk_live_x', clearAfterMs: 1_500 }));
  await copy();
  expect(await clipboardText(desktop)).toBe('lk_live_x');
  expect(await clearSecret(page)).toBe(true);
  expect(await clipboardText(desktop)).toBe('');
  await copy();
  await electron.evaluate(({ clipboard }) => clipboard.writeText('a shopping list'));
  await page.waitForTimeout(2_000);
  expect(await clipboardText(desktop)).toBe('a shopping list');
  await copy();
  await expect.poll(() => clipboardText(desktop)).toBe('');
});

test('S07.5 Copy key puts the secret on the clipboard in one write, with the mark that keeps clipboard managers away, and Clear now takes it off', async ({
  desktop,
}) => {
  const { page, electron, call, serviceUrl } = desktop;
  await seedTrade(call, serviceUrl);
  const writes = await electron.evaluateHandle(({ clipboard }) => {
    const seen: string[][] = [];
    const write = clipboard.write.bind(clipboard);
    clipboard.write = (items) => {
      seen.push(items.flatMap(({ types }) => types));
      return write(items);
    };
    return seen;
  });
  await page.getByRole('link', { name: 'Partners' }).click();
  await page.getByRole('banner').getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('combobox', { name: 'Application' }).fill('Data feed');
  await page.getByRole('option', { name: /^Data feed/ }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Concealed');
  await page.getByRole('checkbox', { name: 'inventory:read' }).check();
  await page.getByRole('main').getByRole('button', { name: 'Create key' }).click();
  const reveal = page.getByRole('dialog', { name: 'Key created' });
  await reveal.getByRole('button', { name: 'Copy key' }).click();
  await expect(reveal.getByText(/^Copied. Clipboard clears in/)).toBeVisible();
  const text = await clipboardText(desktop);
  expect(JSON.stringify(await call('keys.identify', { text }))).toContain('Concealed');
  const mark = CONCEALED_MARKS[process.platform] ?? '';
  const seen = await writes.jsonValue();
  expect(seen).toHaveLength(1);
  expect(seen[0]?.map((type) => (type.includes(mark) ? 'the mark' : type))).toEqual([
    'text/plain',
    'the mark',
  ]);
  await reveal.getByRole('button', { name: 'Clear now' }).click();
  await expect.poll(() => clipboardText(desktop)).toBe('');
  expect(await writes.jsonValue()).toHaveLength(1);
  await reveal.getByRole('checkbox', { name: /^I have stored/ }).check();
  await reveal.getByRole('button', { name: 'Done' }).click();
  await expect(reveal).toBeHidden();
});

test('a service port that is changed moves while the window stays, and the window tells the new address', async ({
  desktop,
}) => {
  const { page, call } = desktop;
  const serviceUrl = await serviceUrlOf(desktop);
  const before = await addresses(desktop);
  const { nextFree } = await call('ports.test', { port: Number(new URL(serviceUrl).port) });
  await page.evaluate(() => (location.hash = '#/settings/server'));
  await page.getByLabel('Service port').fill(String(nextFree));
  await page.getByRole('button', { name: 'Try these ports' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Keep the new ports?' });
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(dialog).toBeHidden();
  const { url } = (await call('system.status', {})).service;
  expect(url).toBe(`http://127.0.0.1:${String(nextFree)}`);
  expect((await fetch(`${url ?? ''}/readyz`)).status).toBe(200);
  await expect(fetch(`${serviceUrl}/readyz`)).rejects.toThrow();
  await expect(page.getByText(url ?? '', { exact: true }).first()).toBeVisible();
  const withoutRoute = (all: readonly string[]) => all.map((address) => address.split('#')[0]);
  expect(withoutRoute(await addresses(desktop))).toEqual(withoutRoute(before));
});

test('a file is saved where the person says, and nowhere when they cancel', async ({ desktop, folder }) => {
  const filePath = join(folder, 'audit.csv');
  const save = () =>
    desktop.page.evaluate(() => latchkey.desktop.saveFile({ fileName: 'audit.csv', content: 'a,b' }));
  await desktop.electron.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async () => ({ canceled: path === '', filePath: path });
  }, '');
  expect(await save()).toEqual({ path: null });
  await desktop.electron.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
  }, filePath);
  expect(await save()).toEqual({ path: filePath });
  expect(await readFile(filePath, 'utf8')).toBe('a,b');
});

test('an export of more rows than one answer may hold is saved where the person says', async ({ folder }) => {
  const data = join(folder, 'data');
  await (await startDesktop(data)).stop();
  fillLog(join(data, 'requests.db'), 60_000);
  const desktop = await startDesktop(data);
  const { page, electron, call } = desktop;
  const filePath = join(folder, 'all.csv');
  await electron.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
  }, filePath);
  await page.evaluate(() => (location.hash = '#/requests?range=all'));
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
  const newest = async () => (await call('jobs.list', {})).items[0];
  await expect.poll(async () => (await newest())?.state, { timeout: 30_000 }).toBe('done');
  expect(await newest()).toMatchObject({ kind: 'export', done: 60_000 });
  await page.getByRole('button', { name: 'Activity' }).click();
  await page.getByRole('button', { name: 'Save as…' }).click();
  await expect(page.getByText('The file was saved.')).toBeVisible();
  expect((await readFile(filePath, 'utf8')).trimEnd().split('\r\n')).toHaveLength(60_001);
  await desktop.stop();
});

test('the window is kept out of recordings only while a secret is on screen', async ({ desktop }) => {
  const isProtected = () =>
    desktop.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isContentProtected());
  const protect = (on: boolean) =>
    desktop.page.evaluate((value) => latchkey.desktop.protectScreen(value), on);
  expect(await isProtected()).toBe(false);
  await protect(true);
  expect(await isProtected()).toBe(true);
  await protect(false);
  expect(await isProtected()).toBe(false);
  await desktop.call('settings.update', { screenshotProtection: false });
  await protect(true);
  expect(await isProtected()).toBe(false);
  await desktop.call('settings.update', { screenshotProtection: true });
});

test('closing the window keeps services verifying; the menu brings it back where one wants', async ({
  desktop,
}) => {
  const { electron, page } = desktop;
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  expect(await isWindowVisible(desktop)).toBe(false);
  expect((await fetch(`${await serviceUrlOf(desktop)}/readyz`)).status).toBe(200);
  await electron.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
    items.find((item) => item.label === 'Audit trail')?.click();
  });
  expect(await isWindowVisible(desktop)).toBe(true);
  await expect(page.getByRole('heading', { level: 1, name: 'Audit trail' })).toBeVisible();
});

test('closing the window ends everything when it should not stay in the background', async ({ desktop }) => {
  const serviceUrl = await serviceUrlOf(desktop);
  expect((await fetch(`${serviceUrl}/readyz`)).status).toBe(200);
  await desktop.call('settings.update', { closeToBackground: false });
  const ended = new Promise<number | null>((resolve) => desktop.electron.process().once('exit', resolve));
  await desktop.electron
    .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    .catch(() => undefined);
  expect(await ended).toBe(0);
  await expect(fetch(`${serviceUrl}/readyz`)).rejects.toThrow();
});
