import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopLink } from '#contract/bridge.ts';

/** What menus and tray can ask for. */
export interface MenuActions {
  /** Shows the window, at a route of the page or where it is. */
  readonly go: (route?: string) => void;
  readonly copyServiceUrl: () => void;
  readonly openLink: (link: DesktopLink) => void;
  readonly quit: () => void;
}

type Item = MenuItemConstructorOptions;
const PLACES = ['Overview', 'Keys', 'Requests', 'Partners', 'Services', 'Audit'];
const LINE: Item = { type: 'separator' };
const item = (label: string, click: () => void, more: Item = {}): Item => ({ label, click, ...more });

/** The menu bar. */
export function menuTemplate({ go, openLink, quit }: MenuActions): Item[] {
  const place = (label: string, route: string, key: string): Item =>
    item(label, () => void go(route), { accelerator: `CmdOrCtrl+${key}` });
  const places = PLACES.map((name, index) => place(name, `/${name.toLowerCase()}`, String(index + 1)));
  const file = [
    place('New key…', '/keys/new', 'N'),
    place('Settings', '/settings', ','),
    LINE,
    item('Quit Latchkey', quit, { accelerator: 'CmdOrCtrl+Q' }),
  ];
  const help = [
    item('Documentation', () => void openLink('docs')),
    item('Releases', () => void openLink('releases')),
  ];
  const view: Item[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
  ];
  return [
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { label: 'Go', submenu: places },
    { role: 'windowMenu' },
    { role: 'help', submenu: help },
  ];
}

/** The tray's menu; its first line says whether services can verify. `serviceUrl` is null while the listener is down. */
export function trayTemplate({ go, copyServiceUrl, quit }: MenuActions, serviceUrl: string | null): Item[] {
  return [
    { label: serviceUrl === null ? 'Not verifying' : `Verifying at ${serviceUrl}`, enabled: false },
    LINE,
    item('Open Latchkey', () => void go()),
    item('New key…', () => void go('/keys/new')),
    item('Copy verification address', copyServiceUrl, { enabled: serviceUrl !== null }),
    LINE,
    item('Quit Latchkey', quit),
  ];
}
