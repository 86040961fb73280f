/** Groups of actions, in the order in which the palette and the help sheet show them. */
export const ACTION_GROUPS = ['This page', 'Create', 'Go to', 'View', 'Settings', 'Help'] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

/** Menus of the desktop shell that list actions. */
export const ACTION_MENUS = ['File', 'View', 'Go', 'Key', 'Help'] as const;
export type ActionMenu = (typeof ACTION_MENUS)[number];

/** The control that does the same: nothing is only in the palette or only on the keyboard. */
export interface VisibleTwin {
  /** A route that shows it; `{keyId}` stands for a key. */
  readonly page: string;
  readonly role: 'button' | 'link' | 'radio' | 'searchbox' | 'combobox' | 'tab' | 'checkbox' | 'grid';
  /** Its accessible name, or the part of it that stays the same. */
  readonly name: string;
}

/** What is known of an action before any page offers it. */
export interface ActionSpec {
  /** A verb, as on its button. */
  readonly label: string;
  readonly group: ActionGroup;
  /** Default shortcut: `c`, `g k` (one after the other), `mod+k` (Ctrl, or Command on a Mac), `shift+delete`; null: none. */
  readonly keys: string | null;
  readonly where: VisibleTwin;
  readonly menu?: ActionMenu;
  /** Shortcut of the desktop shell's menu, in Electron's words. */
  readonly accelerator?: string;
}

const rail = (name: string): VisibleTwin => ({ page: '/keys', role: 'link', name });
const setting = (section: string): ActionSpec => ({
  label: `Settings: ${section.toLowerCase()}`,
  group: 'Settings',
  keys: null,
  where: { page: '/settings/server', role: 'link', name: section },
});
const look = (name: string): VisibleTwin => ({ page: '/settings/appearance', role: 'radio', name });
const onKey = (name: string): VisibleTwin => ({ page: '/keys/{keyId}', role: 'button', name });
const onEvery = (name: string): VisibleTwin => ({ page: '/keys', role: 'button', name });

const range = (name: string, digit: string): ActionSpec => ({
  label: `Time range: ${name}`,
  group: 'This page',
  keys: digit,
  where: { page: '/overview', role: 'button', name },
});

const go = (label: string, letter: string, digit: number): ActionSpec => ({
  label,
  group: 'Go to',
  keys: `g ${letter}`,
  where: rail(label),
  menu: 'Go',
  accelerator: `CmdOrCtrl+${String(digit)}`,
});

/** Every action that the palette, the help sheet, tooltips and menus know. A page offers those it can do with `usePageActions`;
 *  a new one is one line here, with the control that does the same. Shortcuts are unlike each other over all pages, so that each
 *  can be learnt once. */
