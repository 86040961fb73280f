import type { MenuItemConstructorOptions } from 'electron';
import type { ActionId, ActionMenu } from '#contract/actions.ts';
import type { DesktopLink } from '#contract/bridge.ts';
import { menuLines } from '#contract/menus.ts';

/** What menus and tray can ask for. */
export interface MenuActions {
  /** Shows the window, at a route of the page or where it is. */
  readonly go: (route?: string) => void;
  /** Shows the window and does there what the page's own control would do. */
  readonly act: (action: ActionId) => void;
  readonly copyServiceUrl: () => void;
  readonly openLink: (link: DesktopLink) => void;
  readonly quit: () => void;
}

type Item = MenuItemConstructorOptions;
const LINE: Item = { type: 'separator' };
const ZOOM = (['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const).map((role): Item => ({
  role,
}));
const item = (label: string, click: () => void, more: Item = {}): Item => ({ label, click, ...more });

/** The menu bar: the catalogue's actions beside what the system has for every program. */
export function menuTemplate({ act, openLink, quit }: MenuActions, platform: NodeJS.Platform): Item[] {
  const lines = (menu: ActionMenu): Item[] =>
    menuLines(menu).flatMap(({ action, label, accelerator, beginsGroup }) => {
      const line = item(label, () => void act(action), accelerator === undefined ? {} : { accelerator });
      return beginsGroup ? [LINE, line] : [line];
    });
  const end = [LINE, item('Quit Latchkey', quit, { accelerator: 'CmdOrCtrl+Q' })];
  const link = (label: string, name: DesktopLink): Item => item(label, () => void openLink(name));
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies Item] : []),
    { label: 'File', submenu: [...lines('File'), ...(isMac ? [] : end)] },
    { role: 'editMenu' },
    { label: 'View', submenu: [...lines('View'), LINE, ...ZOOM] },
    { label: 'Go', submenu: lines('Go') },
    { label: 'Key', submenu: lines('Key') },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [...lines('Help'), LINE, link('Documentation', 'docs'), link('Releases', 'releases')],
    },
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
