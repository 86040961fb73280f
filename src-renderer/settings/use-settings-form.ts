import { useState } from 'react';
import { DEFAULT_SETTINGS, type Settings, type SettingsChange } from '#contract/settings.ts';
import { useUpdateSettings } from '#renderer/api/commands.ts';
import { count } from '#renderer/format/numbers.ts';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './settings.module.css';

/** Help and look of one field. */
interface FieldMark {
  readonly help: string | undefined;
  readonly className: string | undefined;
}

/** Draft of some settings over the saved ones. */
export interface SettingsForm {
  /** The saved settings with the draft on top. */
  readonly values: Settings;
  readonly set: (change: Partial<Settings>) => void;
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  readonly error: Error | null;
  readonly fieldError: (name: keyof Settings) => string | undefined;
  /** What the field of a setting shows beside its value: its help, and that it is not the default when it is not. */
  readonly mark: (name: keyof Settings, help?: string) => FieldMark;
  readonly save: () => void;
  readonly discard: () => void;
}

/** Edits settings and saves what differs; a refused change stays in the form. */
export function useSettingsForm(saved: Settings): SettingsForm {
  const update = useUpdateSettings();
  const { say } = useToasts();
  const [draft, setDraft] = useState<Partial<Settings>>({});
  const values: Settings = { ...saved, ...draft };
  const change = differing(values, saved);
  const save = async () => {
    const outcome = await update.run(change);
    if (!outcome.ok) return;
    setDraft({});
    say('Settings saved');
  };
  return {
    values,
    set: (next) => setDraft((former) => ({ ...former, ...next })),
    isChanged: Object.keys(change).length > 0,
    isSaving: update.isRunning,
    error: update.error,
    // `trustedProxies.1` is within the field trustedProxies.
    fieldError: (name) => update.error?.fields.find(({ path }) => path.split('.')[0] === name)?.message,
    mark: (name, help) => {
      if (isSame(values[name], DEFAULT_SETTINGS[name])) return { help, className: undefined };
      const changed = `Changed; the default is ${valueText(DEFAULT_SETTINGS[name])}.`;
      return { help: help === undefined ? changed : `${help} ${changed}`, className: styles.changed };
    },
    save: () => void save(),
    discard: () => {
      setDraft({});
      update.reset();
    },
  };
}

/** What somebody typed and then set back to the saved value is no change. */
function differing(values: Settings, saved: Settings): SettingsChange {
  const former = new Map<string, unknown>(Object.entries(saved));
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => !isSame(former.get(name), value)),
  );
}

/** Lists are the same when they hold the same. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other));
}

function valueText(value: Settings[keyof Settings]): string {
  if (typeof value === 'number') return count(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : 'none';
}