export const ACTIONS = {
  'key.rotate': {
    label: 'Rotate key',
    group: 'This page',
    keys: 'r',
    where: onKey('Rotate'),
    menu: 'Key',
  },
  'key.suspend': {
    label: 'Suspend key',
    group: 'This page',
    keys: 's',
    where: onKey('Suspend'),
    menu: 'Key',
  },
  'key.edit': { label: 'Edit key', group: 'This page', keys: 'e', where: onKey('Edit'), menu: 'Key' },
  'key.revoke': {
    label: 'Revoke key',
    group: 'This page',
    keys: 'shift+delete',
    where: onKey('Revoke'),
    menu: 'Key',
  },
  'key.handOff': {
    label: 'Hand off key',
    group: 'This page',
    keys: null,
    where: onKey('Hand off'),
    menu: 'Key',
  },
  'key.more': {
    label: 'More actions',
    group: 'This page',
    keys: '.',
    where: onKey('More actions'),
    menu: 'Key',
  },
  'view.find': {
    label: 'Filter this list',
    group: 'This page',
    keys: '/',
    where: { page: '/keys', role: 'searchbox', name: 'Find a key' },
    menu: 'View',
  },
  'requests.live': {
    label: 'Follow requests live',
    group: 'This page',
    keys: 'l',
    where: { page: '/requests', role: 'button', name: 'Live tail' },
    menu: 'View',
  },
  'requests.facets': {
    label: 'Show or hide facets',
    group: 'This page',
    keys: null,
    where: { page: '/requests', role: 'button', name: 'Facets' },
  },

  'range.hour': range('1 hour', '1'),
  'range.day': range('24 hours', '2'),
  'range.week': range('7 days', '3'),
  'range.month': range('30 days', '4'),
  'view.wall': {
    label: 'Wall mode',
    group: 'This page',
    keys: 'f',
    where: { page: '/overview/on-call', role: 'button', name: 'Wall mode' },
    menu: 'View',
  },

  'key.create': {
    label: 'Create key',
    group: 'Create',
    keys: 'c',
    where: onEvery('Create key'),
    menu: 'File',
    accelerator: 'CmdOrCtrl+N',
  },
  'key.import': {
    label: 'Import keys',
    group: 'Create',
    keys: null,
    where: rail('Import keys'),
    menu: 'File',
  },

  'handoff.issue': {
    label: 'Issue a key unseen',
    group: 'Create',
    keys: null,
    where: { page: '/handoffs', role: 'button', name: 'Issue unseen' },
    menu: 'File',
  },

  'go.overview': go('Overview', 'o', 1),
  'go.keys': go('Keys', 'k', 2),
  'go.requests': go('Requests', 'r', 3),
  'go.partners': go('Partners', 'p', 4),
  'go.services': go('Services', 'e', 5),
  'go.templates': go('Templates', 't', 6),
  'go.hygiene': go('Hygiene', 'h', 8),
  // h is for hygiene.
  'go.handoffs': go('Handoffs', 'f', 9),
  // Nine places have a digit.
  'go.accessRequests': {
    label: 'Key requests',
    group: 'Go to',
    keys: 'g q',
    where: rail('Key requests'),
    menu: 'Go',
  },
  'go.leaks': { label: 'Leaks', group: 'Go to', keys: 'g l', where: rail('Leaks'), menu: 'Go' },
  'go.audit': go('Audit trail', 'u', 7),
  'go.settings': {
    label: 'Settings',
    group: 'Go to',
    keys: 'g s',
    where: rail('Settings'),
    menu: 'File',
    accelerator: 'CmdOrCtrl+,',
  },

  'view.palette': {
    label: 'Search and commands',
    group: 'View',
    keys: 'mod+k',
    where: onEvery('Search keys, partners, requests, commands'),
    menu: 'View',
  },
  'view.activity': {
    label: 'Show activity',
    group: 'View',
    keys: null,
    where: onEvery('Activity'),
    menu: 'View',
  },
  'view.timeZone': {
    label: 'Switch between local time and UTC',
    group: 'View',
    keys: 't',
    where: onEvery('change time zone'),
    menu: 'View',
  },
  'view.rail': {
    label: 'Fold navigation',
    group: 'View',
    keys: '[',
    where: onEvery('Fold navigation'),
    menu: 'View',
  },
  'view.inspector': {
    label: 'Fold inspector',
    group: 'View',
    keys: ']',
    where: { page: '/keys?key={keyId}', role: 'button', name: 'Fold inspector' },
    menu: 'View',
  },
  'theme.system': {
    label: 'Theme as the system',
    group: 'View',
    keys: null,
    where: look('As the system'),
    menu: 'View',
  },
  'theme.light': { label: 'Light theme', group: 'View', keys: null, where: look('Light'), menu: 'View' },
  'theme.dark': { label: 'Dark theme', group: 'View', keys: null, where: look('Dark'), menu: 'View' },
  'density.compact': {
    label: 'Compact rows',
    group: 'View',
    keys: null,
    where: look('Compact'),
    menu: 'View',
  },
  'density.default': {
    label: 'Default rows',
    group: 'View',
    keys: null,
    where: look('Default'),
    menu: 'View',
  },
  'density.comfortable': {
    label: 'Comfortable rows',
    group: 'View',
    keys: null,
    where: look('Comfortable'),
    menu: 'View',
  },

  'settings.server': setting('Server'),
  'settings.protection': setting('Protection'),
  'settings.team': setting('Team'),
  'settings.notices': setting('Notices'),
  'settings.integrations': setting('Integrations'),
  'settings.plans': setting('Plans'),
  'settings.retention': setting('Retention'),
  'settings.backup': { ...setting('Backup'), menu: 'File' },
  'settings.appearance': setting('Appearance'),
  'settings.keyboard': setting('Keyboard'),
  'settings.about': { ...setting('About'), label: 'About Latchkey', menu: 'Help' },

  'help.shortcuts': {
    label: 'Keyboard shortcuts',
    group: 'Help',
    keys: '?',
    where: onEvery('Help'),
    menu: 'Help',
  },
} as const satisfies Record<string, ActionSpec>;

/** Name of an action. */
export type ActionId = keyof typeof ACTIONS;

/** Every action's name, in the order of the catalogue. */
export const ACTION_IDS = Object.keys(ACTIONS).filter((name): name is ActionId =>
  Object.hasOwn(ACTIONS, name),
);

/** What is known of an action, without the literal types of the catalogue. */
export function actionSpec(id: ActionId): ActionSpec {
  return ACTIONS[id];
}
