import { useState } from 'react';
import type { Settings, SettingsChange } from '#contract/settings.ts';
import { useUpdateSettings } from '#renderer/api/commands.ts';
import { useToasts } from '#renderer/ui/toasts.tsx';

/** Draft of some settings over the saved ones. */
export interface SettingsForm {
  /** The saved settings with the draft on top. */
  readonly values: Settings;
  readonly set: (change: SettingsChange) => void;
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
  const [draft, setDraft] = useState<SettingsChange>({});
  const names = Object.keys(draft) as (keyof Settings)[];
  const changed = names.filter((name) => draft[name] !== undefined && draft[name] !== saved[name]);
  const values: Settings = { ...saved, ...(draft as Partial<Settings>) };
  const save = async () => {
    const change = Object.fromEntries(changed.map((name) => [name, draft[name]])) as SettingsChange;
    const outcome = await update.run(change);
    if (!outcome.ok) return;
    setDraft({});
    say('Settings saved');
  };
  return {
    values,
    set: (change) => setDraft((former) => ({ ...former, ...change })),
    isChanged: changed.length > 0,
    isSaving: update.isRunning,
    error: update.error,
    fieldError: (name) => update.error?.field(name),
    save: () => void save(),
    discard: () => {
      setDraft({});
      update.reset();
    },
  };
}
