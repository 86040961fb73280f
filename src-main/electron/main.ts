import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import * as electron from 'electron';
import { readConfig } from '#main/config.ts';
import { createLogger } from '#main/platform/logger.ts';
import { keychainSecretStore } from '#main/platform/sealed-secret-store.ts';
import { SecretClipboard } from '#main/platform/secret-clipboard.ts';
import { StartError } from '#main/platform/start-error.ts';
import { type DesktopServer, serverArguments, startDesktopServer } from '#main/serve-desktop.ts';
import { APP_SCHEME, serveBundle } from './app-protocol.ts';
import { registerChannels } from './channels.ts';
import { concealedClipboard } from './clipboard.ts';
import { confineAll, confineSession } from './confine.ts';
import { desktopNotices } from './desktop-notices.ts';
import { type MenuActions, menuTemplate, trayTemplate } from './menu.ts';
import { openLink } from './powers.ts';
import { keychainSeal } from './safe-storage.ts';
import { openWindow, showWindow } from './window.ts';
import { SESSION_OPTIONS, SESSION_PARTITION } from './window-options.ts';

const { app, BrowserWindow, clipboard, ClipboardItem, dialog, ipcMain, Menu, nativeImage, powerMonitor } =
  electron;
const { Notification, protocol, safeStorage, session, shell, Tray } = electron;
const out = fileURLToPath(new URL('..', import.meta.url));
const uiDirectory = join(out, 'renderer');
const logger = createLogger();
const createRequestsWorker = (): Worker => new Worker(new URL('./requests-worker.js', import.meta.url));

protocol.registerSchemesAsPrivileged([APP_SCHEME]);
app.enableSandbox();
confineAll(app);
// No top-level await: Electron is not ready before this file has run to its end.
if (app.requestSingleInstanceLock()) void app.whenReady().then(openDesktop).catch(endWithMessage);
else app.quit();

async function openDesktop(): Promise<void> {
  const config = readConfig(serverArguments(process.argv), process.env);
  const seal = await keychainSeal(safeStorage);
  const secretStore = keychainSecretStore(config.dataDirectory, seal, logger.warn);
  const server = await startDesktopServer({ config, secretStore, logger, uiDirectory, createRequestsWorker });
  const { call, core } = server;
  confineSession(session.defaultSession);
  serveBundle(session.fromPartition(SESSION_PARTITION, SESSION_OPTIONS).protocol, uiDirectory);
  const secrets = new SecretClipboard(concealedClipboard(clipboard, ClipboardItem));
  const window = openWindow(BrowserWindow, app, {
    preload: join(out, 'preload', 'index.cjs'),
    staysInBackground: () => core.settings().closeToBackground,
  });
  const { settings, findExport } = core;
  registerChannels(ipcMain, { window, call, settings, findExport, secrets, clipboard, dialog, shell });
  core.subscribe((announcement) => {
    if (!window.isDestroyed()) window.webContents.send('announcement', announcement);
  });
  const actions: MenuActions = {
    go: (route) => void showWindow(window, route),
    act: (action) => void showWindow(window, undefined, action),
    copyServiceUrl: () => void clipboard.writeText(server.serviceUrl()),
    openLink: (link) => void openLink(shell, link),
    quit: () => void app.quit(),
  };
  const showNotice = desktopNotices(Notification, actions.go);
  if (showNotice !== null) core.setDesktop(showNotice);
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, process.platform)));
  const tray = new Tray(nativeImage.createFromPath(join(out, '..', 'resources', 'tray.png')));
  followServiceUrl(server, (serviceUrl) => {
    tray.setToolTip(`Latchkey verifies at ${serviceUrl}`);
    tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(actions, serviceUrl)));
  });
  app.on('second-instance', () => void showWindow(window));
  app.on('activate', () => void showWindow(window));
  powerMonitor.on('lock-screen', () => void secrets.clear());
  app.on('before-quit', (event) => {
    // Quitting waits for the clipboard and the store; `exit` then asks nobody again.
    event.preventDefault();
    void Promise.allSettled([secrets.clear(), server.close()]).then(() => {
      app.exit(0);
    });
  });
}

/** Tells the address now and whenever it is another one. */
function followServiceUrl({ core, serviceUrl }: DesktopServer, tell: (serviceUrl: string) => void): void {
  let told = serviceUrl();
  tell(told);
  core.subscribe(({ subjects }) => {
    if (!subjects.includes('status') || serviceUrl() === told) return;
    told = serviceUrl();
    tell(told);
  });
}

function endWithMessage(error: unknown): void {
  const isExpected = error instanceof StartError;
  if (!isExpected) logger.error('Latchkey could not start.', { error });
  dialog.showErrorBox('Latchkey cannot start', isExpected ? error.message : 'See the log for the reason.');
  app.exit(isExpected ? error.exitCode : 1);
}
