import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopLink } from '#contract/bridge.ts';

/** What menus and tray can ask for. */
export interface MenuActions {
  /** Shows the window at a route of the page. */
  readonly go: (route: string) => void;
  readonly copyServiceUrl: () => void;
  readonly openLink: (link: DesktopLink) => void;
  readonly quit: () => void;
}

const PLACES = [
  ['Overview', '/'],
  ['Keys', '/keys'],
  ['Requests', '/requests'],
  ['Partners', '/partners'],
  ['Services', '/services'],
  ['Audit', '/audit'],
] as const;

/** The menu bar. */
export function menuTemplate(actions: MenuActions): MenuItemConstructorOptions[] {
  const place = (label: string, route: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => {
      actions.go(route);
    },
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  return [
    {
      label: 'File',
      submenu: [
        place('New key…', '/keys/new', 'CmdOrCtrl+N'),
        place('Settings', '/settings', 'CmdOrCtrl+,'),
        { type: 'separator' },
        { label: 'Quit Latchkey', accelerator: 'CmdOrCtrl+Q', click: actions.quit },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    {
      label: 'Go',
      submenu: PLACES.map(([label, route], index) => place(label, route, `CmdOrCtrl+${String(index + 1)}`)),
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        {
          label: 'Documentation',
          click: () => {
            actions.openLink('docs');
          },
        },
        {
          label: 'Releases',
          click: () => {
            actions.openLink('releases');
          },
        },
      ],
    },
  ];
}

/** The tray's menu; its first line says whether services can verify. `serviceUrl` is null while the listener is down. */
export function trayTemplate(actions: MenuActions, serviceUrl: string | null): MenuItemConstructorOptions[] {
  return [
    { label: serviceUrl === null ? 'Not verifying' : `Verifying at ${serviceUrl}`, enabled: false },
    { type: 'separator' },
    {
      label: 'Open Latchkey',
      click: () => {
        actions.go('');
      },
    },
    {
      label: 'New key…',
      click: () => {
        actions.go('/keys/new');
      },
    },
    { label: 'Copy verification address', enabled: serviceUrl !== null, click: actions.copyServiceUrl },
    { type: 'separator' },
    { label: 'Quit Latchkey', click: actions.quit },
  ];
}
