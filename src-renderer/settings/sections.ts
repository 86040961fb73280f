import type { ActionId } from '#contract/actions.ts';

/** One section of the settings: its place in the address, its word, and the action that goes there. */
export interface SettingsSection {
  readonly name: string;
  readonly label: string;
  readonly action: ActionId;
}

/** The sections in the order in which they are listed. */
export const SETTINGS_SECTIONS = [
  { name: 'server', label: 'Server', action: 'settings.server' },
  { name: 'protection', label: 'Protection', action: 'settings.protection' },
  { name: 'access', label: 'Access', action: 'settings.access' },
  { name: 'plans', label: 'Plans', action: 'settings.plans' },
  { name: 'retention', label: 'Retention', action: 'settings.retention' },
  { name: 'backup', label: 'Backup', action: 'settings.backup' },
  { name: 'appearance', label: 'Appearance', action: 'settings.appearance' },
  { name: 'about', label: 'About', action: 'settings.about' },
] as const satisfies readonly SettingsSection[];

/** Name of a section, as in the address. */
export type SectionName = (typeof SETTINGS_SECTIONS)[number]['name'];
