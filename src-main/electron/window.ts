import type { App, BrowserWindow } from 'electron';
import type { ActionId } from '#contract/actions.ts';
import { BUNDLE_URL, windowOptions } from './window-options.ts';

/** Opens the one window. `staysInBackground` is asked at each close: true hides the window and the server goes on. */
export function openWindow(
  Window: typeof BrowserWindow,
  app: Pick<App, 'isPackaged'>,
  options: { readonly preload: string; readonly staysInBackground: () => boolean },
): BrowserWindow {
  const window = new Window(windowOptions(options.preload, app.isPackaged));
  window.once('ready-to-show', () => void window.show());
  window.on('close', (event) => {
    if (!options.staysInBackground()) return;
    event.preventDefault();
    window.hide();
  });
  void window.loadURL(BUNDLE_URL);
  return window;
}

/** Brings the window back, at a route of the page or for an action of it when one is given. */
export function showWindow(window: BrowserWindow, route?: string, action?: ActionId): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
  if (route !== undefined) window.webContents.send('navigate', route);
  if (action !== undefined) window.webContents.send('action', action);
}
