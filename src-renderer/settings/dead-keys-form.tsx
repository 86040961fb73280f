import { useDeferredValue } from 'react';
import type { Settings } from '#contract/settings.ts';
import { usePurgePreview } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

/** How long revoked and expired keys are kept, and how many a change would remove. */
export function DeadKeysForm({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError, mark } = form;
  const days = values.deadKeyRetentionDays;
  return (
    <section className={styles.block}>
      <h2>Dead keys</h2>
      <p className={styles.quiet}>
        Removed for good, with their secrets, child keys and handoffs, so many days after they were revoked or
        expired. Their requests and the audit trail stay, and a backup does not bring them back to life.
        Empty: kept for good.
      </p>
      <NumberField
        label="Revoked and expired keys"
        suffix="days"
        value={days}
        min={7}
        max={3_650}
        onChange={(next) => set({ deadKeyRetentionDays: next })}
        error={fieldError('deadKeyRetentionDays')}
        {...mark('deadKeyRetentionDays')}
      />
      {form.isChanged && days !== null && <Effect days={days} />}
      <SaveBar form={form} />
    </section>
  );
}

function Effect({ days }: { readonly days: number }) {
  const preview = usePurgePreview({ deadKeyRetentionDays: useDeferredValue(days) }, { keepsPrevious: true });
  if (preview.data === undefined) return null;
  const { keysRemoved } = preview.data;
  return (
    <p role="status">
      {keysRemoved === 0
        ? 'Removes no key now.'
        : `Removes ${counted(keysRemoved, 'key')} for good, beginning within a minute after it is saved.`}
    </p>
  );
}
