import type { Settings } from '#contract/settings.ts';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { SaveBar } from './save-bar.tsx';
import styles from './settings.module.css';
import { useSettingsForm } from './use-settings-form.ts';

const ACCESS_LOGS = [
  { value: 'off', label: 'Off' },
  { value: 'file', label: 'A file', detail: 'access.log in the data directory' },
  { value: 'stderr', label: 'Standard error', detail: 'for the system’s journal' },
] as const;

/** What the server tells other programs about its requests. Never a key. */
export function WatchingForm({ saved }: { readonly saved: Settings }) {
  const form = useSettingsForm(saved);
  const { values, set, fieldError } = form;
  return (
    <section className={styles.block}>
      <h2>Access log and metrics</h2>
      <div className={styles.pair}>
        <RadioGroup
          label="Access log"
          help="One line of JSON for every request of a service, with key ids and never a key."
          value={values.accessLog}
          options={ACCESS_LOGS}
          onChange={(accessLog) => set({ accessLog })}
          error={fieldError('accessLog')}
        />
        <NumberField
          label="Busiest keys named in the metrics"
          min={0}
          max={50}
          value={values.metricsTopKeys}
          onChange={(metricsTopKeys) => set(metricsTopKeys === null ? {} : { metricsTopKeys })}
          help="GET /metrics of the admin listener. 0: none, so that the number of its series does not grow with the keys."
          error={fieldError('metricsTopKeys')}
        />
      </div>
      <SaveBar form={form} />
    </section>
  );
}
