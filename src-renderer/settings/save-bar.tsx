import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import styles from './settings.module.css';
import type { SettingsForm } from './use-settings-form.ts';

/** Save and discard, there only while something differs. */
export function SaveBar({ form }: { readonly form: SettingsForm }) {
  if (!form.isChanged) return null;
  return (
    <div className={styles.row}>
      <Button variant="primary" isBusy={form.isSaving} onClick={form.save}>
        Save changes
      </Button>
      <Button onClick={form.discard}>Discard</Button>
      <ErrorNote error={form.error} />
    </div>
  );
}
