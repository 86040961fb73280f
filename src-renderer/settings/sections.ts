import type { ActionId } from '#contract/actions.ts';

/** One section of the settings: its place in the address, its word, and the action that goes there. */
export interface SettingsSection {
  readonly name: string;
  readonly label: string;
  readonly action: ActionId;
  /** What it holds, in the words that people look for. */
  readonly words: string;
}

/** The sections in the order in which they are listed. */
export const SETTINGS_SECTIONS = [
  {
    name: 'server',
    label: 'Server',
    action: 'settings.server',
    words: 'port address listener headers health lan network tls status',
  },
  {
    name: 'protection',
    label: 'Protection',
    action: 'settings.protection',
    words: 'limits signature throttle unknown keys memory block deny addresses networks sources ban',
  },
  {
    name: 'team',
    label: 'Team',
    action: 'settings.team',
    words: 'people access roles invite tokens browsers sessions pairing sign-in',
  },
  {
    name: 'notices',
    label: 'Notices',
    action: 'settings.notices',
    words: 'webhook e-mail mail smtp desktop alerts reminders deliveries',
  },
  {
    name: 'integrations',
    label: 'Integrations',
    action: 'settings.integrations',
    words: 'services gateways metrics prometheus scanner command line cli webhooks mail',
  },
  { name: 'plans', label: 'Plans', action: 'settings.plans', words: 'rate limit quota lifetime expiry tier' },
  {
    name: 'retention',
    label: 'Retention',
    action: 'settings.retention',
    words: 'days request log audit delete size disk growth compact vacuum',
  },
  { name: 'backup', label: 'Backup', action: 'settings.backup', words: 'folder schedule restore copy' },
  {
    name: 'appearance',
    label: 'Appearance',
    action: 'settings.appearance',
    words:
      'theme dark light density rows text size contrast motion patterns time zone utc language clipboard screenshots',
  },
  {
    name: 'keyboard',
    label: 'Keyboard',
    action: 'settings.keyboard',
    words: 'shortcuts keys remap single',
  },
  { name: 'about', label: 'About', action: 'settings.about', words: 'version licences diagnostics' },
] as const satisfies readonly SettingsSection[];

/** Name of a section, as in the address. */
export type SectionName = (typeof SETTINGS_SECTIONS)[number]['name'];
