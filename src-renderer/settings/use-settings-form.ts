import { useState } from 'react';
import type { Settings, SettingsChange } from '#contract/settings.ts';
import { useUpdateSettings } from '#renderer/api/commands.ts';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Draft of some settings over the saved ones. */
export interface SettingsForm {
  /** The saved settings with the draft on top. */
  readonly values: Settings;
  readonly set: (change: Partial<Settings>) => void;
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  readonly error: Error | null;
  readonly fieldError: (name: keyof Settings) => string | undefined;
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
